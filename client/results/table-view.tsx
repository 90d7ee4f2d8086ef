import { ArrowDown, ArrowUp } from 'lucide-react';
import { type UIEvent, use, useMemo, useState } from 'react';
import { type ViewCell, type ViewItem, type ViewOf, viewItemKey } from '../../server/contract/view.ts';
import { formatNumber } from '../ui/format.ts';
import { madeText, t } from '../ui/strings/index.ts';
import { menuPoint, openMenuOf } from './pictures/act.ts';
import { AreaContext } from './pictures/area.ts';
import { NO_PAGES, pagesOf } from './pictures/pages.ts';
import { Picture } from './pictures/picture.tsx';
import { PictureArea } from './pictures/picture-area.tsx';
import common from './results.module.css';
import { shareText } from './shares.ts';
import { nextSorting, type Sorting, sortRows } from './sort-rows.ts';
import css from './table-view.module.css';
import { ItemTile } from './thumbnail.tsx';
import { Empty, type Size } from './view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type TableOf = ViewOf<'table'>;

/** Height of a row in CSS pixels, as in the style sheet, and how many rows to draw outside the visible part. */
const ROW = 26;
const BEYOND = 12;
/** Columns whose texts nodes write, not people. */
const MADE = new Set(['metric', 'channel', 'verdict', 'method']);
/** The side of the picture of a row, in CSS pixels. */
const EDGE = 22;
const SEEN = { node: 10, large: 40 } as const;

function textOf(cell: ViewCell): string {
  if (cell === null) return '–';
  if (typeof cell === 'number') return formatNumber(cell);
  if (typeof cell === 'boolean') return cell ? t('results.yes') : t('results.no');
  return cell;
}

/** A cell with the words that a node wrote in the current language. */
const madeCell = (cell: ViewCell, key = ''): ViewCell =>
  typeof cell === 'string' && MADE.has(key) ? madeText(cell) : cell;

/** Rows and columns; a click on a title sorts. A row that is about a picture starts with it, and a click selects it. */
export function TableView({ view, size, nodeId }: ViewBodyProps<TableOf>) {
  const { rows, items } = view;
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const order = useMemo(() => sortRows(rows, sorting), [rows, sorting]);
  const isPictured = useMemo(() => items.some(({ isPicture }) => isPicture), [items]);
  const pages = useMemo(
    () => (isPictured ? pagesOf(order.map((place) => items[place] as ViewItem)) : NO_PAGES),
    [isPictured, order, items],
  );
  if (rows.length === 0) return <Empty>{t('results.noRows')}</Empty>;
  const table = <Rows {...{ view, size, order, sorting, isPictured }} onSort={setSorting} />;
  if (!isPictured) return table;
  return (
    <PictureArea nodeId={nodeId} pages={pages}>
      {table}
    </PictureArea>
  );
}

