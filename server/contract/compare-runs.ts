import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import {
  type ReadView,
  type ViewCell,
  type ViewItem,
  type ViewKind,
  type ViewOf,
  viewItemKey,
} from './view.ts';

/** A run as far as a comparison reads it. Views whose data is in a file are loaded before. */
export interface ComparableRun {
  readonly workflow: Pick<Workflow, 'nodes'>;
  /** By node. */
  readonly views: Readonly<Record<string, ReadView>>;
}

/** What became of a row. `changed`: another category. */
export const CHANGES = ['up', 'down', 'new', 'gone', 'changed', 'same'] as const;
/** See {@link CHANGES}. */
export type Change = (typeof CHANGES)[number];

/** A row in one of the two runs. */
export interface ComparedSide {
  /** Its rank among the results of its query; equal scores have equal ranks. */
  readonly rank?: number;
  /** Its score, or its number. */
  readonly value?: number;
  /** Its category. */
  readonly category?: string;
}

/** A picture, text or number in both runs. */
export interface ComparedRow {
  readonly item: ViewItem;
  readonly before: ComparedSide | null;
  readonly after: ComparedSide | null;
  readonly change: Change;
  /** How many ranks it rose, or by how much its number grew; null if one of the two is missing. */
  readonly difference: number | null;
}

/** What is compared: ranks of matches, categories of pictures, whether pictures are there, or numbers. */
export type ComparedKind = 'ranks' | 'categories' | 'pictures' | 'numbers';

/** The results of one node for one query. */
export interface ComparedPart {
  readonly kind: ComparedKind;
  readonly nodeId: string;
  /** The title of the node, if its workflow gives it one. */
  readonly title?: string;
  /** The type of the node; undefined if its workflow no longer has it. */
  readonly type?: string;
  /** The query of a ranking in each run; null where a run has none. */
  readonly query?: { readonly before: ViewItem | null; readonly after: ViewItem | null };
  /** Whether a view has only the first part of its result, so that `gone` can mean: further down. */
  readonly isPart: boolean;
  readonly rows: readonly ComparedRow[];
}

