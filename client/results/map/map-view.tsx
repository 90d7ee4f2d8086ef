import { CloseButton, NativeSelect, Portal, TextInput, useComputedColorScheme } from '@mantine/core';
import { Hand, Images, Lasso, Maximize, Minus, Plus, Search, SquareDashed } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { ViewItem, ViewMap } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { factsTogether, formatCount, formatNumber, labelled } from '../../ui/format.ts';
import { madeText, t } from '../../ui/strings/index.ts';
import { categoryOf } from '../label-text.ts';
import { MiddleName } from '../middle-name.tsx';
import { placeBy } from '../pair-card.tsx';
import { useArea } from '../pictures/area.ts';
import { useGivenOn } from '../pictures/given-on.ts';
import { pagesOf } from '../pictures/pages.ts';
import { Picture } from '../pictures/picture.tsx';
import { PictureArea } from '../pictures/picture-area.tsx';
import { only, select, useSelection } from '../pictures/selection.ts';
import common from '../results.module.css';
import { ScaleLegend } from '../scale-legend.tsx';
import { ItemTile } from '../thumbnail.tsx';
import { Empty, ShowMore, type Size } from '../view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from '../view-kind.ts';
import { type Cloud, cloudOf } from './cloud.ts';
import { type Coloring, coloringOf, columnOf, nameColor, packed, pointColors } from './coloring.ts';
import { columnIn, setLook, useLook } from './look.ts';
import { type MapHandle, MapPlot, type Tool } from './map-plot.tsx';
import css from './map-view.module.css';
import { LEVEL } from './paint.ts';

/** The names of a legend to draw in a node; the others are counted. */
const NAMES_IN_NODE = 5;
/** The pictures in sight to draw at first. */
const FIRST_TILES = 60;

/** What the columns say of an item. */
export function factsOf(view: ViewMap, at: number): string[] {
  return view.columns.flatMap((column, place) => {
    const value = numberAt(view, at, place);
    if (!Number.isFinite(value)) return [];
    const told = column.names ? categoryOf(view.items[at], column.names[value] ?? '') : formatNumber(value);
    return [labelled(madeText(column.title), told)];
  });
}

const numberAt = ({ values, columns }: ViewMap, at: number, column: number): number =>
  values[at * (2 + columns.length) + 2 + column] ?? Number.NaN;

/** The items whose name or one of whose categories contains the words; undefined without words. */
export function foundBy(view: ViewMap, words: string): ReadonlySet<number> | undefined {
  const asked = words.trim().toLowerCase();
  if (asked === '') return undefined;
  const names = view.columns.map(({ names: own }) => own?.map((name) => name.toLowerCase().includes(asked)));
  const found = new Set<number>();
  for (const [at, { title, label }] of view.items.entries()) {
    const isNamed = title.toLowerCase().includes(asked) || label?.toLowerCase().includes(asked);
    if (isNamed || names.some((own, column) => own?.[numberAt(view, at, column)])) found.add(at);
  }
  return found;
}

/** Which points stand out: selected ones, and those that are given on; and where some were looked for, only those are plain. Undefined if all are plain. */
export function levelsOf(
  count: number,
  lit: ReadonlySet<number> | undefined,
  picked: Iterable<number>,
  given: Iterable<number> = [],
): Uint8Array | undefined {
  const levels = new Uint8Array(count).fill(lit ? LEVEL.dim : LEVEL.plain);
  for (const at of lit ?? []) levels[at] = LEVEL.plain;
  let isAny = lit !== undefined;
  for (const at of given) {
    if (levels[at] === LEVEL.dim) continue;
    levels[at] = LEVEL.given;
    isAny = true;
  }
  for (const at of picked) {
    levels[at] = LEVEL.strong;
    isAny = true;
  }
  return isAny ? levels : undefined;
}

/** Those of some items that have a place on the map and are out of sight. */
function outOfSight(cloud: Cloud, seen: readonly number[], items: Iterable<number> = []): number[] {
  const some = [...items];
  if (some.length === 0) return some;
  const inSight = new Uint8Array(cloud.count);
  for (const at of seen) inSight[at] = 1;
  return some.filter(
    (at) => inSight[at] === 0 && Number.isFinite((cloud.x[at] as number) + (cloud.y[at] as number)),
  );
}

