import type { Collection } from '../../server/contract/collections.ts';
import { loadCollections, useCollections } from '../ui/collections/collections.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { NamedPicker } from './named-picker.tsx';
import common from './widgets.module.css';

const factsOf = ({ problem, pictures, encoders }: Collection): string =>
  problem
    ? told(problem)
    : t('collections.short', { pictures, encoders: encoders.map(({ title }) => title) });

function Control({ mayBeNew, ...props }: ControlProps & { readonly mayBeNew: boolean }) {
  const name = shown(props.value).trim().normalize('NFC');
  const { items, loaded, problem } = useCollections();
  const chosen = items.find((one) => one.name === name);
  const isUnknown = loaded && name !== '' && !chosen;
  return (
    <NamedPicker
      {...props}
      list={{
        loaded,
        problem,
        load: loadCollections,
        things: items.map((one) => ({
          name: one.name,
          isBroken: one.problem !== undefined,
          facts: factsOf(one),
        })),
        words: {
          choose: t('collections.choose'),
          search: t('collections.placeholder'),
          none: t(mayBeNew ? 'collections.noneToSave' : 'collections.noneToOpen').replaceAll('*', ''),
          loading: t('collections.loading'),
        },
        offer: (typed) =>
          mayBeNew
            ? { label: t('collections.new', { name: typed }), take: (choose) => choose(typed) }
            : undefined,
      }}
    >
      {isUnknown && mayBeNew && <span className={common.note}>{t('collections.isNew')}</span>}
      {isUnknown && !mayBeNew && <span className={common.problem}>{t('collections.missing', { name })}</span>}
      {chosen && <span className={chosen.problem ? common.problem : common.note}>{factsOf(chosen)}</span>}
    </NamedPicker>
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
