import { Combobox, useCombobox } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { documentActions } from '../document/store.ts';
import { labelled } from '../ui/format.ts';
import { told } from '../ui/strings/told.ts';
import { shown } from './check-param.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import fields from './input.module.css';
import css from './model-control.module.css';
import common from './widgets.module.css';

/** Something with a name that a param can hold. */
export interface NamedThing {
  readonly name: string;
  /** What stands below the name. */
  readonly facts: string;
  /** Whether it cannot be chosen. */
  readonly isBroken: boolean;
}

/** A list of named things, and what a field says about it. */
export interface NamedList {
  readonly things: readonly NamedThing[];
  readonly loaded: boolean;
  readonly problem: Said | null;
  readonly load: () => Promise<void>;
  readonly words: {
    /** Stands in the field while nothing is chosen. */
    readonly choose: string;
    readonly search: string;
    readonly none: string;
    readonly loading: string;
  };
  /** What a name that nothing has can be used for. */
  readonly offer?: (
    typed: string,
  ) => { readonly label: string; readonly take: (choose: (name: string) => void) => void } | undefined;
}

/** The value of the option for a name that nothing has. No set or collection has such a name. */
const OFFER = '/offer';

/** A field that chooses something by its name from a list that can be searched. `children` stand below it. */
export function NamedPicker({
  list: { things, loaded, problem, load, words, offer },
  children,
  ...props
}: ControlProps & { readonly list: NamedList; readonly children?: ReactNode }) {
  const { value, onChange, descriptor } = props;
  const name = shown(value);
  const [sought, setSought] = useState('');
  const listId = useId();
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => setSought(''),
  });
  useEffect(() => {
    if (!loaded) void load();
  }, [loaded, load]);

  const typed = sought.trim().normalize('NFC');
  const found = things.filter((thing) => thing.name.toLowerCase().includes(typed.toLowerCase()));
  const isNew = typed !== '' && !things.some((thing) => thing.name.toLowerCase() === typed.toLowerCase());
  const offered = isNew ? offer?.(typed) : undefined;
  const choose = (chosen: string) => {
    onChange(chosen);
    documentActions().endGesture();
  };
  return (
    <span className={common.stack}>
      <Combobox
        store={box}
        keepMounted={false}
        position="bottom-start"
        width={300}
        zIndex={350}
        onOptionSubmit={(chosen) => {
          if (chosen === OFFER) offered?.take(choose);
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
            aria-label={labelled(descriptor.title, name || words.choose)}
            onClick={() => {
              void load();
              box.toggleDropdown();
            }}
          >
            <span>{name || words.choose}</span>
            <ChevronDown size={14} aria-hidden />
          </button>
        </Combobox.Target>
        <Combobox.Dropdown className="nowheel nodrag" onPointerDown={(event) => event.stopPropagation()}>
          <Combobox.Search
            role="combobox"
            aria-expanded
            aria-controls={listId}
            value={sought}
            aria-label={words.choose}
            placeholder={words.search}
            onChange={(event) => {
              setSought(event.currentTarget.value);
              box.selectFirstOption();
            }}
          />
          <Combobox.Options id={listId} aria-label={words.choose} mah={280} style={{ overflowY: 'auto' }}>
            {found.map((one) => (
              <Combobox.Option
                key={one.name}
                value={one.name}
                active={one.name === name}
                disabled={one.isBroken}
              >
                <span className={css.modelWords}>
                  <span className={css.modelTitle}>{one.name}</span>
                  <span className={common.note}>{one.facts}</span>
                </span>
              </Combobox.Option>
            ))}
            {offered && <Combobox.Option value={OFFER}>{offered.label}</Combobox.Option>}
            {found.length === 0 && !offered && (
              <Combobox.Empty>{loaded ? words.none : words.loading}</Combobox.Empty>
            )}
          </Combobox.Options>
          {problem !== null && <p className={common.problem}>{told(problem)}</p>}
        </Combobox.Dropdown>
      </Combobox>
      {children}
    </span>
  );
}
