import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ViewOf } from '../../server/contract/view.ts';
import { formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { type ColorScale, paintCells, scaleOf } from './color-scale.ts';
import css from './heatmap-view.module.css';
import { Lightbox } from './lightbox.tsx';
import { cellAt, cellBy, type MatrixCell } from './matrix-cell.ts';
import { PairCard, type Spot } from './pair-card.tsx';
import common from './results.module.css';
import { ScaleLegend } from './scale-legend.tsx';
import { Empty, type Size } from './view-frame.tsx';
import type { KindOfView } from './view-kind.ts';

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

/** A matrix of scores as colours. Pointing at a cell shows its pair and its number. */
export function HeatmapView({ view, size }: { readonly view: Heatmap; readonly size: Size }) {
  const { rows, columns, values } = view;
  const scale = useMemo(() => scaleOf(values), [values]);
  const canvas = usePainted(view, scale);
  const [cell, setCell] = useState<MatrixCell | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  const [open, setOpen] = useState<MatrixCell | null>(null);
  if (rows.length === 0 || columns.length === 0) return <Empty>{t('results.noCells')}</Empty>;

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
      setOpen(cell);
      return;
    }
    const next = cellBy(event, cell ?? { row: 0, column: 0 }, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    point(next);
  };
  const pairOf = (of: MatrixCell | null) => {
    const [a, b] = [of && rows[of.row], of && columns[of.column]];
    if (!of || !a || !b) return null;
    const score = values[of.row * columns.length + of.column] ?? Number.NaN;
    const words = t('results.pair', { row: a.title, column: b.title, value: formatScore(score) });
    return { a, b, score, words };
  };
  const [pointed, opened] = [pairOf(cell), pairOf(open)];
  return (
    <div className={css.heatmap} data-size={size}>
      <ScaleLegend scale={scale} />
      <div
        className={`${css.matrix} nodrag`}
        style={{ aspectRatio: `${columns.length} / ${rows.length}` }}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: cells are reached by arrow keys.
        tabIndex={0}
        aria-label={`${t('results.heatmap')}, ${t('results.mapHelp', { rows: rows.length, columns: columns.length })}`}
        onPointerMove={onPointerMove}
        onPointerLeave={() => point(undefined)}
        onBlur={() => point(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) point({ row: 0, column: 0 });
        }}
        onClick={() => setOpen(cell)}
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
        {pointed?.words}
      </p>
      {pointed && spot && !open && (
        <PairCard a={pointed.a} b={pointed.b} score={pointed.score} spot={spot} edge={112} />
      )}
      {opened && (
        <Lightbox
          pages={[{ items: [opened.a, opened.b], caption: opened.words }]}
          start={0}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

/** How the studio shows matrices of scores. */
export const heatmap: KindOfView<Heatmap> = {
  Body: HeatmapView,
  amount: ({ rows, columns }) => `${rows.length} × ${columns.length}`,
  rows: ({ rows, columns, values }) => ({
    header: ['', ...columns.map(({ title }) => title)],
    rows: rows.map(({ title }, row) => [
      title,
      ...values.subarray(row * columns.length, (row + 1) * columns.length),
    ]),
  }),
};
