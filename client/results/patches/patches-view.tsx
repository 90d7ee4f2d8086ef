import { useCallback, useMemo, useState } from 'react';
import {
  mapsEach,
  type ViewItem,
  type ViewPatch,
  type ViewPatches,
  viewItemKey,
} from '../../../server/contract/view.ts';
import { useDocument } from '../../document/store.ts';
import { useTabs } from '../../document/tabs.ts';
import { factsTogether, formatCount } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import type { MatrixCell } from '../matrix-cell.ts';
import { pagesOf } from '../pictures/pages.ts';
import { PictureArea } from '../pictures/picture-area.tsx';
import { useHidden } from '../pictures/selection.ts';
import common from '../results.module.css';
import { ScaleLegend } from '../scale-legend.tsx';
import { Empty, type Size } from '../view-frame.tsx';
import { aboutItem, amountText, type KindOfView, type TextTable, type ViewBodyProps } from '../view-kind.ts';
import { mapOf, scaleOfQuery } from './maps.ts';
import { PatchPicture } from './patch-picture.tsx';
import css from './patches-view.module.css';
import { pickedNow, pickPatch } from './pick.ts';

const EDGE = { node: 256, large: 512 } as const;
const FIRST = 24;

interface MapsProps {
  readonly view: ViewPatches;
  readonly query: number;
  /** The places of the pictures to draw, without hidden ones. */
  readonly places: readonly number[];
  readonly size: Size;
  readonly opacity: number;
  readonly picked?: ViewPatch;
  readonly onPick?: (patch: ViewPatch, by: 'pointer' | 'keys') => void;
}

function PictureMap({ place, at, ...props }: MapsProps & { readonly place: number; readonly at: number }) {
  const { view, query, size, opacity, picked, onPick } = props;
  const { items, rows, columns, steps, upright } = view;
  const map = useMemo(() => mapOf(view, place, query), [view, place, query]);
  const item = items[place];
  if (!item) return null;
  const cell: MatrixCell | undefined = picked && { row: picked.row - 1, column: picked.column - 1 };
  return (
    <li>
      <PatchPicture
        {...{ item, map, rows, columns, steps, upright, opacity }}
        at={at}
        stop={`${query} ${at}`}
        edge={EDGE[size]}
        start={cell ?? { row: 0, column: 0 }}
        picked={picked?.picture === place + 1 ? cell : undefined}
        onPick={
          onPick && ((at, by) => onPick({ picture: place + 1, row: at.row + 1, column: at.column + 1 }, by))
        }
      />
    </li>
  );
}

/** All pictures of one query, with the colour scale of its numbers. */
function QueryMaps(props: MapsProps) {
  const { view, query, places, picked } = props;
  const asked = view.shows === 'heat' ? view.queries[query]?.title : undefined;
  const like = picked && view.items[picked.picture - 1];
  const words =
    asked ??
    (picked && like
      ? t('results.pickedPatch', { row: picked.row, column: picked.column, title: like.title })
      : t('results.alikeColors'));
  return (
    <section className={css.query} aria-label={words}>
      <div className={css.queryHead}>
        <span className={css.words}>{words}</span>
        {view.shows === 'heat' && <ScaleLegend scale={scaleOfQuery(view, query)} />}
      </div>
      <ul className={css.maps} data-size={props.size}>
        {places.map((place, at) => (
          <PictureMap key={place} {...props} place={place} at={at} />
        ))}
      </ul>
    </section>
  );
}

