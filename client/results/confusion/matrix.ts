import type { ViewOf } from '../../../server/contract/view.ts';

type Confusion = ViewOf<'confusion'>;

/** The order of rows and columns: as their names, or those with the most wrong predictions first. */
export type Order = 'category' | 'confused';

/** A wrong cell: a true category, what it was taken for, and how often. */
export interface Pair {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** Of all pictures of the row. */
  readonly share: number;
}

/** A confusion with fast access to its cells. Rows and columns are places in `categories`. */
export interface Matrix {
  /** Pictures of each true category. */
  readonly totals: readonly number[];
  /** Pictures of a cell; 0 if there are none. */
  readonly count: (row: number, column: number) => number;
  /** Pictures of a cell among all pictures of its row, 0 to 1. */
  readonly share: (row: number, column: number) => number;
  /** The cells with pictures of a row, by column. */
  readonly row: (row: number) => ReadonlyMap<number, number>;
  readonly right: number;
  readonly all: number;
  /** Whether some pictures have no prediction, so that there is a column for them. */
  readonly hasNone: boolean;
  /** The wrong cells, those with the most pictures first. */
  readonly wrong: readonly Pair[];
}

const NO_CELLS: ReadonlyMap<number, number> = new Map();

/** Reads the cells of a confusion. */
export function matrixOf({ categories, cells }: Pick<Confusion, 'categories' | 'cells'>): Matrix {
  const rows = new Map<number, Map<number, number>>();
  const totals = categories.map(() => 0);
  let [right, all] = [0, 0];
  for (const [row, column, count] of cells) {
    if (!(count > 0)) continue;
    rows.set(row, (rows.get(row) ?? new Map<number, number>()).set(column, count));
    totals[row] = (totals[row] ?? 0) + count;
    all += count;
    if (row === column) right += count;
  }
  const row = (at: number) => rows.get(at) ?? NO_CELLS;
  const count = (at: number, column: number) => row(at).get(column) ?? 0;
  const share = (at: number, column: number) => count(at, column) / (totals[at] || 1);
  const wrong = [...rows].flatMap(([at, own]) =>
    [...own.keys()].flatMap((column): Pair[] =>
      column === at ? [] : [{ row: at, column, count: count(at, column), share: share(at, column) }],
    ),
  );
  wrong.sort((a, b) => b.count - a.count || b.share - a.share || a.row - b.row || a.column - b.column);
  const hasNone = [...rows.values()].some((own) => own.has(categories.length));
  return { totals, count, share, row, right, all, hasNone, wrong };
}

/**
 * The categories to show, in order. If not all of them are shown, these are the ones with the most wrong predictions, of them or as
 * them.
 */
export function shownCategories(
  { categories }: Pick<Confusion, 'categories'>,
  { wrong }: Matrix,
  order: Order,
  most: number,
): number[] {
  const all = [...categories.keys()];
  if (order === 'category' && most >= all.length) return all;
  const errors = all.map(() => 0);
  for (const { row, column, count } of wrong)
    for (const at of [row, column]) if (at < all.length) errors[at] = (errors[at] as number) + count;
  const sorted = all.sort((a, b) => (errors[b] as number) - (errors[a] as number) || a - b).slice(0, most);
  return order === 'category' ? sorted.sort((a, b) => a - b) : sorted;
}

/** The columns for shown categories: the same, and the one without prediction if there is one. */
export const columnsFor = (
  shown: readonly number[],
  { categories }: Pick<Confusion, 'categories'>,
  { hasNone }: Matrix,
): number[] => [...shown, ...(hasNone ? [categories.length] : [])];
