import { useEffect } from 'react';
import type { Collection } from '../../server/contract/collections.ts';
import { documentActions } from '../document/store.ts';
import { loadCollections, useCollections } from '../ui/collections/collections.ts';
import { t } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { told } from '../ui/strings/told.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { NamedOptions, typedName } from './named-options.tsx';
import { Picker } from './picker.tsx';
import common from './widgets.module.css';

/** The value of the option for a new name. No collection has such a name. */
const NEW = '/new';

const factsOf = ({ pictures, encoders }: Collection): string =>
  t('collections.short', { pictures, encoders: encoders.map(({ title }) => title) });

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
        {(words) => (
          <NamedOptions
            items={items}
            words={words}
            present={name}
            facts={factsOf}
            fresh={
              mayBeNew ? (typed) => ({ value: NEW, label: t('collections.new', { name: typed }) }) : undefined
            }
            none={
              loaded ? (
                <Sentence text={t(mayBeNew ? 'collections.noneToSave' : 'collections.noneToOpen')} />
              ) : (
                t('collections.loading')
              )
            }
          />
        )}
      </Picker>
      {isUnknown && mayBeNew && props.problemId === undefined && (
        <span className={common.note}>{t('collections.isNew')}</span>
      )}
      {/* What is wrong with the name stands below the field: another node of the workflow may make it. */}
      {isUnknown && !mayBeNew && props.problemId === undefined && (
        <span className={common.note}>{t('collections.missing', { name })}</span>
      )}
      {chosen && (
        <span className={chosen.problem ? common.problem : common.note}>
          {chosen.problem ? told(chosen.problem) : factsOf(chosen)}
        </span>
      )}
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
