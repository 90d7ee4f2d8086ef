import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ViewOf } from '../../server/contract/view.ts';
import { viewItemKey } from '../../server/contract/view.ts';
import { factsTogether, formatScore, labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { type ColorScale, paintCells, scaleOf } from './color-scale.ts';
import css from './heatmap-view.module.css';
import { cellAt, cellBy, type MatrixCell } from './matrix-cell.ts';
import { PairCard, type Spot } from './pair-card.tsx';
import { menuPoint, openMenuOfPair } from './pictures/act.ts';
import { useArea } from './pictures/area.ts';
import type { Pages } from './pictures/pages.ts';
import { PictureArea } from './pictures/picture-area.tsx';
import common from './results.module.css';
import { ScaleLegend } from './scale-legend.tsx';
import { Empty, type Size } from './view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type Heatmap = ViewOf<'heatmap'>;

/** Paints a matrix once, one pixel per cell. The browser enlarges it without blurring. */
function usePainted(view: Heatmap, scale: ColorScale) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(view.columns.length, view.rows.length);
    paintCells(view.values, scale, image.data);
    context.putImageData(image, 0, 0);
  }, [view, scale]);
  return canvas;
}

/** A page for each cell, row by row. */
function cellPages({ rows, columns, values }: Heatmap): Pages {
  const itemsAt = (at: number) => {
    const [row, column] = [rows[Math.floor(at / columns.length)], columns[at % columns.length]];
    return row && column ? ([row, column] as const) : undefined;
  };
  const score = (at: number) => values[at] ?? Number.NaN;
  return {
    count: rows.length * columns.length,
    items: (at) => itemsAt(at) ?? [],
    score,
    caption(at) {
      const [row, column] = itemsAt(at) ?? [];
      return row && column
        ? t('results.pair', { row: row.title, column: column.title, value: formatScore(score(at)) })
        : '';
    },
    pictures: () => [...new Map([...rows, ...columns].map((item) => [viewItemKey(item), item])).values()],
  };
}

/** A matrix of scores as colours. Pointing at a cell shows its pair and its number. */
export function HeatmapView({ view, size, nodeId }: ViewBodyProps<Heatmap>) {
  const pages = useMemo(() => cellPages(view), [view]);
  if (view.rows.length === 0 || view.columns.length === 0) return <Empty>{t('results.noCells')}</Empty>;
  return (
    <PictureArea nodeId={nodeId} pages={pages}>
      <Matrix view={view} size={size} pages={pages} />
    </PictureArea>
  );
}

function Matrix({
  view,
  size,
  pages,
}: {
  readonly view: Heatmap;
  readonly size: Size;
  readonly pages: Pages;
}) {
  const { rows, columns, values } = view;
  const area = useArea();
  const scale = useMemo(() => scaleOf(values), [values]);
  const canvas = usePainted(view, scale);
  const [cell, setCell] = useState<MatrixCell | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);

  const spotOf = ({ row, column }: MatrixCell): Spot | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return null;
    const [width, height] = [box.width / columns.length, box.height / rows.length];
    const [left, top] = [box.left + column * width, box.top + row * height];
    return { left, top, right: left + width, bottom: top + height };
  };
  const point = (next: MatrixCell | undefined) => {
    if (next?.row === cell?.row && next?.column === cell?.column) return;
    setCell(next ?? null);
    setSpot(next ? spotOf(next) : null);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    point(cellAt(x, y, rows.length, columns.length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && cell) {
      event.preventDefault();
      event.stopPropagation();
      open();
      return;
    }
    const next = cellBy(event, cell ?? { row: 0, column: 0 }, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    point(next);
  };
  const placeOf = ({ row, column }: MatrixCell) => row * columns.length + column;
  const open = () => {
    if (!cell) return;
    point(undefined);
    area.open(placeOf(cell));
  };
  const onContextMenu = (event: MouseEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.stopPropagation();
    if (!cell) return;
    const at = placeOf(cell);
    const pair = new Map(pages.items(at).map((item) => [viewItemKey(item), { item, score: values[at] }]));
    openMenuOfPair(area, [...pair.values()], at, menuPoint(event));
    setSpot(null);
  };
  const [a, b] = cell ? pages.items(placeOf(cell)) : [];
  return (
    <div className={css.heatmap} data-size={size}>
      <ScaleLegend scale={scale} />
      <div
        className={`${css.matrix} nodrag`}
        style={{ aspectRatio: `${columns.length} / ${rows.length}` }}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: cells are reached by arrow keys.
        tabIndex={0}
        aria-label={labelled(
          t('results.heatmap'),
          t('results.mapHelp', { rows: rows.length, columns: columns.length }),
        )}
        onPointerMove={onPointerMove}
        onPointerLeave={() => point(undefined)}
        onBlur={() => point(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) point({ row: 0, column: 0 });
        }}
        onClick={open}
        onDoubleClick={(event) => event.stopPropagation()}
        onContextMenu={onContextMenu}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className={css.cells} width={columns.length} height={rows.length} aria-hidden />
        {cell && (
          <span
            className={css.cellMark}
            style={{
              left: `${(cell.column / columns.length) * 100}%`,
              top: `${(cell.row / rows.length) * 100}%`,
              width: `${100 / columns.length}%`,
              height: `${100 / rows.length}%`,
            }}
          />
        )}
      </div>
      <p className={common.unseen} aria-live="polite">
        {cell && pages.caption?.(placeOf(cell))}
      </p>
      {cell && a && b && spot && (
        <PairCard a={a} b={b} score={values[placeOf(cell)] ?? Number.NaN} spot={spot} edge={112} />
      )}
    </div>
  );
}

/** How the studio shows matrices of scores. */
export const heatmap: KindOfView<Heatmap> = {
  Body: HeatmapView,
  amount: ({ rows, columns, total }) =>
    factsTogether([
      `${rows.length} × ${columns.length}`,
      ...(rows.length < total ? [amountText('results.items', rows.length, total)] : []),
    ]),
  part: ({ rows, total }) => ({ shown: rows.length, total, lift: { shown: total } }),
  rows: ({ rows, columns, values }) => ({
    header: ['', ...columns.map(({ title }) => title)],
    rows: rows.map(({ title }, row) => [
      title,
      ...values.subarray(row * columns.length, (row + 1) * columns.length),
    ]),
  }),
  without(view, hidden) {
    const kept = (items: Heatmap['rows']) =>
      [...items.keys()].filter((at) => !hidden.has(viewItemKey(items[at] as Heatmap['rows'][number])));
    const [rows, columns] = [kept(view.rows), kept(view.columns)];
    const values = new Float32Array(rows.length * columns.length);
    for (const [row, from] of rows.entries())
      for (const [column, at] of columns.entries())
        values[row * columns.length + column] = view.values[from * view.columns.length + at] ?? Number.NaN;
    return {
      ...view,
      rows: rows.map((at) => view.rows[at] as Heatmap['rows'][number]),
      columns: columns.map((at) => view.columns[at] as Heatmap['rows'][number]),
      values,
    };
  },
};
