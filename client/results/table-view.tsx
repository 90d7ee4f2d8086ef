import { ArrowDown, ArrowUp } from 'lucide-react';
import { type MouseEvent, type UIEvent, useMemo, useState } from 'react';
import type { ViewCell, ViewItem, ViewOf } from '../../server/contract/view.ts';
import { useTabs } from '../document/tabs.ts';
import { formatNumber } from '../ui/format.ts';
import { madeText, t } from '../ui/strings/index.ts';
import { menuPoint } from './pictures/act.ts';
import { createArea } from './pictures/area.ts';
import { openPictureMenu } from './pictures/menu.ts';
import { pagesOf } from './pictures/pages.ts';
import { shareText } from './shares.ts';
import { nextSorting, type Sorting, sortRows } from './sort-rows.ts';
import css from './table-view.module.css';
import { Empty } from './view-frame.tsx';
import { amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type TableOf = ViewOf<'table'>;

/** Height of a row in CSS pixels, as in the style sheet, and how many rows to draw outside the visible part. */
const ROW = 26;
const BEYOND = 12;
/** Columns whose texts nodes write, not people. */
const MADE = new Set(['metric', 'channel', 'verdict', 'method']);
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

/** The table shows no selection, and a row has no large view. */
const WITHOUT = new Set(['open']);

/** Opens the menu of the picture that a row is about. */
function openMenuOfRow(
  event: MouseEvent<HTMLElement>,
  nodeId: string,
  items: readonly ViewItem[],
  row: number,
): void {
  const item = items[row];
  if (!item?.isPicture) return;
  event.preventDefault();
  event.stopPropagation();
  const place = { tab: useTabs.getState().active ?? '', nodeId };
  const pages = () => pagesOf(items);
  const area = createArea({ ...place, isSelectable: false, pages, open: () => {}, without: WITHOUT });
  openPictureMenu({ place, area, items: [{ item }] }, menuPoint(event));
}

/** Rows and columns. A click on a title sorts. Only visible rows are drawn. */
export function TableView({ view, size, nodeId }: ViewBodyProps<TableOf>) {
  const { columns, rows, items } = view;
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [first, setFirst] = useState(0);
  const order = useMemo(() => sortRows(rows, sorting), [rows, sorting]);
  if (rows.length === 0) return <Empty>{t('results.noRows')}</Empty>;
  const from = Math.max(0, first - BEYOND);
  const to = Math.min(order.length, first + SEEN[size] + BEYOND);
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
    >
      <table className={css.table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ key, title, type }, column) => {
              const sorted = sorting?.column === column ? sorting : null;
              const direction = sorted?.descending ? 'descending' : 'ascending';
              return (
                <th key={key} aria-sort={sorted ? direction : 'none'} data-type={type}>
                  <button
                    type="button"
                    className="nodrag"
                    title={t('results.sortBy', { column: madeText(title) })}
                    onClick={() => setSorting(nextSorting(sorting, column, type === 'number'))}
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
              onContextMenu={(event) => openMenuOfRow(event, nodeId, items, place)}
            >
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
  rows: ({ columns, rows }) => ({ header: columns.map(({ key }) => key), rows }),
};
