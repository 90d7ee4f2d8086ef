import { Button, Combobox } from '@mantine/core';
import { useEffect } from 'react';
import { documentActions } from '../document/store.ts';
import { createLabelSet } from '../ui/api/labels.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import css from './model-control.module.css';
import { Picker } from './picker.tsx';
import common from './widgets.module.css';

const isFile = (text: string) => /\.json$/i.test(text.trim());
/** The value of the option that creates a set. No set has such a name. */
const CREATE = '/create';

const typedName = (words: string) => words.trim().normalize('NFC');

/** The sets whose names contain the words, and what else can be done with the words. */
function SetOptions({ words, present }: { readonly words: string; readonly present: string }) {
  const { items, loaded } = useLabelSets();
  const typed = typedName(words);
  const found = items.filter((set) => set.name.toLowerCase().includes(typed.toLowerCase()));
  const isNew = typed !== '' && !items.some((set) => set.name.toLowerCase() === typed.toLowerCase());
  return (
    <>
      {found.map((one) => (
        <Combobox.Option
          key={one.name}
          value={one.name}
          active={one.name === present}
          disabled={one.problem !== undefined}
        >
          <span className={css.modelWords}>
            <span className={css.modelTitle}>{one.name}</span>
            <span className={common.note}>
              {one.problem
                ? told(one.problem)
                : t('widgets.labelSetFacts', { count: one.categories.length, pictures: one.labelled })}
            </span>
          </span>
        </Combobox.Option>
      ))}
      {isNew && isFile(typed) && (
        <Combobox.Option value={typed}>{t('widgets.labelSetFile', { path: typed })}</Combobox.Option>
      )}
      {isNew && !isFile(typed) && (
        <Combobox.Option value={CREATE}>{t('widgets.createLabelSet', { name: typed })}</Combobox.Option>
      )}
      {found.length === 0 && !isNew && (
        <Combobox.Empty>{t(loaded ? 'widgets.noLabelSets' : 'widgets.labelSetsLoading')}</Combobox.Empty>
      )}
    </>
  );
}

/** Selects a category set by its name, creates one, or takes the path of a file with one. */
export function LabelSetControl(props: ControlProps) {
  const { value, onChange } = props;
  const name = shown(value);
  const { items, loaded, problem } = useLabelSets();
  useEffect(() => {
    if (!loaded) void loadLabelSets();
  }, [loaded]);

  const set = items.find((one) => one.name === name);
  const isMissing = loaded && name !== '' && !set && !isFile(name);
  const choose = (chosen: string) => {
    onChange(chosen);
    documentActions().endGesture();
  };
  const create = (wanted: string) =>
    attempt(
      createLabelSet(wanted).then((made) => {
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
        {(words) => <SetOptions words={words} present={name} />}
      </Picker>
      {isMissing && (
        <>
          <span className={common.problem}>{t('widgets.noLabelSet', { name })}</span>
          <Button className="nodrag" size="compact-xs" variant="light" onClick={() => void create(name)}>
            {t('widgets.createLabelSet', { name })}
          </Button>
        </>
      )}
      {set && !set.problem && (
        <span className={common.note}>
          {t('widgets.labelSetFacts', { count: set.categories.length, pictures: set.labelled })}
        </span>
      )}
    </span>
  );
}