function PointCard({
  view,
  at,
  x,
  y,
}: {
  readonly view: ViewMap;
  readonly at: number;
  readonly x: number;
  readonly y: number;
}) {
  const item = view.items[at];
  if (!item) return null;
  const facts = factsOf(view, at);
  const size = { width: 196, height: 196 + 24 + 18 * facts.length };
  const spot = { left: x, right: x, top: y - 12, bottom: y + 12 };
  const place = placeBy(spot, size, { width: innerWidth, height: innerHeight });
  return (
    <Portal>
      {/* Hidden from screen readers: the list beside the map says the same. */}
      <div className={css.card} style={{ ...place, width: size.width }} aria-hidden>
        <ItemTile item={item} edge={180} label="" />
        <MiddleName text={item.title} />
        {facts.map((fact) => (
          <span key={fact} className={css.fact}>
            {fact}
          </span>
        ))}
      </div>
    </Portal>
  );
}

function Legend({
  coloring,
  size,
  lit,
  onLight,
}: {
  readonly coloring: Coloring;
  readonly size: Size;
  /** The name that is lit; null if none is. */
  readonly lit: number | null;
  readonly onLight: (name: number | null) => void;
}) {
  if (coloring.kind === 'none') return null;
  if (coloring.kind === 'numbers')
    return (
      <div className={css.scale}>
        <ScaleLegend scale={coloring.scale} />
      </div>
    );
  const { names, counts, without } = coloring;
  const order = [...names.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  const shown = size === 'node' ? order.slice(0, NAMES_IN_NODE) : order;
  const left = order.length - shown.length;
  return (
    <ul className={css.legend} data-size={size} aria-label={t('results.mapLegend')}>
      {shown.map((place) => (
        <li key={place}>
          <button
            type="button"
            className={`${css.name} nodrag`}
            aria-pressed={lit === place}
            onClick={() => onLight(lit === place ? null : place)}
          >
            <span className={css.dot} style={{ background: nameColor(place) }} />
            <span className={css.nameText}>{categoryOf(undefined, names[place] ?? '')}</span>
            <span className={css.count}>{formatCount(counts[place] ?? 0)}</span>
          </button>
        </li>
      ))}
      {left > 0 && <li className={css.more}>{t('results.mapMore', { count: formatCount(left) })}</li>}
      {size === 'large' && without > 0 && (
        <li className={css.more}>{labelled(t('results.mapWithout'), formatCount(without))}</li>
      )}
    </ul>
  );
}

/** The pictures in sight, for everyone who would rather read a list: the same pictures, as buttons. */
function InSight({
  view,
  seen,
  lit,
  onShowAll,
}: {
  readonly view: ViewMap;
  readonly seen: readonly number[];
  readonly lit: ReadonlySet<number> | undefined;
  readonly onShowAll: () => void;
}) {
  const [shown, setShown] = useState(FIRST_TILES);
  const own = lit ? seen.filter((at) => lit.has(at)) : seen;
  const tiles = own.slice(0, shown);
  return (
    <section className={css.list} aria-label={t('results.mapInSight')}>
      <p className={css.listHead}>
        {labelled(
          t('results.mapInSight'),
          own.length < view.items.length
            ? t('results.count', { shown: formatCount(own.length), total: formatCount(view.items.length) })
            : formatCount(own.length),
        )}
      </p>
      {seen.length === 0 && (
        <button type="button" className={css.select} onClick={onShowAll}>
          {t('results.mapFit')}
        </button>
      )}
      <ul className={css.tiles}>
        {tiles.map((at) => {
          const item = view.items[at] as ViewItem;
          return (
            <li key={at}>
              <Picture
                item={item}
                at={at}
                className={common.tile}
                title={item.title}
                label={factsTogether([item.title, ...factsOf(view, at)])}
              >
                <ItemTile item={item} edge={72} label="" fit="fill" />
              </Picture>
            </li>
          );
        })}
      </ul>
      <ShowMore
        left={own.length - tiles.length}
        size="node"
        onMore={() => setShown(shown + 4 * FIRST_TILES)}
      />
    </section>
  );
}

const TOOLS = [
  { tool: 'move', icon: Hand, title: 'results.mapMove' },
  { tool: 'lasso', icon: Lasso, title: 'results.mapLasso' },
  { tool: 'box', icon: SquareDashed, title: 'results.mapBox' },
] as const;

/** A map of pictures: points on a plane that can be enlarged, coloured, searched and selected. */
export function MapView({ view, size, nodeId }: ViewBodyProps<ViewMap>) {
  const pages = useMemo(
    () => pagesOf(view.items, (at) => factsTogether([view.items[at]?.title ?? '', ...factsOf(view, at)])),
    [view],
  );
  if (view.items.length === 0) return <Empty>{t('results.mapEmpty')}</Empty>;
  return (
    <PictureArea nodeId={nodeId} pages={pages} className={css.area ?? ''}>
      <Plane view={view} size={size} nodeId={nodeId} />
    </PictureArea>
  );
}

function Plane({ view, size, nodeId }: ViewBodyProps<ViewMap>) {
  const area = useArea();
  const theme = useComputedColorScheme('light');
  const look = useLook(nodeId);
  const [words, setWords] = useState('');
  const [name, setName] = useState<number | null>(null);
  const [tool, setTool] = useState<Tool>('move');
  const [hover, setHover] = useState<{ readonly at: number; readonly x: number; readonly y: number } | null>(
    null,
  );
  // At first, before the map is at rest, everything is in sight.
  const [seen, setSeen] = useState<readonly number[]>(() => [...view.items.keys()]);
  const handle = useRef<MapHandle>(null);

  const cloud = useMemo(() => cloudOf(view.values, 2 + view.columns.length), [view]);
  const column = columnIn(view, look);
  const coloring = useMemo(() => coloringOf(view, column < 0 ? undefined : column), [view, column]);
  const colors = useMemo(() => {
    const own = getComputedStyle(document.documentElement);
    const hex = (variable: string) => packed(own.getPropertyValue(variable).trim());
    return pointColors(view, coloring, { plain: hex('--pb-accent'), unknown: hex('--pb-map-node') });
  }, [view, coloring, theme]);

  const asked = useDeferredValue(words);
  const found = useMemo(() => foundBy(view, asked), [view, asked]);
  const lit = useMemo(() => {
    if (name === null || coloring.kind !== 'names') return found;
    const own = new Set<number>();
    for (const [at, value] of columnOf(view, coloring.column).entries())
      if (value === name && (found?.has(at) ?? true)) own.add(at);
    return own;
  }, [view, coloring, name, found]);
  const unseen = useMemo(() => outOfSight(cloud, seen, lit), [lit, seen, cloud]);
  const picked = useSelection(({ byTab }) => byTab[area.tab]?.picked);
  const pickedPlaces = useMemo(() => {
    const own: number[] = [];
    // Without a table of a million keys, which would take more memory than the map.
    if (picked && picked.size > 0)
      for (const [at, item] of view.items.entries()) if (picked.has(viewItemKey(item))) own.push(at);
    return own;
  }, [view.items, picked]);
  const given = useGivenOn(nodeId);
  const givenPlaces = useMemo(
    () => (given ? [...view.items.entries()].flatMap(([at, item]) => (given.has(item) ? [at] : [])) : []),
    [view.items, given],
  );
  const levels = useMemo(
    () => levelsOf(view.items.length, lit, pickedPlaces, givenPlaces),
    [view.items, lit, pickedPlaces, givenPlaces],
  );
  const pickedUnseen = useMemo(() => outOfSight(cloud, seen, pickedPlaces), [cloud, seen, pickedPlaces]);

  const selectLit = () => {
    if (!lit || lit.size === 0) return;
    select(area, only([...lit].map((at) => ({ item: view.items[at] as ViewItem, at }))), null);
  };
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      selectLit();
    } else if (event.key === 'Escape' && words !== '') {
      event.preventDefault();
      event.stopPropagation();
      setWords('');
    }
  };
  const label = labelled(t('results.map'), amountText('results.items', view.items.length));
  const plot = (
    <MapPlot
      view={view}
      cloud={cloud}
      colors={colors}
      levels={levels}
      lit={lit}
      pictures={look.pictures}
      size={size}
      tool={size === 'node' ? 'lasso' : tool}
      theme={theme}
      handle={handle}
      name={label}
      onHover={(at, x, y) => setHover(at === null ? null : { at, x, y })}
      onSeen={setSeen}
    />
  );
  const card = hover && <PointCard view={view} {...hover} />;
  const legend = <Legend coloring={coloring} size={size} lit={name} onLight={setName} />;
  if (size === 'node')
    return (
      <div>
        {plot}
        {legend}
        {card}
      </div>
    );
  const missing = view.items.length - cloud.placed;
  return (
    <div className={css.large}>
      <div className={css.tools}>
        {view.columns.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={t('results.mapColor')}
            data={[
              ...view.columns.map(({ title }) => ({
                value: title,
                label: t('results.mapColorBy', { name: madeText(title) }),
              })),
              { value: '', label: t('results.mapNoColor') },
            ]}
            value={view.columns[column]?.title ?? ''}
            onChange={(event) => {
              setName(null);
              setLook(nodeId, { column: event.currentTarget.value });
            }}
          />
        )}
        <TextInput
          size="xs"
          className={css.search ?? ''}
          type="search"
          aria-label={t('results.mapSearch')}
          placeholder={t('results.mapSearch')}
          leftSection={<Search size={14} aria-hidden />}
          rightSection={
            words === '' ? null : (
              <CloseButton size="xs" aria-label={t('results.mapClear')} onClick={() => setWords('')} />
            )
          }
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={onSearchKey}
          // Escape clears the words first, and does not close the window.
          data-mantine-stop-propagation={words !== ''}
        />
        {lit && (
          <span className={css.hits} role="status">
            {unseen.length === 0
              ? t('results.mapFound', { count: formatCount(lit.size) })
              : t('results.mapFoundUnseen', {
                  count: formatCount(lit.size),
                  unseen: formatCount(unseen.length),
                })}
          </span>
        )}
        {unseen.length > 0 && (
          <button type="button" className={css.select} onClick={() => handle.current?.fit([...(lit ?? [])])}>
            {t('results.mapShowFound')}
          </button>
        )}
        {lit && lit.size > 0 && area.isSelectable && (
          <button type="button" className={css.select} onClick={selectLit}>
            {t('results.mapSelect')}
          </button>
        )}
        {pickedUnseen.length > 0 && (
          <button type="button" className={css.select} onClick={() => handle.current?.fit(pickedPlaces)}>
            {t('results.mapShowPicked')}
          </button>
        )}
        <span className={css.grow} />
        <span className={css.group} role="group" aria-label={t('results.mapTools')}>
          {TOOLS.map(({ tool: own, icon: Icon, title }) => (
            <button
              key={own}
              type="button"
              className={css.tool}
              aria-pressed={tool === own}
              aria-label={t(title)}
              title={t(title)}
              onClick={() => setTool(own)}
            >
              <Icon size={16} aria-hidden />
            </button>
          ))}
        </span>
        <span className={css.group}>
          <button
            type="button"
            className={css.tool}
            aria-pressed={look.pictures}
            aria-label={t('results.mapPictures')}
            title={t('results.mapPictures')}
            onClick={() => setLook(nodeId, { pictures: !look.pictures })}
          >
            <Images size={16} aria-hidden />
          </button>
          {(
            [
              ['results.mapOut', Minus, () => handle.current?.zoom(1 / 1.6)],
              ['results.mapFit', Maximize, () => handle.current?.fit()],
              ['results.mapIn', Plus, () => handle.current?.zoom(1.6)],
            ] as const
          ).map(([title, Icon, act]) => (
            <button
              key={title}
              type="button"
              className={css.tool}
              aria-label={t(title)}
              title={t(title)}
              onClick={act}
            >
              <Icon size={16} aria-hidden />
            </button>
          ))}
        </span>
      </div>
      <div className={css.plane}>
        <div className={css.plot}>
          {plot}
          {missing > 0 && (
            <p className={css.missing}>{t('results.mapMissing', { count: formatCount(missing) })}</p>
          )}
        </div>
        <div className={css.side}>
          {legend}
          <InSight view={view} seen={seen} lit={lit} onShowAll={() => handle.current?.fit()} />
        </div>
      </div>
      {card}
    </div>
  );
}