/** Pictures with their heatmap or patch colours on top. If the node has a picked patch, a click picks another one. */
export function PatchesView({ view, size, nodeId }: ViewBodyProps<ViewPatches>) {
  const [opacity, setOpacity] = useState(0.65);
  const [shown, setShown] = useState(FIRST);
  const node = useDocument((state) => state.nodes[nodeId]);
  const canPick = view.shows === 'heat' && view.picked !== undefined && node !== undefined;
  const onPick = useCallback(
    (patch: ViewPatch, by: 'pointer' | 'keys') => pickPatch(nodeId, patch, by),
    [nodeId],
  );
  const { items, rows, columns } = view;
  const tab = useTabs((state) => state.active) ?? '';
  const hidden = useHidden({ tab, nodeId });
  // The node counts its pictures, so hidden ones keep their places.
  const places = useMemo(
    () => [...items.keys()].filter((at) => !hidden?.has(viewItemKey(items[at] as ViewItem))),
    [items, hidden],
  );
  const pages = useMemo(() => pagesOf(places.map((place) => items[place] as ViewItem)), [places, items]);
  if (items.length === 0 || rows * columns === 0) return <Empty>{t('results.noPatches')}</Empty>;
  const each = mapsEach(view);
  if (each === 0) return <Empty>{t('results.noPatchQueries')}</Empty>;
  const picked = view.shows === 'heat' ? pickedNow(node?.params, view) : undefined;
  const left = places.length - shown;
  return (
    <PictureArea nodeId={nodeId} pages={pages} className={css.patches}>
      <label className={css.opacity}>
        {t('results.opacity')}
        <input
          type="range"
          className="nodrag"
          min={0}
          max={1}
          step={0.05}
          value={opacity}
          onChange={(event) => setOpacity(event.currentTarget.valueAsNumber)}
        />
      </label>
      {Array.from({ length: each }, (_, query) => (
        <QueryMaps
          key={query}
          {...{ view, query, size, opacity, picked }}
          places={places.slice(0, shown)}
          onPick={canPick ? onPick : undefined}
        />
      ))}
      {left > 0 && (
        <button
          type="button"
          className={`${common.showMore} nodrag`}
          onClick={() => setShown(shown + 4 * FIRST)}
        >
          {t('results.showMore')} ({formatCount(left)})
        </button>
      )}
    </PictureArea>
  );
}

/** One row for each patch, counted from 1, with its number for each query, or its red, green and blue. */
function patchRows(view: ViewPatches): TextTable {
  const { items, columns, rows } = view;
  const patches = rows * columns;
  const place = (at: number) => [Math.floor(at / columns) + 1, (at % columns) + 1];
  const table = items.flatMap(({ title }, picture) =>
    Array.from({ length: mapsEach(view) }, (_, query) => query).flatMap((query) => {
      const map = mapOf(view, picture, query);
      const asked =
        view.shows === 'heat' && view.queries.length > 0 ? [view.queries[query]?.title ?? null] : [];
      return Array.from({ length: patches }, (_, at) => [title, ...asked, ...place(at), ...map.numbers(at)]);
    }),
  );
  if (view.shows === 'colors')
    return { header: ['picture', 'row', 'column', 'red', 'green', 'blue'], rows: table };
  const asked = view.queries.length > 0 ? ['query'] : [];
  return { header: ['picture', ...asked, 'row', 'column', 'cosine'], rows: table };
}

/** The view without hidden pictures: the others move up. */
export function withoutHidden(view: ViewPatches, hidden: ReadonlySet<string>): ViewPatches {
  const kept = [...view.items.keys()].filter((at) => !hidden.has(viewItemKey(view.items[at] as ViewItem)));
  const each = view.items.length === 0 ? 0 : view.values.length / view.items.length;
  const values = new Float32Array(kept.length * each);
  for (const [to, at] of kept.entries())
    values.set(view.values.subarray(at * each, (at + 1) * each), to * each);
  const next = { ...view, items: kept.map((at) => view.items[at] as ViewItem), values };
  if (next.shows !== 'heat' || next.picked === undefined) return next;
  const place = kept.indexOf(next.picked.picture - 1);
  return { ...next, picked: place < 0 ? undefined : { ...next.picked, picture: place + 1 } };
}

/** How the studio shows pictures with their patches. */
export const patches: KindOfView<ViewPatches> = {
  Body: PatchesView,
  amount: ({ items, rows, columns }) =>
    factsTogether([amountText('results.pictures', items.length), `${rows} × ${columns}`]),
  rows: patchRows,
  exported: withoutHidden,
  about: (view) =>
    view.shows === 'heat' && view.queries.length === 1
      ? aboutItem(view.queries[0])
      : view.items.length === 1
        ? aboutItem(view.items[0])
        : undefined,
};
