import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { LabelSet } from '../../server/contract/labels.ts';
import { isSetPath } from '../../server/contract/path-params.ts';
import { setNotFound } from '../../server/contract/set-not-found.ts';
import { documentActions } from '../document/store.ts';
import { createLabelSet } from '../ui/api/labels.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { NamedOptions, typedName } from './named-options.tsx';
import { Picker } from './picker.tsx';
import common from './widgets.module.css';

/** The value of the option that creates a set. No set has such a name. */
const CREATE = '/create';

const factsOf = ({ categories, labelled }: LabelSet): string =>
  t('widgets.labelSetFacts', { count: categories.length, pictures: labelled });

/** Words that are no name of a set are the path of its file, or the name of a new one. */
const freshOption = (typed: string) =>
  isSetPath(typed)
    ? { value: typed, label: t('widgets.labelSetFile', { path: typed }) }
    : { value: CREATE, label: t('widgets.createLabelSet', { name: typed }) };

/** Selects a category set by its name, creates one, or takes the path of a file with one. */
export function LabelSetControl(props: ControlProps) {
  const { value, onChange } = props;
  const name = shown(value);
  const { items, loaded, problem } = useLabelSets();
  useEffect(() => {
    if (!loaded) void loadLabelSets();
  }, [loaded]);

  const wanted = typedName(name);
  const set = items.find((one) => one.name === wanted);
  const isMissing = loaded && wanted !== '' && !set && !isSetPath(wanted);
  const choose = (chosen: string) => {
    onChange(chosen);
    documentActions().endGesture();
  };
  const create = (words: string) =>
    attempt(
      createLabelSet(words).then((made) => {
        showLabelSet(made);
        choose(made.name);
      }),
    );
  return (
    <span className={common.stack}>
      <Picker
        control={props}
        chosen={name}
        choose={t('widgets.chooseLabelSet')}
        placeholder={t('widgets.labelSetPlaceholder')}
        list={t('widgets.chooseLabelSet')}
        width={300}
        problem={problem}
        onOpen={() => void loadLabelSets()}
        onChoose={(option, words) => {
          if (option === CREATE) void create(typedName(words));
          else choose(option);
        }}
      >
        {(words) => (
          <NamedOptions
            items={items}
            words={words}
            present={name}
            facts={factsOf}
            fresh={freshOption}
            none={t(loaded ? 'widgets.noLabelSets' : 'widgets.labelSetsLoading')}
          />
        )}
      </Picker>
      {isMissing && (
        <>
          <span className={common.problem}>
            {told(
              setNotFound(
                wanted,
                items.map((one) => one.name),
              ),
            )}
          </span>
          <Button className="nodrag" size="compact-xs" variant="light" onClick={() => void create(wanted)}>
            {t('widgets.createLabelSet', { name: wanted })}
          </Button>
        </>
      )}
      {set && !set.problem && <span className={common.note}>{factsOf(set)}</span>}
    </span>
  );
}
