import { Combobox } from '@mantine/core';
import { useEffect } from 'react';
import type { Collection } from '../../server/contract/collections.ts';
import { documentActions } from '../document/store.ts';
import { loadCollections, useCollections } from '../ui/collections/collections.ts';
import { t } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { told } from '../ui/strings/told.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import css from './model-control.module.css';
import { Picker } from './picker.tsx';
import common from './widgets.module.css';

/** The value of the option for a new name. No collection has such a name. */
const NEW = '/new';

const typedName = (words: string) => words.trim().normalize('NFC');

const factsOf = ({ problem, pictures, encoders }: Collection): string =>
  problem
    ? told(problem)
    : t('collections.short', { pictures, encoders: encoders.map(({ title }) => title) });

/** The collections whose names contain the words, and the words as a new name where one may be given. */
function Options({
  words,
  present,
  mayBeNew,
}: {
  readonly words: string;
  readonly present: string;
  readonly mayBeNew: boolean;
}) {
  const { items, loaded } = useCollections();
  const typed = typedName(words);
  const found = items.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()));
  const isNew =
    mayBeNew && typed !== '' && !items.some(({ name }) => name.toLowerCase() === typed.toLowerCase());
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
            <span className={common.note}>{factsOf(one)}</span>
          </span>
        </Combobox.Option>
      ))}
      {isNew && <Combobox.Option value={NEW}>{t('collections.new', { name: typed })}</Combobox.Option>}
      {found.length === 0 && !isNew && (
        <Combobox.Empty>
          {!loaded && t('collections.loading')}
          {loaded && <Sentence text={t(mayBeNew ? 'collections.noneToSave' : 'collections.noneToOpen')} />}
        </Combobox.Empty>
      )}
    </>
  );
}

function Control({ mayBeNew, ...props }: ControlProps & { readonly mayBeNew: boolean }) {
  const name = typedName(shown(props.value));
  const { items, loaded, problem } = useCollections();
  useEffect(() => {
    if (!loaded) void loadCollections();
  }, [loaded]);
  const chosen = items.find((one) => one.name === name);
  const isUnknown = loaded && name !== '' && !chosen;
  return (
    <span className={common.stack}>
      <Picker
        control={props}
        chosen={name}
        choose={t('collections.choose')}
        placeholder={t('collections.placeholder')}
        list={t('collections.choose')}
        width={300}
        problem={problem}
        onOpen={() => void loadCollections()}
        onChoose={(option, words) => {
          props.onChange(option === NEW ? typedName(words) : option);
          documentActions().endGesture();
        }}
      >
        {(words) => <Options words={words} present={name} mayBeNew={mayBeNew} />}
      </Picker>
      {isUnknown && mayBeNew && <span className={common.note}>{t('collections.isNew')}</span>}
      {isUnknown && !mayBeNew && <span className={common.problem}>{t('collections.missing', { name })}</span>}
      {chosen && <span className={chosen.problem ? common.problem : common.note}>{factsOf(chosen)}</span>}
    </span>
  );
}

/** Selects a collection by its name. */
export function CollectionControl(props: ControlProps) {
  return <Control {...props} mayBeNew={false} />;
}

/** Selects a collection to write to, or takes a new name. */
export function CollectionNameControl(props: ControlProps) {
  return <Control {...props} mayBeNew />;
}
