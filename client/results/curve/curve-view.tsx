import { useElementSize } from '@mantine/hooks';
import { ChartLine, Table2 } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react';
import type { ViewOf, ViewSeries } from '../../../server/contract/view.ts';
import { formatNumber, labelled, listText } from '../../ui/format.ts';
import { madeText, t } from '../../ui/strings/index.ts';
import common from '../results.module.css';
import { TableView } from '../table-view.tsx';
import { Empty, type Size } from '../view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from '../view-kind.ts';
import css from './curve-view.module.css';
import { type CurveRows, nearestRow, type Plot, plotOf, rowsOf, strokesOf, tickText } from './plot.ts';

type Curve = ViewOf<'curve'>;

/** Colours of lines in `tokens.css`. A seventh line has the colour of the first. */
const COLORS = 6;
const colorOf = (at: number) => `var(--pb-series-${(at % COLORS) + 1})`;
/** Size until the place has been measured, in pixels. */
const FIRST = { node: { width: 300, height: 190 }, large: { width: 960, height: 520 } } as const;
/** A line with more points has no dots. */
const MOST_DOTS = 40;
/** The width of one digit of an axis, in pixels. */
const DIGIT = 6.6;

/** The path of a line, as SVG writes it. A point alone becomes a stroke without length, which round ends show as a dot. */
function pathOf(series: ViewSeries, plot: Plot): string {
  const number = (value: number) => value.toFixed(1);
  return strokesOf(series, plot)
    .map((stroke) => {
      const points = stroke.map(([x, y]) => `${number(x)} ${number(y)}`);
      return points.length === 1 ? `M${points[0]}h0` : `M${points.join('L')}`;
    })
    .join('');
}

function Swatch({ at, dashed }: { readonly at: number; readonly dashed: boolean }) {
  return (
    <svg width={22} height={8} aria-hidden>
      <line
        x1={1}
        x2={21}
        y1={4}
        y2={4}
        className={css.line}
        data-dashed={dashed || undefined}
        style={{ stroke: colorOf(at) }}
      />
    </svg>
  );
}

/** The values of one row, as a card and for screen readers. */
function valuesOf(view: Curve, { rows }: CurveRows, row: number) {
  const [x, ...values] = rows[row] ?? [];
  const known = view.series.flatMap((series, at) => {
    const value = values[at];
    return typeof value === 'number' ? [{ at, series, value: formatNumber(value) }] : [];
  });
  const place = labelled(madeText(view.x), formatNumber(Number(x)));
  return {
    x: Number(x),
    place,
    known,
    text: listText([place, ...known.map(({ series, value }) => labelled(madeText(series.name), value))]),
  };
}

/** The lines and axes, without what the pointer does: it is drawn again only if the view or the size changes. */
function Lines({
  view,
  plot,
  strong,
}: {
  readonly view: Curve;
  readonly plot: Plot;
  readonly strong: number;
}) {
  const { box, x, y, xAt, yAt } = plot;
  return (
    <>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line className={css.grid} x1={box.left} x2={box.right} y1={yAt(tick)} y2={yAt(tick)} />
          <text className={css.tick} x={box.left - 6} y={yAt(tick)} dy="0.35em" textAnchor="end">
            {tickText(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <text key={tick} className={css.tick} x={xAt(tick)} y={box.bottom + 15} textAnchor="middle">
          {tickText(tick)}
        </text>
      ))}
      <text className={css.axis} x={2} y={11}>
        {madeText(view.y)}
      </text>
      <text className={css.axis} x={box.right} y={box.bottom + 30} textAnchor="end">
        {madeText(view.x)}
      </text>
      {view.series.map((series, at) => (
        <g
          key={at}
          style={{ stroke: colorOf(at), fill: colorOf(at) }}
          opacity={strong < 0 || strong === at ? 1 : 0.25}
        >
          <path className={css.line} data-dashed={series.dashed || undefined} d={pathOf(series, plot)} />
          {series.points.length <= MOST_DOTS &&
            strokesOf(series, plot)
              .flat()
              .map(([px, py], point) => <circle key={point} cx={px} cy={py} r={2.2} stroke="none" />)}
        </g>
      ))}
    </>
  );
}

