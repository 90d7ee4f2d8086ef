import { Menu } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { runChoice } from './act.ts';
import { type ActedOn, type ActionChoice, actionsFor } from './actions.ts';
import css from './pictures.module.css';
import {
  only,
  select,
  showHidden,
  useHidden,
  usePickedCount,
  useSelection,
  type ViewPlace,
} from './selection.ts';

/** What is done with the selected pictures, over the head of the view, so that nothing moves when it appears. */
export function SelectionBar({ tab, nodeId }: ViewPlace) {
  const place = { tab, nodeId };
  const count = usePickedCount(place);
  // The actions depend on which pictures are selected.
  const picked = useSelection(({ byTab }) => (count > 0 ? byTab[tab]?.picked : undefined));
  if (!picked) return null;
  const on: ActedOn = { place, items: [...picked.values()] };
  return (
    <div className={css.bar} role="toolbar" aria-label={t('pictures.selection')}>
      <span className={css.count} aria-live="polite">
        {t('pictures.selected', { count: formatCount(count) })}
      </span>
      {actionsFor(on)
        .filter(({ inBar }) => inBar)
        .map(({ id, title, icon: Icon, choices }) => {
          const ways = choices(on);
          const name = title(on);
          const content = (
            <>
              <Icon size={14} aria-hidden />
              <span>{name}</span>
            </>
          );
          return ways.length > 1 ? (
            <Choose key={id} name={name} ways={ways}>
              {content}
            </Choose>
          ) : (
            <button
              key={id}
              type="button"
              className={`${css.barButton} nodrag`}
              title={name}
              onClick={() => runChoice(ways[0])}
            >
              {content}
            </button>
          );
        })}
      <button
        type="button"
        className={`${css.barButton} nodrag`}
        title={t('pictures.clear')}
        onClick={() => select(place, only([]), null)}
      >
        <X size={14} aria-hidden />
        <span>{t('pictures.clear')}</span>
      </button>
    </div>
  );
}

function Choose({
  name,
  ways,
  children,
}: {
  readonly name: string;
  readonly ways: readonly ActionChoice[];
  readonly children: ReactNode;
}) {
  return (
    <Menu
      keepMounted={false}
      withinPortal
      zIndex={450}
      position="bottom-end"
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <button type="button" className={`${css.barButton} nodrag`} title={name}>
          {children}
        </button>
      </Menu.Target>
      <Menu.Dropdown onPointerDown={(event) => event.stopPropagation()}>
        {ways.map((way, at) => (
          <Menu.Item key={at} onClick={() => runChoice(way)}>
            {way.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** How many pictures are hidden from a view. A click shows them again. */
export function HiddenChip({ tab, nodeId }: ViewPlace) {
  const hidden = useHidden({ tab, nodeId });
  if (!hidden || hidden.size === 0) return null;
  return (
    <button type="button" className={`${css.chip} nodrag`} onClick={() => showHidden({ tab, nodeId })}>
      {t('pictures.hidden', { count: formatCount(hidden.size) })} · <strong>{t('pictures.show')}</strong>
    </button>
  );
}
