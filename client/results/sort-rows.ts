import type { ViewCell } from '../../server/contract/view.ts';

/** A column and which way it is sorted. */
export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: ViewCell, b: ViewCell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return words.compare(String(a), String(b));
}

const isEmpty = (cell: ViewCell | undefined): boolean =>
  cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell));

/** Places of the rows in the order wanted; equal rows keep theirs, empty cells come last either way. */
export function sortRows(rows: readonly (readonly ViewCell[])[], sorting: Sorting | null): number[] {
  const places = rows.map((_, place) => place);
  if (!sorting) return places;
  const { column, descending } = sorting;
  const cell = (place: number) => rows[place]?.[column];
  return places.sort((a, b) => {
    const [one, other] = [cell(a), cell(b)];
    if (isEmpty(one) || isEmpty(other)) return Number(isEmpty(one)) - Number(isEmpty(other)) || a - b;
    const order = compare(one as ViewCell, other as ViewCell);
    return (descending ? -order : order) || a - b;
  });
}

/** A click on a column's title: ascending, descending, as it came. Numbers start with the greatest. */
export function nextSorting(sorting: Sorting | null, column: number, numeric: boolean): Sorting | null {
  if (sorting?.column !== column) return { column, descending: numeric };
  return sorting.descending === numeric ? { column, descending: !numeric } : null;
}
