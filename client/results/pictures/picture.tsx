import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useRef,
} from 'react';
import { useStore } from 'zustand';
import type { ViewItem } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { listText } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { categoryOf } from '../label-text.ts';
import { menuPoint, openMenuOf, pick, pickBy } from './act.ts';
import { type Tile, useArea } from './area.ts';
import { type Marked, useMarked } from './corrections.ts';
import { useIsGivenOn } from './given-on.ts';
import { useLongPress } from './long-press.ts';
import css from './pictures.module.css';
import { selectionOf, useIsPicked } from './selection.ts';

/**
 * What every picture on the screen does: a click selects, a double click or Enter opens, a right click or long press opens the
 * menu. A tap opens, and toggles while pictures are selected or the user selects. Keys are handled by the area.
 * @param stop what tells it apart from the other tiles of its area
 */
export function usePicture(item: ViewItem, stop: string, at?: number, score?: number) {
  const area = useArea();
  const isPicked = useIsPicked(area.tab, viewItemKey(item)) && area.isSelectable;
  const isStop = useStore(area.stop, ({ active }) => active === stop);
  const tile: Tile = { item, ...(at !== undefined && { at }), ...(score !== undefined && { score }) };
  const latest = useRef(tile);
  latest.current = tile;
  const wasTouch = useRef(false);

  const ref = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      // The area reads the tile when something happens, so the entry stays the same when props change.
      area.tiles.set(element, {
        get item() {
          return latest.current.item;
        },
        get at() {
          return latest.current.at;
        },
        get score() {
          return latest.current.score;
        },
      });
      return () => {
        area.tiles.delete(element);
      };
    },
    [area],
  );
  const press = useLongPress((element, point) => {
    area.isClickSpent = true;
    element.focus({ preventScroll: true });
    openMenuOf(area, latest.current, point, true);
  });
  const open = () => {
    if (at !== undefined) area.open(at);
  };
  return {
    isPicked,
    /** Attributes for the element. */
    props: {
      ref,
      'data-stop': stop,
      'data-picked': isPicked || undefined,
      tabIndex: isStop ? 0 : -1,
      onFocus: () => area.stop.setState({ active: stop }),
      ...press,
      onPointerDown(event: PointerEvent<HTMLElement>) {
        wasTouch.current = event.pointerType === 'touch';
        if (wasTouch.current) area.isClickSpent = false;
        press.onPointerDown(event);
      },
      onClick(event: MouseEvent<HTMLElement>) {
        if (area.isClickSpent) return;
        // Safari does not focus a button that is clicked.
        event.currentTarget.focus({ preventScroll: true });
        if (!item.isPicture) return;
        const { picked, isSelecting } = selectionOf(area.tab);
        const isMode = area.isSelectable && (picked.size > 0 || isSelecting);
        if (wasTouch.current && !isMode) open();
        else pick(area, latest.current, wasTouch.current ? 'toggle' : pickBy(event));
      },
      onDoubleClick(event: MouseEvent<HTMLElement>) {
        event.stopPropagation();
        if (pickBy(event) === 'only' && !wasTouch.current) open();
      },
      onContextMenu(event: MouseEvent<HTMLElement>) {
        event.preventDefault();
        event.stopPropagation();
        press.onPointerUp();
        // Some browsers send it for a long press too.
        if (wasTouch.current && area.isClickSpent) return;
        if (wasTouch.current) area.isClickSpent = true;
        openMenuOf(area, latest.current, menuPoint(event), wasTouch.current);
      },
      onKeyDown(event: KeyboardEvent<HTMLElement>) {
        // The area does what these keys say. The browser must not click the button as well.
        if (event.key === ' ' || event.key === 'Enter') event.preventDefault();
      },
      onKeyUp(event: KeyboardEvent<HTMLElement>) {
        if (event.key === ' ') event.preventDefault();
      },
    },
  };
}

const markText = (mark: NonNullable<Marked>): string =>
  'to' in mark ? t('correct.to', { category: mark.to }) : t('correct.isNot', { category: mark.not });

/** A picture or text of a result, as a button that people select, open and act on. */
export function Picture({
  item,
  at,
  score,
  stop = String(at),
  className = '',
  style,
  title,
  label,
  children,
}: {
  readonly item: ViewItem;
  /** The page of the lightbox that is about it. */
  readonly at?: number;
  readonly score?: number;
  readonly stop?: string;
  readonly className?: string;
  readonly style?: CSSProperties;
  readonly title?: string;
  /** Its name for screen readers, if the content does not say it. */
  readonly label?: string;
  readonly children: ReactNode;
}) {
  const { isSelectable, nodeId, tab, without } = useArea();
  // The label room shows marks of its own.
  const marked = useMarked(tab, item);
  const mark = without.has('move') ? undefined : marked;
  const { isPicked, props } = usePicture(item, stop, at, score);
  const isGiven = useIsGivenOn(nodeId, item);
  return (
    <button
      type="button"
      className={`${css.picture} ${className}`}
      style={style}
      title={title}
      aria-label={label !== undefined && mark ? listText([label, markText(mark)]) : label}
      aria-pressed={isSelectable && item.isPicture ? isPicked : undefined}
      data-given={isGiven || undefined}
      {...props}
    >
      {children}
      {mark && (
        <span className={css.mark} data-not={'not' in mark || undefined}>
          {'to' in mark ? `→ ${mark.to}` : `≠ ${categoryOf(item, mark.not)}`}
        </span>
      )}
    </button>
  );
}
