import { Button, Combobox, useCombobox } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { documentActions } from '../document/store.ts';
import { createLabelSet } from '../ui/api/labels.ts';
import { labelled } from '../ui/format.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { shown } from './check-param.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import fields from './input.module.css';
import css from './model-control.module.css';
import common from './widgets.module.css';

const isFile = (text: string) => /\.json$/i.test(text.trim());
/** The value of the option that creates a set. No set has such a name. */
const CREATE = '/create';

/** Selects a category set by its name, creates one, or takes the path of a file with one. */
export function LabelSetControl(props: ControlProps) {
  const { value, onChange, descriptor } = props;
  const name = shown(value);
  const [words, setWords] = useState('');
  const listId = useId();
  const { items, loaded, problem } = useLabelSets();
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => setWords(''),
  });
  useEffect(() => {
    if (!loaded) void loadLabelSets();
  }, [loaded]);

  const typed = words.trim().normalize('NFC');
  const found = items.filter((set) => set.name.toLowerCase().includes(typed.toLowerCase()));
  const isNew = typed !== '' && !items.some((set) => set.name.toLowerCase() === typed.toLowerCase());
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
  const title = t('widgets.chooseLabelSet');
  return (
    <span className={common.stack}>
      <Combobox
        store={box}
        keepMounted={false}
        position="bottom-start"
        width={300}
        zIndex={350}
        onOptionSubmit={(chosen) => {
          if (chosen === CREATE) void create(typed);
          else choose(chosen);
          box.closeDropdown();
          box.focusTarget();
        }}
      >
        <Combobox.Target targetType="button">
          <button
            {...fieldAttributes(props)}
            type="button"
            className={`${fields.input} ${fields.picker} nodrag`}
            aria-label={labelled(descriptor.title, name || title)}
            onClick={() => {
              void loadLabelSets();
              box.toggleDropdown();
            }}
          >
            <span>{name || title}</span>
            <ChevronDown size={14} aria-hidden />
          </button>
        </Combobox.Target>
        <Combobox.Dropdown className="nowheel nodrag" onPointerDown={(event) => event.stopPropagation()}>
          <Combobox.Search
            role="combobox"
            aria-expanded
            aria-controls={listId}
            value={words}
            aria-label={title}
            placeholder={t('widgets.labelSetPlaceholder')}
            onChange={(event) => {
              setWords(event.currentTarget.value);
              box.selectFirstOption();
            }}
          />
          <Combobox.Options id={listId} aria-label={title} mah={280} style={{ overflowY: 'auto' }}>
            {found.map((one) => (
              <Combobox.Option
                key={one.name}
                value={one.name}
                active={one.name === name}
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
              <Combobox.Empty>
                {t(loaded ? 'widgets.noLabelSets' : 'widgets.labelSetsLoading')}
              </Combobox.Empty>
            )}
          </Combobox.Options>
          {problem !== null && <p className={common.problem}>{told(problem)}</p>}
        </Combobox.Dropdown>
      </Combobox>
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
