import { Combobox } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { told } from '../ui/strings/told.ts';
import css from './model-control.module.css';
import common from './widgets.module.css';

/** A name as it is kept: without space around it, in one Unicode form. */
export const typedName = (words: string): string => words.trim().normalize('NFC');

/** The things of a list whose names contain the words, and what else can be done with the words. */
export function NamedOptions<T extends { readonly name: string; readonly problem?: Said }>({
  items,
  words,
  present,
  facts,
  fresh,
  none,
}: {
  readonly items: readonly T[];
  readonly words: string;
  /** The name that is chosen now. */
  readonly present: string;
  readonly facts: (item: T) => string;
  /** The option for words that are no name of the list; undefined if a new name is not possible. */
  readonly fresh?: (typed: string) => { readonly value: string; readonly label: string };
  /** What stands in place of options. */
  readonly none: ReactNode;
}) {
  const typed = typedName(words);
  const lower = typed.toLowerCase();
  const found = items.filter(({ name }) => name.toLowerCase().includes(lower));
  const isNew = typed !== '' && !items.some(({ name }) => name.toLowerCase() === lower);
  const option = isNew ? fresh?.(typed) : undefined;
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
            <span className={common.note}>{one.problem ? told(one.problem) : facts(one)}</span>
          </span>
        </Combobox.Option>
      ))}
      {option && <Combobox.Option value={option.value}>{option.label}</Combobox.Option>}
      {found.length === 0 && !option && <Combobox.Empty>{none}</Combobox.Empty>}
    </>
  );
}
