import { Menu } from '@mantine/core';
import { SquareCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ViewItem } from '../../../server/contract/view.ts';
import { formatCount } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { runChoice } from './act.ts';
import { type ActedOn, type ActionChoice, actionsFor } from './actions.ts';
import { useGivenOn } from './given-on.ts';
import { keepNothing } from './keep-selection.ts';
import { Choices } from './picture-menu.tsx';
import css from './pictures.module.css';
import {
  only,
  type PickedPictures,
  select,
  setSelecting,
  showHidden,
  useHidden,
  useIsSelecting,
  usePickedCount,
  useSelection,
  type ViewPlace,
} from './selection.ts';

const NONE: PickedPictures = new Map();

interface Linked {
  /** Whether the view counts pictures that were selected in another view too. */
  readonly isLinked: boolean;
}

/** A button for fingers: from now on a tap selects a picture instead of opening it. */
export function SelectButton({ isLinked, ...place }: ViewPlace & Linked) {
  const isSelecting = useIsSelecting(place);
  const count = usePickedCount(place, isLinked);
  if (isSelecting || count > 0) return null;
  return (
    <button type="button" className={`${css.barButton} nodrag`} onClick={() => setSelecting(place, true)}>
      <SquareCheck size={14} aria-hidden />
      <span>{t('pictures.select')}</span>
    </button>
  );
}

/**
 * What is done with the selected pictures, over the head of the view, so that nothing moves when it appears.
 * @param below for fingers: it lies below the view, with words, and stays in sight while the view scrolls
 */
export function SelectionBar({
  tab,
  nodeId,
  isLinked,
  below,
}: ViewPlace & Linked & { readonly below?: boolean }) {
  const place = { tab, nodeId };
  const count = usePickedCount(place, isLinked);
  const isSelecting = useIsSelecting(place);
  // The actions depend on which pictures are selected.
  const picked = useSelection(({ byTab }) =>
    count > 0 || isSelecting ? (byTab[tab]?.picked ?? NONE) : undefined,
  );
  if (!picked) return null;
  const on: ActedOn = { place, items: [...picked.values()] };
  return (
    <div
      className={`${css.bar} ${below ? css.below : ''}`}
      role="toolbar"
      aria-label={t('pictures.selection')}
    >
      <span className={css.count} aria-live="polite">
        {count === 0 ? t('pictures.tap') : t('pictures.selected', { count: formatCount(count) })}
      </span>
      {(count === 0 ? [] : actionsFor(on))
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
        title={t(count === 0 ? 'pictures.done' : 'pictures.clear')}
        onClick={() => setSelecting(place, false)}
      >
        <X size={14} aria-hidden />
        <span>{t(count === 0 ? 'pictures.done' : 'pictures.clear')}</span>
      </button>
    </div>
  );
}

/** A button with a menu of the ways to do something. */
export function Choose({
  name,
  ways,
  className = `${css.barButton} nodrag`,
  zIndex = 450,
  children,
}: {
  readonly name: string;
  readonly ways: readonly ActionChoice[];
  readonly className?: string;
  readonly zIndex?: number;
  readonly children: ReactNode;
}) {
  return (
    <Menu
      keepMounted={false}
      withinPortal
      zIndex={zIndex}
      position="bottom-end"
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <button type="button" className={className} title={name} aria-label={name}>
          {children}
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.choices} onPointerDown={(event) => event.stopPropagation()}>
        <Choices choices={ways} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** How many pictures a node gives on: a click selects them in its view, and the cross makes it give on nothing. */
export function GivenOnChip({
  tab,
  nodeId,
  items,
}: ViewPlace & { readonly items: () => readonly ViewItem[] }) {
  const given = useGivenOn(nodeId);
  if (!given) return null;
  const selectGiven = () =>
    select(
      { tab, nodeId },
      only(
        items()
          .filter(given.has)
          .map((item) => ({ item })),
      ),
      null,
    );
  return (
    <>
      <button type="button" className={`${css.chip} nodrag`} onClick={selectGiven}>
        {t('pictures.givenOn', { count: formatCount(given.count) })} · <strong>{t('pictures.select')}</strong>
      </button>
      <button
        type="button"
        className={`${css.barButton} nodrag`}
        aria-label={t('pictures.giveNothing')}
        title={t('pictures.giveNothing')}
        onClick={() => keepNothing({ tab, nodeId })}
      >
        <X size={14} aria-hidden />
      </button>
    </>
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
