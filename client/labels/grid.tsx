import {
  type CSSProperties,
  memo,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { categoryOf } from '../results/label-text.ts';
import { MiddleName } from '../results/middle-name.tsx';
import { CORRECTIONS } from '../results/pictures/actions.ts';
import type { TileBox } from '../results/pictures/area.ts';
import { startDrag } from '../results/pictures/drag-to-category.ts';
import { pagesOf } from '../results/pictures/pages.ts';
import { Picture } from '../results/pictures/picture.tsx';
import { PictureArea } from '../results/pictures/picture-area.tsx';
import { Thumbnail } from '../results/thumbnail.tsx';
import { listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { CategoryBadge } from './category-badge.tsx';
import css from './grid.module.css';
import { cornerOf, type GridLayout, LINE, layoutOf, movedBy, placesIn } from './grid-layout.ts';
import { NO_MARK } from './marks.ts';
import { ROOM } from './sets.ts';
import { goTo, useSorting } from './sorting.ts';

/** Actions that act on the workflow behind the room, or open the room itself. */
const WITHOUT: ReadonlySet<string> = new Set(['sort', 'query', ...CORRECTIONS]);

/** The sides of thumbnails that the room asks for. Few, so that moving the slider does not load all of them again. */
const EDGES = [128, 256, 512] as const;
const edgeFor = (cell: number): number => EDGES.find((edge) => edge >= cell) ?? 512;

/** Pictures that scroll by are not loaded: how long a tile stays until it loads, in milliseconds. */
const STAYS_MS = 70;
/** Pictures that were loaded before appear at once. */
const seen = new Set<string>();

/** Faster than this, nobody recognizes a picture, and decoding all of them would make the list stutter. In pixels per millisecond. */
const FAST = 2;
const flight = { top: 0, at: 0, until: 0 };

function noteScroll(top: number): void {
  const now = performance.now();
  const { top: before, at } = flight;
  flight.top = top;
  flight.at = now;
  if (now - at < 200 && Math.abs(top - before) / Math.max(8, now - at) > FAST)
    flight.until = now + 2 * STAYS_MS;
}

const isFlying = () => performance.now() < flight.until;

/** Whether the picture of a tile is loaded: once the tile has stayed for a moment and the list does not fly by. */
function useStays(key: string): boolean {
  const [stays, setStays] = useState(() => seen.has(key) && !isFlying());
  useEffect(() => {
    if (stays) return;
    const timer = setInterval(() => {
      if (isFlying()) return;
      seen.add(key);
      setStays(true);
    }, STAYS_MS);
    return () => clearInterval(timer);
  }, [key, stays]);
  return stays;
}

const Tile = memo(function Tile({
  at,
  place,
  layout,
}: {
  /** The position of the picture in the room, and its place in the grid. */
  readonly at: number;
  readonly place: number;
  readonly layout: GridLayout;
}) {
  const picture = useSorting((state) => state.pictures[at]);
  const { category, not } = useSorting((state) => state.marks[at] ?? NO_MARK);
  const categories = useSorting((state) => state.categories);
  const edge = edgeFor(layout.cell);
  const stays = useStays(`${edge}:${at}:${picture?.item.title}`);
  if (!picture) return null;
  const { item, guess } = picture;
  const { x, y } = cornerOf(layout, place);
  const own = categories.find(({ id }) => id === category);
  const out = categories.filter(({ id }) => not.includes(id)).map(({ name }) => name);
  const words = [
    item.title,
    own?.name ?? t('categories.none'),
    ...(out.length > 0 ? [t('categories.isNot', { names: listText(out) })] : []),
  ];
  const style: CSSProperties = {
    width: layout.cell,
    height: layout.tall,
    transform: `translate(${x}px, ${y}px)`,
  };
  return (
    <li className={css.cell} style={style} aria-setsize={layout.count} aria-posinset={place + 1}>
      <Picture
        item={item}
        at={place}
        stop={String(at)}
        className={css.tile}
        title={guess === undefined ? item.title : `${item.title} · ${categoryOf(item, guess)}`}
        label={listText(words)}
      >
        <span className={css.face}>
          {stays ? (
            <Thumbnail source={item.picture} edge={edge} label="" fit="fill" />
          ) : (
            <span className={css.blank} />
          )}
          {own && <CategoryBadge category={own} />}
          {out.length > 0 && <span className={css.out}>≠ {listText(out)}</span>}
        </span>
        <MiddleName text={item.title} />
      </Picture>
    </li>
  );
});

/** What the keys of the room need from the grid. */
export interface GridHandle {
  /** The place that a key moves to; undefined for other keys. */
  moved(key: string, place: number): number | undefined;
  /** Shows a place and gives it the focus. */
  reach(place: number, focus?: boolean): void;
}

/** All pictures of a filter. Only those in sight are drawn, so ten thousand scroll like a hundred. */
export function Grid({
  shown,
  picked,
  wish,
  handle,
  onOpen,
  onDrop,
}: {
  /** The positions of the pictures, in order. */
  readonly shown: readonly number[];
  /** How many of them are selected. */
  readonly picked: number;
  /** The wished width of a tile, in CSS pixels. */
  readonly wish: number;
  readonly handle: Ref<GridHandle>;
  readonly onOpen: (place: number) => void;
  readonly onDrop: (category: string) => void;
}) {
  const pictures = useSorting((state) => state.pictures);
  const active = useSorting((state) => state.active);
  const scroller = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ width: 0, height: 0 });
  const layout = useMemo(() => layoutOf(shown.length, box.width, wish), [shown.length, box.width, wish]);
  const latest = useRef(layout);
  latest.current = layout;
  const [range, setRange] = useState({ from: 0, to: 0 });
  const [focus, setFocus] = useState<number>();

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    noteScroll(element.scrollTop);
    const next = placesIn(latest.current, element.scrollTop, element.clientHeight);
    setRange((now) => (now.from === next.from && now.to === next.to ? now : next));
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setBox({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // With another size of tiles, the first picture in sight stays in sight.
  const before = useRef(layout);
  useLayoutEffect(() => {
    const [old, element] = [before.current, scroller.current];
    before.current = layout;
    if (element && (old.cell !== layout.cell || old.columns !== layout.columns) && element.scrollTop > 0) {
      const { from } = placesIn(old, element.scrollTop, 0, 0);
      element.scrollTop = cornerOf(layout, from).y;
    }
    look();
  }, [layout, look]);

  const pages = useMemo(() => pagesOf(shown.flatMap((at) => pictures[at]?.item ?? [])), [shown, pictures]);
  const boxes = useCallback(
    (): readonly TileBox[] =>
      shown.flatMap((position, at) => {
        const picture = pictures[position];
        if (!picture) return [];
        const { x, y } = cornerOf(latest.current, at);
        const { cell, tall } = latest.current;
        return [{ tile: { item: picture.item, at }, left: x, top: y, right: x + cell, bottom: y + tall }];
      }),
    [shown, pictures],
  );

  useImperativeHandle(
    handle,
    () => ({
      moved(key, place) {
        const rows = Math.floor((scroller.current?.clientHeight ?? 0) / (latest.current.tall + 1));
        return movedBy(key, place, latest.current, rows);
      },
      reach(place, takesFocus = true) {
        const element = scroller.current;
        const at = shown[place];
        if (!element || at === undefined) return;
        const { y } = cornerOf(latest.current, place);
        const { tall } = latest.current;
        if (y < element.scrollTop) element.scrollTop = y - LINE;
        else if (y + tall > element.scrollTop + element.clientHeight)
          element.scrollTop = y + tall + LINE - element.clientHeight;
        look();
        goTo(at);
        if (takesFocus) setFocus(at);
      },
    }),
    [shown, look],
  );
  // The tile is drawn first.
  useEffect(() => {
    if (focus === undefined) return;
    scroller.current?.querySelector<HTMLElement>(`[data-stop="${focus}"]`)?.focus({ preventScroll: true });
    setFocus(undefined);
  }, [focus]);

  // The picture with the focus stays drawn, otherwise its keys would go nowhere.
  const activePlace = useMemo(() => shown.indexOf(active), [shown, active]);
  const places: number[] = [];
  if (activePlace !== -1 && activePlace < range.from) places.push(activePlace);
  for (let place = range.from; place < Math.min(range.to, shown.length); place++) places.push(place);
  if (activePlace !== -1 && activePlace >= range.to) places.push(activePlace);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it watches what happens on the pictures inside; they have roles and keys.
    <div
      ref={scroller}
      className={css.scroller}
      onScroll={look}
      onPointerDownCapture={(event) => startDrag(event, picked, onDrop)}
      onFocus={({ target }) => {
        const stop = target instanceof HTMLElement ? target.dataset.stop : undefined;
        if (stop !== undefined) goTo(Number(stop));
      }}
    >
      <PictureArea
        nodeId={ROOM}
        pages={pages}
        className={css.area}
        onOpen={onOpen}
        without={WITHOUT}
        boxes={boxes}
      >
        <ul className={css.grid} style={{ height: layout.height }} aria-label={t('categories.pictures')}>
          {places.map((place) => {
            const at = shown[place];
            return at === undefined ? null : <Tile key={at} at={at} place={place} layout={layout} />;
          })}
        </ul>
      </PictureArea>
    </div>
  );
}