/** A param that differs. */
export interface ChangedParam {
  readonly nodeId: string;
  readonly title?: string;
  readonly type: string;
  readonly param: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two runs. Without parts, they have nothing in common that can be compared. */
export interface RunComparison {
  readonly params: readonly ChangedParam[];
  readonly parts: readonly ComparedPart[];
}

/** More cells of a heatmap are not compared one by one. */
const MOST_CELLS = 10_000;

/** Entries by key. The second entry of the same key gets a key of its own. */
function keyed<T>(entries: readonly T[], key: (entry: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const entry of entries) {
    const own = key(entry);
    let name = own;
    for (let n = 2; map.has(name); n++) name = `${own}\n${n}`;
    map.set(name, entry);
  }
  return map;
}

interface Sided {
  readonly item: ViewItem;
  readonly side: ComparedSide;
}

/** The rows of both runs, those of the second one first, in its order. */
function rowsOf(
  before: ReadonlyMap<string, Sided>,
  after: ReadonlyMap<string, Sided>,
  judge: (before: ComparedSide, after: ComparedSide) => Pick<ComparedRow, 'change' | 'difference'>,
): ComparedRow[] {
  const rows: ComparedRow[] = [];
  for (const [key, { item, side }] of after) {
    const own = before.get(key)?.side;
    rows.push(
      own
        ? { item, before: own, after: side, ...judge(own, side) }
        : { item, before: null, after: side, change: 'new', difference: null },
    );
  }
  for (const [key, { item, side }] of before)
    if (!after.has(key)) rows.push({ item, before: side, after: null, change: 'gone', difference: null });
  return rows;
}

const direction = (difference: number): Change => (difference > 0 ? 'up' : difference < 0 ? 'down' : 'same');

function byRank(before: ComparedSide, after: ComparedSide) {
  const difference = (before.rank ?? 0) - (after.rank ?? 0);
  return { change: direction(difference), difference };
}

function byCategory(before: ComparedSide, after: ComparedSide) {
  const change: Change = before.category === after.category ? 'same' : 'changed';
  const numbers = [before.value, after.value];
  const difference =
    change === 'same' && numbers.every((value) => value !== undefined && Number.isFinite(value))
      ? (numbers[1] as number) - (numbers[0] as number)
      : null;
  return { change, difference };
}

function byNumber(before: ComparedSide, after: ComparedSide) {
  const difference = (after.value ?? Number.NaN) - (before.value ?? Number.NaN);
  if (Number.isFinite(difference)) return { change: direction(difference), difference };
  const isSame = Object.is(before.value, after.value);
  return { change: isSame ? ('same' as const) : ('changed' as const), difference: null };
}

/** The results of a query with their ranks: 1, 2, 2, 4, because equal scores share the better rank. */
function ranked(results: ViewOf<'matches'>['matches'][number]['results']): Map<string, Sided> {
  let rank = 0;
  const sides = results.map(({ item, score }, i): Sided => {
    if (i === 0 || score !== results[i - 1]?.score) rank = i + 1;
    return { item, side: { rank, value: score } };
  });
  return keyed(sides, ({ item }) => viewItemKey(item));
}

type Body = Pick<ComparedPart, 'kind' | 'query' | 'isPart' | 'rows'>;

/** Pairs the queries: equal ones first, the others in their order, so that a changed query meets the one before. */
function rankings(a: ViewOf<'matches'>, b: ViewOf<'matches'>): Body[] {
  const before = keyed(a.matches, ({ query }) => viewItemKey(query));
  const after = keyed(b.matches, ({ query }) => viewItemKey(query));
  const spare = [...before].filter(([key]) => !after.has(key)).map(([, one]) => one);
  const isPart = a.total > a.count || b.total > b.count;
  const body = (one: (typeof a.matches)[number] | undefined, other: typeof one): Body => ({
    kind: 'ranks',
    query: { before: one?.query ?? null, after: other?.query ?? null },
    isPart,
    rows: rowsOf(ranked(one?.results ?? []), ranked(other?.results ?? []), byRank),
  });
  return [
    ...[...after].map(([key, other]) => body(before.get(key) ?? spare.shift(), other)),
    ...spare.map((one) => body(one, undefined)),
  ];
}

const textItem = (title: string): ViewItem => ({ title, isPicture: false });

function numbers(
  before: readonly (readonly [name: string, value: number])[],
  after: readonly (readonly [name: string, value: number])[],
  isPart = false,
): Body[] {
  const sided = (all: typeof before) =>
    keyed(
      all.map(([name, value]): Sided => ({ item: textItem(name), side: { value } })),
      ({ item }) => item.title,
    );
  if (before.length === 0 && after.length === 0) return [];
  return [{ kind: 'numbers', isPart, rows: rowsOf(sided(before), sided(after), byNumber) }];
}

function bars(a: ViewOf<'bars'>, b: ViewOf<'bars'>): Body[] {
  const hasItems = [...a.groups, ...b.groups].some(({ item }) => item !== undefined);
  if (!hasItems) {
    const flat = ({ groups }: ViewOf<'bars'>) =>
      groups.flatMap((group) => group.bars.map(({ label, value }) => [label, value] as const));
    return numbers(flat(a), flat(b));
  }
  const sided = ({ groups }: ViewOf<'bars'>) =>
    keyed(
      groups.flatMap(({ item, bars: own }): Sided[] => {
        if (!item) return [];
        const best = own.reduce<(typeof own)[number] | undefined>(
          (top, bar) => (top === undefined || bar.value > top.value ? bar : top),
          undefined,
        );
        return [{ item, side: best ? { category: best.label, value: best.value } : {} }];
      }),
      ({ item }) => viewItemKey(item),
    );
  const isPart = a.total > a.groups.length || b.total > b.groups.length;
  return [{ kind: 'categories', isPart, rows: rowsOf(sided(a), sided(b), byCategory) }];
}

function galleries(a: ViewOf<'gallery'>, b: ViewOf<'gallery'>): Body[] {
  const isLabelled = [...a.items, ...b.items].some(({ label }) => label !== undefined);
  const sided = ({ items }: ViewOf<'gallery'>) =>
    keyed(
      items.map(
        (item): Sided => ({
          item,
          side: item.label === undefined ? {} : { category: item.label },
        }),
      ),
      ({ item }) => viewItemKey(item),
    );
  const isPart = a.total > a.items.length || b.total > b.items.length;
  const kind = isLabelled ? 'categories' : 'pictures';
  return [{ kind, isPart, rows: rowsOf(sided(a), sided(b), byCategory) }];
}

/** The numbers of a table, each named by the texts of its row and the title of its column. */
function cellsOf({ columns, rows }: ViewOf<'table'>): (readonly [string, number])[] {
  const isNumber = (cell: ViewCell | undefined): cell is number => typeof cell === 'number';
  const columnIsNumber = columns.map(
    ({ type }, at) => type === 'number' || (rows.length > 0 && rows.every((row) => isNumber(row[at]))),
  );
  const several = columnIsNumber.filter(Boolean).length > 1;
  return rows.flatMap((row, n) => {
    const texts = row.filter((cell, at) => !columnIsNumber[at] && cell !== null).map(String);
    const name = texts.length > 0 ? texts.join(' · ') : rows.length > 1 ? String(n + 1) : '';
    return row.flatMap((cell, at) => {
      if (!columnIsNumber[at] || !isNumber(cell)) return [];
      const column = columns[at]?.title ?? '';
      return [[several || name === '' ? [name, column].filter(Boolean).join(' · ') : name, cell] as const];
    });
  });
}

/** The numbers of a heatmap; undefined if it has too many, or none here. */
function heatOf({ rows, columns, values }: ViewOf<'heatmap'>): (readonly [string, number])[] | undefined {
  if (rows.length * columns.length > MOST_CELLS || values.length < rows.length * columns.length)
    return undefined;
  return rows.flatMap((row, r) =>
    columns.map((column, c) => [`${row.title} × ${column.title}`, values[r * columns.length + c]!] as const),
  );
}

const isOf = <K extends ViewKind>(view: ReadView, kind: K): view is ViewOf<K> => view.view === kind;

/** Compares two views of one kind; empty if there is no way to. */
function bodiesOf(a: ReadView, b: ReadView): Body[] {
  if (isOf(a, 'matches') && isOf(b, 'matches')) return rankings(a, b);
  if (isOf(a, 'bars') && isOf(b, 'bars')) return bars(a, b);
  if (isOf(a, 'gallery') && isOf(b, 'gallery')) return galleries(a, b);
  if (isOf(a, 'table') && isOf(b, 'table')) {
    const isPart = a.total > a.rows.length || b.total > b.rows.length;
    return numbers(cellsOf(a), cellsOf(b), isPart);
  }
  if (isOf(a, 'heatmap') && isOf(b, 'heatmap')) {
    const [one, other] = [heatOf(a), heatOf(b)];
    return one && other ? numbers(one, other) : [];
  }
  return [];
}

/** The params that differ, of nodes that both workflows have, and of the same type. */
function paramsOf(a: ComparableRun, b: ComparableRun): ChangedParam[] {
  const before = new Map(a.workflow.nodes.map((node) => [node.id, node]));
  return b.workflow.nodes.flatMap((node) => {
    const own = before.get(node.id);
    if (own?.type !== node.type) return [];
    const names = new Set([...Object.keys(own.params ?? {}), ...Object.keys(node.params ?? {})]);
    return [...names].flatMap((param): ChangedParam[] => {
      const [one, other] = [own.params?.[param], node.params?.[param]];
      if (JSON.stringify(one) === JSON.stringify(other)) return [];
      return [{ nodeId: node.id, ...named(node), type: node.type, param, before: one, after: other }];
    });
  });
}

const named = (node: WorkflowNode | undefined) =>
  node?.title === undefined || node.title === '' ? {} : { title: node.title };

/** The pairs of views to compare: of the same node, or the only one of its kind in each run. */
function pairsOf(a: ComparableRun, b: ComparableRun): (readonly [nodeId: string, ReadView, ReadView])[] {
  const paired = Object.entries(b.views).flatMap(([nodeId, view]) => {
    const own = a.views[nodeId];
    return own?.view === view.view ? [[nodeId, own, view] as const] : [];
  });
  if (paired.length > 0) return paired;
  const only = (run: ComparableRun, kind: string) => {
    const all = Object.entries(run.views).filter(([, { view }]) => view === kind);
    return all.length === 1 ? all[0] : undefined;
  };
  return [...new Set(Object.values(b.views).map(({ view }) => view))].flatMap((kind) => {
    const [one, other] = [only(a, kind), only(b, kind)];
    return one && other ? [[other[0], one[1], other[1]] as const] : [];
  });
}

/** Compares two runs: the params that differ, and what became of each result. It never throws. */
export function compareRuns(a: ComparableRun, b: ComparableRun): RunComparison {
  const nodes = new Map([...a.workflow.nodes, ...b.workflow.nodes].map((node) => [node.id, node]));
  const parts = pairsOf(a, b).flatMap(([nodeId, one, other]) => {
    const node = nodes.get(nodeId);
    const type = node?.type;
    return bodiesOf(one, other).map(
      (body): ComparedPart => ({ nodeId, ...named(node), ...(type !== undefined && { type }), ...body }),
    );
  });
  return { params: paramsOf(a, b), parts };
}

/** How many rows of each change a comparison has. */
export function changesIn(rows: readonly ComparedRow[]): Readonly<Record<Change, number>> {
  const counts = { up: 0, down: 0, new: 0, gone: 0, changed: 0, same: 0 };
  for (const { change } of rows) counts[change] += 1;
  return counts;
}

/** How far a row moved, for sorting: what came or went moved furthest. */
export const sizeOfChange = ({ change, difference }: ComparedRow): number =>
  change === 'new' || change === 'gone'
    ? Number.POSITIVE_INFINITY
    : change === 'changed'
      ? Number.MAX_VALUE
      : Math.abs(difference ?? 0);

const round = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;

/** A comparison as one table of plain values, for CSV. The names of its columns are the same in every language. */
export function comparisonTable({ parts }: RunComparison): {
  readonly header: readonly string[];
  readonly rows: readonly (readonly ViewCell[])[];
} {
  const header = [
    'node',
    'query_before',
    'query_after',
    'item',
    'change',
    'difference',
    'rank_before',
    'rank_after',
    'value_before',
    'value_after',
    'category_before',
    'category_after',
  ];
  const rows = parts.flatMap(({ nodeId, title, query, rows: own }) =>
    own.map(({ item, change, difference, before, after }): ViewCell[] => [
      title ?? nodeId,
      query?.before?.title ?? null,
      query?.after?.title ?? null,
      item.title,
      change,
      difference,
      before?.rank ?? null,
      after?.rank ?? null,
      round(before?.value),
      round(after?.value),
      before?.category ?? null,
      after?.category ?? null,
    ]),
  );
  return { header, rows };
}
