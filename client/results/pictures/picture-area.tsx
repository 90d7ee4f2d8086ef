import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { viewItemKey } from '../../../server/contract/view.ts';
import { useTabs } from '../../document/tabs.ts';
import { t } from '../../ui/strings/index.ts';
import { Lightbox } from '../lightbox.tsx';
import { actByKey, actedOn, actedOnSelection, pick, pickBy } from './act.ts';
import { type Area, AreaContext, createArea, type TileBox } from './area.ts';
import { NOT, useDropTargets } from './category-bar.tsx';
import { categoriesOf, moveTo, ruleOutShown } from './correct.ts';
import { startDrag } from './drag-to-category.ts';
import { openPictureMenu } from './menu.ts';
import { nextStop } from './next-stop.ts';
import { allPictures, type Pages } from './pages.ts';
import css from './pictures.module.css';
import { startBand } from './rubber-band.ts';
import { only, select, selectionOf } from './selection.ts';

/** Elements inside of an area that have keys and clicks of their own. */
const OWN = 'button, a, input, select, textarea, [role="application"]';

const NONE: ReadonlySet<string> = new Set();

/** Drags the selected pictures onto a category, if the workflow has a set and the pointer goes down on one of them. */
function startMove(event: PointerEvent<HTMLElement>, area: Area): boolean {
  const on = actedOnSelection(area);
  const categories = area.without.has('move') ? [] : categoriesOf(area);
  if (categories.length === 0 || on.items.length === 0) return false;
  return startDrag(
    event,
    on.items.length,
    (id) => {
      const category = categories.find((one) => one.id === id);
      if (category) moveTo(area, on.items, category);
      else if (id === NOT) ruleOutShown(area, on.items);
    },
    (isDragged) => useDropTargets.setState({ categories: isDragged ? categories : null }),
  );
}

/**
 * A view that shows pictures: keys, rubber band, and the lightbox that leafs through all of its pages. The pictures in it are
 * one stop of the Tab key.
 */
export function PictureArea({
  nodeId,
  pages,
  isSelectable = true,
  className = '',
  onOpen,
  without = NONE,
  boxes,
  children,
}: {
  readonly nodeId: string;
  readonly pages: Pages;
  readonly isSelectable?: boolean;
  readonly className?: string;
  /** Opens a page, instead of the lightbox. */
  readonly onOpen?: (at: number) => void;
  /** The ids of actions that make no sense here. */
  readonly without?: ReadonlySet<string>;
  /** Where all tiles are, for an area that draws only some of them. */
  readonly boxes?: () => readonly TileBox[];
  readonly children: ReactNode;
}) {
  const tab = useTabs((state) => state.active) ?? '';
  const [page, setPage] = useState<number | null>(null);
  // The area stays the same while its view changes, because gestures and pictures hold on to it.
  const latest = useRef({ pages, onOpen, boxes });
  latest.current = { pages, onOpen, boxes };
  const drawsSome = boxes !== undefined;
  const root = useRef<HTMLDivElement>(null);
  const area = useMemo(
    () =>
      createArea({
        tab,
        nodeId,
        isSelectable,
        pages: () => latest.current.pages,
        open: (at) => (latest.current.onOpen ?? setPage)(at),
        without,
        ...(drawsSome && { boxes: () => latest.current.boxes?.() ?? [] }),
      }),
    [tab, nodeId, isSelectable, without, drawsSome],
  );
  // Later results may contain none of the selected pictures. Then nothing would show what the bar counts.
  const before = useRef(pages);
  useEffect(() => {
    if (before.current === pages) return;
    before.current = pages;
    const { picked, node } = selectionOf(tab);
    if (node !== nodeId || picked.size === 0) return;
    if (!allPictures(pages).some(({ item }) => picked.has(viewItemKey(item))))
      select({ tab, nodeId }, only([]), null);
  }, [pages, tab, nodeId]);
  // The Tab key reaches the first picture, also when the one that it reached before is gone.
  useEffect(() => {
    const stops = stopsIn(root.current);
    const { active } = area.stop.getState();
    if (stops.some(({ dataset }) => dataset.stop === active)) return;
    area.stop.setState({ active: stops[0]?.dataset.stop ?? '' });
  });

  const ask =
    (by: HTMLElement): Parameters<typeof actByKey>[2] =>
    (on, action) =>
      openPictureMenu(on, by, action);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const tile = area.tiles.get(target);
    const isOther = !tile && target !== event.currentTarget && target.closest(OWN) !== null;
    const isPlain = !event.ctrlKey && !event.metaKey && event.key !== 'Escape';
    if (isOther && isPlain) return;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (tile && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const stops = stopsIn(event.currentTarget);
      const at = stops.indexOf(target);
      const next = at === -1 ? undefined : nextStop(event.key, at, stops);
      const goal = next === undefined ? undefined : stops[next];
      if (goal) {
        done();
        goal.focus();
        const reached = area.tiles.get(goal);
        if (event.shiftKey && reached) {
          pick(area, tile, 'range');
          pick(area, reached, 'range');
        }
        return;
      }
    }
    const on = tile ? actedOn(area, tile) : actedOnSelection(area);
    if (actByKey(on, event.nativeEvent, ask(target))) done();
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    if (area.isClickSpent || !isSelectable) return;
    if ((event.target as HTMLElement).closest(`${OWN}, [data-stop]`)) return;
    // A click beside the pictures clears the selection, and the keys of the view work.
    event.currentTarget.focus({ preventScroll: true });
    if (pickBy(event) === 'only') select(area, only([]), null);
  };
  return (
    <AreaContext value={area}>
      <div
        ref={root}
        className={`${css.area} nodrag nokey ${className}`}
        role="group"
        aria-label={t('pictures.area')}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onPointerDown={(event) => {
          const own = (event.target as HTMLElement).closest(OWN);
          if (own && !area.tiles.has(own)) return;
          if (!startMove(event, area)) startBand(event, area);
        }}
      >
        {children}
      </div>
      {page !== null && <Lightbox area={area} pages={pages} start={page} onClose={() => setPage(null)} />}
    </AreaContext>
  );
}

const stopsIn = (root: HTMLElement | null): HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>('[data-stop]') ?? []),
];