/** The view with only some of its items. */
export function mapOf(view: ViewMap, kept: readonly number[]): ViewMap {
  const wide = 2 + view.columns.length;
  const values = new Float32Array(kept.length * wide);
  for (const [place, at] of kept.entries())
    values.set(view.values.subarray(at * wide, (at + 1) * wide), place * wide);
  return { ...view, items: kept.map((at) => view.items[at] as ViewItem), values };
}

/** How the studio shows maps. */
export const map: KindOfView<ViewMap> = {
  Body: MapView,
  amount: ({ items, total }) => amountText('results.items', items.length, total),
  rows: (view) => ({
    header: ['item', 'x', 'y', ...view.columns.map(({ title }) => title)],
    rows: view.items.map(({ title }, at) => {
      const row = view.values.subarray(at * (2 + view.columns.length), (at + 1) * (2 + view.columns.length));
      const cell = (value: number) => (Number.isFinite(value) ? value : null);
      return [
        title,
        cell(row[0] as number),
        cell(row[1] as number),
        ...view.columns.map(({ names }, column) => {
          const value = row[2 + column] as number;
          return names ? (names[value] ?? null) : cell(value);
        }),
      ];
    }),
  }),
  without: (view, hidden) =>
    mapOf(
      view,
      [...view.items.keys()].filter((at) => !hidden.has(viewItemKey(view.items[at] as ViewItem))),
    ),
};