function Chart({
  view,
  rows,
  size,
  strong,
}: {
  readonly view: Curve;
  readonly rows: CurveRows;
  readonly size: Size;
  /** The line that stands out; -1 for none. */
  readonly strong: number;
}) {
  const { ref, width: measured } = useElementSize();
  const [row, setRow] = useState<number | null>(null);
  const width = measured > 0 ? measured : FIRST[size].width;
  const height = size === 'large' ? Math.min(FIRST.large.height, width * 0.6) : FIRST.node.height;
  const plot = useMemo(() => {
    const at = (left: number) =>
      plotOf(view, { left, top: 22, right: Math.max(left + 20, width - 12), bottom: height - 36 });
    const digits = Math.max(1, ...at(40).y.ticks.map((tick) => tickText(tick).length));
    return at(12 + digits * DIGIT);
  }, [view, width, height]);
  const lines = useMemo(() => <Lines view={view} plot={plot} strong={strong} />, [view, plot, strong]);
  const last = rows.rows.length - 1;
  // While a run goes on, the curve grows; what was pointed at stays.
  const shown = row === null ? undefined : valuesOf(view, rows, Math.min(row, last));
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pixel = ((event.clientX - box.left) / box.width) * width;
    const share = (pixel - plot.box.left) / (plot.box.right - plot.box.left);
    setRow(nearestRow(rows, plot.x.min + share * (plot.x.max - plot.x.min)) ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = row ?? -1;
    const far = event.shiftKey ? 10 : 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: now + far,
      ArrowLeft: row === null ? last : now - far,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setRow(Math.max(0, Math.min(last, next)));
  };
  const names = listText(view.series.map(({ name }) => madeText(name)));
  const isRight = shown !== undefined && plot.xAt(shown.x) > width / 2;
  return (
    <div
      ref={ref}
      className={`${css.chart} nodrag`}
      style={{ height }}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: points are reached by arrow keys.
      tabIndex={0}
      aria-label={t('results.curveHelp', { x: madeText(view.x), y: madeText(view.y), names })}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setRow(null)}
      onBlur={() => setRow(null)}
      onKeyDown={onKeyDown}
    >
      <svg width={width} height={height} aria-hidden>
        {lines}
        {shown && (
          <g>
            <line
              className={css.cursor}
              x1={plot.xAt(shown.x)}
              x2={plot.xAt(shown.x)}
              y1={plot.box.top}
              y2={plot.box.bottom}
            />
            {shown.known.map(({ at }) => (
              <circle
                key={at}
                cx={plot.xAt(shown.x)}
                cy={plot.yAt(Number(rows.rows[Math.min(row ?? 0, last)]?.[at + 1]))}
                r={3.5}
                style={{ fill: colorOf(at) }}
              />
            ))}
          </g>
        )}
      </svg>
      {shown && (
        <div
          className={css.card}
          style={isRight ? { right: width - plot.xAt(shown.x) + 8 } : { left: plot.xAt(shown.x) + 8 }}
          aria-hidden
        >
          <strong>{shown.place}</strong>
          {shown.known.map(({ at, series, value }) => (
            <span key={at}>
              <Swatch at={at} dashed={series.dashed === true} />
              <span className={css.name}>{madeText(series.name)}</span>
              <span>{value}</span>
            </span>
          ))}
        </div>
      )}
      <span className={common.unseen} aria-live="polite">
        {shown?.text}
      </span>
    </div>
  );
}

/** Lines over two axes. Pointing at a place names its values, arrow keys go from point to point, and a button shows a table instead. */
export function CurveView({ view, size, nodeId }: ViewBodyProps<Curve>) {
  const [isTable, setTable] = useState(false);
  const [strong, setStrong] = useState(-1);
  const rows = useMemo(() => rowsOf(view), [view]);
  if (rows.rows.length === 0) return <Empty>{t('results.noPoints')}</Empty>;
  const other = isTable ? t('results.curveAsLines') : t('results.curveAsTable');
  return (
    <div>
      <div className={css.head}>
        <ul className={css.names}>
          {view.series.map(({ name, dashed }, at) => (
            <li key={at} onPointerEnter={() => setStrong(at)} onPointerLeave={() => setStrong(-1)}>
              <Swatch at={at} dashed={dashed === true} />
              {madeText(name)}
            </li>
          ))}
        </ul>
        <button
          type="button"
          className={`${common.headButton} nodrag`}
          aria-label={other}
          title={other}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? <ChartLine size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
        </button>
      </div>
      {isTable ? (
        <TableView
          nodeId={nodeId}
          size={size}
          view={{
            view: 'table',
            ...rows,
            items: [],
            title: view.title ?? t('results.curve'),
            total: rows.rows.length,
            totalColumns: rows.columns.length,
          }}
        />
      ) : (
        <Chart view={view} rows={rows} size={size} strong={strong} />
      )}
    </div>
  );
}

/** How the studio shows curves. */
export const curve: KindOfView<Curve> = {
  Body: CurveView,
  amount: ({ count, total }) => amountText('results.points', count, total),
  part: ({ count, total, series }) => ({
    shown: count,
    total,
    lift: { limit: Math.ceil(total / Math.max(1, series.length)) },
  }),
  rows: (view) => {
    const { columns, rows } = rowsOf(view);
    return { header: columns.map(({ title }) => title), rows };
  },
};
