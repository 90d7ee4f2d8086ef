import { Button } from '@mantine/core';
import { documentActions } from '../document/store.ts';
import { createLabelSet } from '../ui/api/labels.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { NamedPicker } from './named-picker.tsx';
import common from './widgets.module.css';

const isFile = (text: string) => /\.json$/i.test(text.trim());

/** Selects a category set by its name, creates one, or takes the path of a file with one. */
export function LabelSetControl(props: ControlProps) {
  const { value, onChange } = props;
  const name = shown(value);
  const { items, loaded, problem } = useLabelSets();
  const set = items.find((one) => one.name === name);
  const isMissing = loaded && name !== '' && !set && !isFile(name);
  const create = (wanted: string, choose: (made: string) => void) =>
    void attempt(
      createLabelSet(wanted).then((made) => {
        showLabelSet(made);
        choose(made.name);
      }),
    );
  return (
    <NamedPicker
      {...props}
      list={{
        loaded,
        problem,
        load: loadLabelSets,
        things: items.map((one) => ({
          name: one.name,
          isBroken: one.problem !== undefined,
          facts: one.problem
            ? told(one.problem)
            : t('widgets.labelSetFacts', { count: one.categories.length, pictures: one.labelled }),
        })),
        words: {
          choose: t('widgets.chooseLabelSet'),
          search: t('widgets.labelSetPlaceholder'),
          none: t('widgets.noLabelSets'),
          loading: t('widgets.labelSetsLoading'),
        },
        offer: (typed) =>
          isFile(typed)
            ? { label: t('widgets.labelSetFile', { path: typed }), take: (choose) => choose(typed) }
            : {
                label: t('widgets.createLabelSet', { name: typed }),
                take: (choose) => create(typed, choose),
              },
      }}
    >
      {isMissing && (
        <>
          <span className={common.problem}>{t('widgets.noLabelSet', { name })}</span>
          <Button
            className="nodrag"
            size="compact-xs"
            variant="light"
            onClick={() =>
              create(name, (made) => {
                onChange(made);
                documentActions().endGesture();
              })
            }
          >
            {t('widgets.createLabelSet', { name })}
          </Button>
        </>
      )}
      {set && !set.problem && (
        <span className={common.note}>
          {t('widgets.labelSetFacts', { count: set.categories.length, pictures: set.labelled })}
        </span>
      )}
    </NamedPicker>
  );
}
