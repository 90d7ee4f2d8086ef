import { X } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  type UIEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ViewOf } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { useTabs } from '../../document/tabs.ts';
import { formatCount, formatShare } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import { GalleryView } from '../gallery-view.tsx';
import { categoryOf } from '../label-text.ts';
import { cellBy, type MatrixCell } from '../matrix-cell.ts';
import { only, select } from '../pictures/selection.ts';
import common from '../results.module.css';
import { Empty, ShowMore, type Size } from '../view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from '../view-kind.ts';
import css from './confusion-view.module.css';
import { columnsFor, type Matrix, matrixOf, type Order, shownCategories } from './matrix.ts';

type Confusion = ViewOf<'confusion'>;

/** Sizes in CSS pixels, and how many categories are drawn until a user asks for all. */
const CELL = { node: 28, large: 38 } as const;
const SIDE = { node: 84, large: 150 } as const;
const HEAD = { node: 70, large: 110 } as const;
const FIRST = { node: 10, large: 40 } as const;
/** The cells that fit beside and below each other, and how many more to draw around them. */
const SEEN = 44;
const AROUND = 6;
/** How many of the most frequent confusions are listed. */
const LISTED = 12;
/** The strongest colour of a cell, in percent: texts stay readable on it in both themes. */
const STRONGEST = 50;

/** The names of categories as they are shown, and of the column without prediction. */
function useNames({ categories, pictures }: Confusion): (at: number) => string {
  return useMemo(() => {
    const first = new Map<string, (typeof pictures)[number]['item']>();
    for (const { item } of pictures)
      if (item.label !== undefined && !first.has(item.label)) first.set(item.label, item);
    return (at) => {
      const name = categories[at];
      return name === undefined
        ? t('results.noPrediction')
        : (first.get(name) && categoryOf(first.get(name), name)) || name;
    };
  }, [categories, pictures]);
}

interface GridProps {
  readonly matrix: Matrix;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly nameOf: (at: number) => string;
  readonly asShares: boolean;
  readonly size: Size;
  readonly opened: Cell | null;
  readonly onOpen: (cell: Cell) => void;
}

/** A cell by its true and predicted category. */
interface Cell {
  readonly truth: number;
  readonly predicted: number;
}

function captionOf(matrix: Matrix, nameOf: GridProps['nameOf'], { truth, predicted }: Cell): string {
  return t('results.confusionCell', {
    truth: nameOf(truth),
    predicted: nameOf(predicted),
    count: formatCount(matrix.count(truth, predicted)),
    total: matrix.totals[truth] ?? 0,
    share: formatShare(matrix.share(truth, predicted)),
  });
}