/** The rows in an order. Only visible ones are drawn. */
function Rows({
  view,
  size,
  order,
  sorting,
  isPictured,
  onSort,
}: {
  readonly view: TableOf;
  readonly size: Size;
  readonly order: readonly number[];
  readonly sorting: Sorting | null;
  readonly isPictured: boolean;
  readonly onSort: (sorting: Sorting | null) => void;
}) {
  const { columns, rows, items } = view;
  const area = use(AreaContext);
  const [first, setFirst] = useState(0);
  const from = Math.max(0, first - BEYOND);
  const to = Math.min(order.length, first + SEEN[size] + BEYOND);
  // The row of a group has one picture of it, and selecting that is not selecting the group.
  const isTypical = columns.some(({ key }) => key === 'typical');
  const nameOf = ({ title }: ViewItem) => (isTypical ? t('results.typicalPicture', { title }) : title);
  const tileOf = (at: number) => {
    const item = items[order[at] ?? -1];
    return (
      item?.isPicture && (
        <Picture item={item} at={at} className={common.tile} title={nameOf(item)} label={nameOf(item)}>
          <ItemTile item={item} edge={EDGE} label="" />
        </Picture>
      )
    );
  };
  const onScroll = (event: UIEvent<HTMLDivElement>) =>
    setFirst(Math.floor(event.currentTarget.scrollTop / ROW));
  return (
    <div
      className={`${css.tableBox} nowheel`}
      data-size={size}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard.
      tabIndex={0}
      role="region"
      aria-label={view.title ?? t('results.table')}
      onScroll={onScroll}
      // Texts are selected by dragging; a drag that starts on a picture selects pictures.
      onPointerDown={(event) => {
        if (!(event.target as HTMLElement).closest('[data-stop]')) event.stopPropagation();
      }}
    >
      <table className={css.table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {isPictured && (
              <th className={css.picture}>
                <span className={common.unseen}>
                  {t(isTypical ? 'results.rowTypical' : 'results.rowPicture')}
                </span>
              </th>
            )}
            {columns.map(({ key, title, type }, column) => {
              const sorted = sorting?.column === column ? sorting : null;
              const direction = sorted?.descending ? 'descending' : 'ascending';
              return (
                <th key={key} aria-sort={sorted ? direction : 'none'} data-type={type}>
                  <button
                    type="button"
                    className="nodrag"
                    title={t('results.sortBy', { column: madeText(title) })}
                    onClick={() => onSort(nextSorting(sorting, column, type === 'number'))}
                  >
                    {madeText(title)}
                    {sorted &&
                      (sorted.descending ? (
                        <ArrowDown size={12} aria-hidden />
                      ) : (
                        <ArrowUp size={12} aria-hidden />
                      ))}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <tr aria-hidden style={{ height: from * ROW }} />}
          {order.slice(from, to).map((place, at) => (
            <tr
              key={place}
              aria-rowindex={from + at + 2}
              onContextMenu={(event) => {
                const item = items[place];
                if (!area || !item?.isPicture) return;
                event.preventDefault();
                event.stopPropagation();
                openMenuOf(area, { item, at: from + at }, menuPoint(event));
              }}
            >
              {isPictured && <td className={css.picture}>{tileOf(from + at)}</td>}
              {rows[place]?.map((cell, column) => (
                <td
                  key={columns[column]?.key}
                  data-type={columns[column]?.type}
                  title={
                    typeof cell === 'string' || typeof cell === 'number'
                      ? String(madeCell(cell, columns[column]?.key))
                      : undefined
                  }
                >
                  {shareText(view, place, column) ?? textOf(madeCell(cell, columns[column]?.key))}
                </td>
              ))}
            </tr>
          ))}
          {to < order.length && <tr aria-hidden style={{ height: (order.length - to) * ROW }} />}
        </tbody>
      </table>
    </div>
  );
}

/** How the studio shows tables. */
export const table: KindOfView<TableOf> = {
  Body: TableView,
  amount: ({ rows, columns, total, totalColumns }) =>
    [
      amountText('results.rows', rows.length, total),
      ...(columns.length < totalColumns ? [amountText('results.columns', columns.length, totalColumns)] : []),
    ].join(' · '),
  part: ({ rows, columns, total, totalColumns }) => ({
    ...(rows.length < total || columns.length === totalColumns
      ? { shown: rows.length, total }
      : { shown: columns.length, total: totalColumns }),
    lift: { limit: total, columns: totalColumns },
  }),
  without: (view, hidden) => {
    if (view.items.length === 0) return view;
    const kept = [...view.rows.keys()].filter((at) => !hidden.has(viewItemKey(view.items[at] as ViewItem)));
    return {
      ...view,
      rows: kept.map((at) => view.rows[at] ?? []),
      items: kept.map((at) => view.items[at] as ViewItem),
    };
  },
  rows: ({ columns, rows }) => ({ header: columns.map(({ key }) => key), rows }),
};