/** The cells, of which only those in sight are drawn. */
function Grid({ matrix, rows, columns, nameOf, asShares, size, opened, onOpen }: GridProps) {
  const [scroll, setScroll] = useState({ row: 0, column: 0 });
  const [cell, setCell] = useState<MatrixCell | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const [edge, side, head] = [CELL[size], SIDE[size], HEAD[size]];
  const range = (from: number, count: number) => {
    const start = Math.max(0, Math.min(from, count) - AROUND);
    return [start, Math.min(count, from + SEEN + AROUND)] as const;
  };
  const [top, bottom] = range(scroll.row, rows.length);
  const [left, right] = range(scroll.column, columns.length);
  const catOf = ({ row, column }: MatrixCell): Cell | undefined => {
    const [truth, predicted] = [rows[row], columns[column]];
    return truth === undefined || predicted === undefined ? undefined : { truth, predicted };
  };
  const present = cell ? catOf(cell) : undefined;
  const onScroll = ({ currentTarget }: UIEvent<HTMLDivElement>) =>
    setScroll({
      row: Math.floor(currentTarget.scrollTop / edge),
      column: Math.floor(currentTarget.scrollLeft / edge),
    });
  const cellUnder = (event: MouseEvent<HTMLDivElement>): MatrixCell | undefined => {
    const { left: x, top: y } = event.currentTarget.getBoundingClientRect();
    // Zoomed canvases draw the box larger than its own pixels.
    const zoom = event.currentTarget.offsetWidth / event.currentTarget.getBoundingClientRect().width;
    const row = Math.floor(((event.clientY - y) * zoom) / edge);
    const column = Math.floor(((event.clientX - x) * zoom) / edge);
    return row >= 0 && column >= 0 && row < rows.length && column < columns.length
      ? { row, column }
      : undefined;
  };
  const reveal = ({ row, column }: MatrixCell) => {
    const own = box.current;
    if (!own) return;
    const [x, y] = [column * edge, row * edge];
    own.scrollLeft = Math.max(x + side + edge - own.clientWidth, Math.min(own.scrollLeft, x));
    own.scrollTop = Math.max(y + head + edge - own.clientHeight, Math.min(own.scrollTop, y));
  };
  const open = (at: MatrixCell | null | undefined) => {
    const goal = at ? catOf(at) : undefined;
    if (goal && matrix.count(goal.truth, goal.predicted) > 0) onOpen(goal);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next =
      event.key === 'Enter'
        ? cell
        : cellBy(event, cell ?? { row: 0, column: 0 }, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') return open(cell);
    setCell(next);
    reveal(next);
  };
  const drawn = rows.slice(top, bottom).flatMap((truth, at) =>
    columns.slice(left, right).flatMap((predicted, place) => {
      const count = matrix.count(truth, predicted);
      return count === 0
        ? []
        : [
            {
              truth,
              predicted,
              count,
              row: top + at,
              column: left + place,
              share: matrix.share(truth, predicted),
            },
          ];
    }),
  );
  return (
    <>
      <p className={css.caption} aria-hidden>
        {present ? captionOf(matrix, nameOf, present) : t('results.confusionAxes')}
      </p>
      <div
        ref={box}
        className={`${css.box} nodrag nowheel`}
        data-size={size}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: cells are reached by arrow keys.
        tabIndex={0}
        aria-label={t('results.confusionHelp', { rows: rows.length, columns: columns.length })}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onBlur={() => setCell(null)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible') && !cell) setCell({ row: 0, column: 0 });
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <div
          className={css.sheet}
          style={{ width: side + columns.length * edge, height: head + rows.length * edge }}
          aria-hidden
        >
          <div className={css.head} style={{ height: head }}>
            <span className={css.corner} style={{ width: side, height: head }}>
              <span>{t('results.predictedAxis')}</span>
              <span>{t('results.trueAxis')}</span>
            </span>
            {columns.slice(left, right).map((at, place) => (
              <span
                key={at}
                className={css.column}
                data-on={present?.predicted === at || undefined}
                style={{ left: side + (left + place) * edge, width: edge, height: head }}
                title={nameOf(at)}
              >
                <span style={{ width: head - 8 }}>{nameOf(at)}</span>
              </span>
            ))}
          </div>
          <div className={css.side} style={{ width: side, height: rows.length * edge }}>
            {rows.slice(top, bottom).map((at, place) => (
              <span
                key={at}
                className={css.row}
                data-on={present?.truth === at || undefined}
                style={{ top: (top + place) * edge, height: edge, lineHeight: `${edge}px` }}
                title={nameOf(at)}
              >
                {nameOf(at)}
              </span>
            ))}
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the box do the same. */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the box do the same. */}
          <div
            className={css.cells}
            style={{
              left: side,
              top: head,
              width: columns.length * edge,
              height: rows.length * edge,
              backgroundSize: `${edge}px ${edge}px`,
            }}
            onMouseMove={(event) => {
              const next = cellUnder(event) ?? null;
              if (next?.row !== cell?.row || next?.column !== cell?.column) setCell(next);
            }}
            onMouseLeave={() => setCell(null)}
            onClick={(event) => open(cellUnder(event))}
          >
            {drawn.map(({ truth, predicted, count, row, column, share }) => (
              <span
                key={`${truth} ${predicted}`}
                className={css.cell}
                data-right={truth === predicted || undefined}
                data-open={(opened?.truth === truth && opened.predicted === predicted) || undefined}
                style={{
                  left: column * edge,
                  top: row * edge,
                  width: edge,
                  height: edge,
                  lineHeight: `${edge}px`,
                  ['--share' as string]: `${8 + share * (STRONGEST - 8)}%`,
                }}
              >
                {asShares ? formatShare(share) : formatCount(count)}
              </span>
            ))}
            {cell && (
              <span
                className={css.mark}
                style={{ left: cell.column * edge, top: cell.row * edge, width: edge, height: edge }}
              />
            )}
          </div>
        </div>
        <p className={common.unseen} aria-live="polite">
          {present && captionOf(matrix, nameOf, present)}
        </p>
      </div>
    </>
  );
}

/** The pictures of one cell, with everything that pictures can do. */
function OpenedCell({
  view,
  matrix,
  nameOf,
  cell,
  size,
  nodeId,
  onClose,
}: ViewBodyProps<Confusion> & {
  readonly matrix: Matrix;
  readonly nameOf: (at: number) => string;
  readonly cell: Cell;
  readonly onClose: () => void;
}) {
  const { truth, predicted } = cell;
  const tab = useTabs((state) => state.active) ?? '';
  const items = useMemo(
    () =>
      view.pictures
        .filter((one) => one.truth === truth && one.predicted === predicted)
        .map(({ item }) => item),
    [view.pictures, truth, predicted],
  );
  const count = matrix.count(truth, predicted);
  const place = useRef<HTMLElement>(null);
  // The matrix can fill the window, and its pictures are below it. In a node, nothing moves.
  useEffect(() => {
    if (size === 'large') place.current?.scrollIntoView({ block: 'nearest' });
  }, [truth, predicted, size]);
  return (
    <section ref={place} className={css.opened} aria-label={captionOf(matrix, nameOf, cell)}>
      <div className={css.openedHead}>
        <strong>{captionOf(matrix, nameOf, cell)}</strong>
        {items.length < count && (
          <span className={css.quiet}>
            {t('results.firstOf', { shown: formatCount(items.length), total: formatCount(count) })}
          </span>
        )}
        {items.length > 0 && (
          <button
            type="button"
            className={`${common.showMore} nodrag`}
            onClick={() => select({ tab, nodeId }, only(items.map((item) => ({ item }))), null)}
          >
            {t('results.mapSelect')}
          </button>
        )}
        <button
          type="button"
          className={`${common.headButton} nodrag`}
          aria-label={t('results.closeCell')}
          title={t('results.closeCell')}
          onClick={onClose}
        >
          <X size={14} aria-hidden />
        </button>
      </div>
      <GalleryView
        key={`${truth} ${predicted}`}
        view={{ view: 'gallery', items, total: items.length, skipped: [] }}
        size={size}
        nodeId={nodeId}
      />
    </section>
  );
}

/** A group of buttons of which one is chosen. */
function Choice<T extends string>({
  label,
  choices,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly choices: Readonly<Record<T, string>>;
  readonly value: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <div className={css.choice} role="group" aria-label={label}>
      {(Object.entries(choices) as [T, string][]).map(([one, title]) => (
        <button
          key={one}
          type="button"
          className="nodrag"
          aria-pressed={value === one}
          onClick={() => onChoose(one)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** True categories in rows, predicted ones in columns. A cell opens its pictures below. */
export function ConfusionView({ view, size, nodeId }: ViewBodyProps<Confusion>) {
  const [order, setOrder] = useState<Order>('category');
  const [shows, setShows] = useState<'counts' | 'shares'>('counts');
  const [isWhole, setWhole] = useState(false);
  const [opened, setOpened] = useState<Cell | null>(null);
  const [listed, setListed] = useState(LISTED);
  const nameOf = useNames(view);
  const matrix = useMemo(() => matrixOf(view), [view]);
  const total = view.categories.length;
  const most = isWhole ? total : Math.min(total, FIRST[size]);
  const rows = useMemo(() => shownCategories(view, matrix, order, most), [view, matrix, order, most]);
  const columns = useMemo(() => columnsFor(rows, view, matrix), [rows, view, matrix]);
  if (total === 0) return <Empty>{t('results.noConfusion')}</Empty>;
  const isLarge = size === 'large';
  // A new result may not have the cell that was open.
  const cell = opened && matrix.count(opened.truth, opened.predicted) > 0 ? opened : null;
  return (
    <div className={css.confusion}>
      <div className={css.tools}>
        <Choice
          label={t('results.confusionOrder')}
          choices={{ category: t('results.byCategory'), confused: t('results.byConfused') }}
          value={order}
          onChoose={setOrder}
        />
        <Choice
          label={t('results.confusionNumbers')}
          choices={{ counts: t('results.asCounts'), shares: t('results.asShares') }}
          value={shows}
          onChoose={setShows}
        />
        {most < total && (
          <>
            <span className={css.quiet}>
              {t('results.mostConfused', { shown: most, total: formatCount(total) })}
            </span>
            <button type="button" className={`${common.showMore} nodrag`} onClick={() => setWhole(true)}>
              {t('results.showAll', { count: formatCount(total) })}
            </button>
          </>
        )}
      </div>
      <div className={css.parts} data-size={size}>
        <div className={css.main}>
          <Grid
            matrix={matrix}
            rows={rows}
            columns={columns}
            nameOf={nameOf}
            asShares={shows === 'shares'}
            size={size}
            opened={cell}
            onOpen={setOpened}
          />
        </div>
        {isLarge && matrix.wrong.length > 0 && (
          <div className={css.pairs}>
            <h4>{t('results.byConfused')}</h4>
            <ol>
              {matrix.wrong.slice(0, listed).map(({ row, column, count, share }) => (
                <li key={`${row} ${column}`}>
                  <button
                    type="button"
                    aria-pressed={cell?.truth === row && cell.predicted === column}
                    onClick={() => setOpened({ truth: row, predicted: column })}
                  >
                    <span>{t('results.takenFor', { truth: nameOf(row), predicted: nameOf(column) })}</span>
                    <span className={css.quiet}>
                      {formatCount(count)} · {formatShare(share)}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
            <ShowMore
              left={matrix.wrong.length - listed}
              size="large"
              onMore={() => setListed(listed + 4 * LISTED)}
            />
          </div>
        )}
      </div>
      {cell && (
        <OpenedCell
          view={view}
          matrix={matrix}
          nameOf={nameOf}
          cell={cell}
          size={size}
          nodeId={nodeId}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  );
}

/** How the studio shows confusions. */
export const confusion: KindOfView<Confusion> = {
  Body: ConfusionView,
  amount: (view) => {
    const { right, all } = matrixOf(view);
    return [
      amountText('results.pictures', all),
      ...(all > 0 ? [t('results.rightShare', { share: formatShare(right / all) })] : []),
    ].join(' · ');
  },
  part: ({ pictures, total }) => ({ shown: pictures.length, total, lift: { limit: total } }),
  rows: (view) => {
    const matrix = matrixOf(view);
    const columns = columnsFor([...view.categories.keys()], view, matrix);
    return {
      header: ['true', ...columns.map((at) => view.categories[at] ?? t('results.noPrediction'))],
      rows: view.categories.map((name, row) => [name, ...columns.map((column) => matrix.count(row, column))]),
    };
  },
  // Counts stay as they were measured; only the galleries of cells lose what is hidden.
  without: (view, hidden) => ({
    ...view,
    pictures: view.pictures.filter(({ item }) => !hidden.has(viewItemKey(item))),
  }),
};
