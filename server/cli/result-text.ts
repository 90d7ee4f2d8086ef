import {
  type BarGroup,
  type Classifier,
  describeSpace,
  englishOf,
  type Item,
  type Labels,
  type Matches,
  type PortValue,
  type Skipped,
  type View,
} from '../../nodes/sdk/index.ts';
import { counted, cut, lineWidth, pad, plainText, widthOf } from './columns.ts';
import { tableLines } from './table-text.ts';

const BAR_WIDTH = 20;
const SHOWN_ROWS = 30;
const SHOWN_QUERIES = 10;

const nameOf = (item: Item): string => plainText(item.kind === 'text' ? `"${item.text}"` : item.path);

function bar(share: number): string {
  return '█'.repeat(Math.round(Math.max(0, Math.min(1, share)) * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
}

/** Plurals that do not end in "s". */
const PLURALS: Readonly<Record<string, string>> = { query: 'queries', 'left out': 'left out' };

function firstOf<T>(
  list: readonly T[],
  total: number,
  shown: number,
  one: string,
  lines: (entry: T) => string[],
): string[] {
  const rest = total - Math.min(list.length, shown);
  return [
    ...list.slice(0, shown).flatMap(lines),
    ...(rest > 0 ? [`  ... ${counted(rest, `more ${one}`, `more ${PLURALS[one] ?? `${one}s`}`)}`] : []),
  ];
}

/** Lists items that were left out, each with its reason. */
export function skippedLines(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return [];
  const lines = firstOf(skipped, skipped.length, 5, 'left out', ({ name, path, reason }) => [
    `  ! ${plainText(path ?? name)}: ${plainText(englishOf(reason))}`,
  ]);
  return [`  ${skipped.length} left out:`, ...lines];
}

function matchesLines({ results, skipped }: Matches): string[] {
  const name = Math.max(20, lineWidth() - 38);
  const some = results.some((result) => result.results.length > 0);
  if (!some) {
    const none = results.length === 0 ? 'there is nothing to show' : 'nothing is that similar';
    return [`  ${none}`, ...skippedLines(skipped)];
  }
  const lines = firstOf(results, results.length, SHOWN_QUERIES, 'query', ({ query, results: ranked }) => [
    `  ${cut(nameOf(query), lineWidth() - 2)}`,
    ...ranked.map(
      ({ item, score }, i) =>
        `  ${String(i + 1).padStart(4)}. ${score.toFixed(4)} ${bar(score)} ${cut(nameOf(item), name)}`,
    ),
    ...(ranked.length === 0 ? ['        nothing is that similar'] : []),
  ]);
  return [...lines, ...skippedLines(skipped)];
}

function labelsLines({ items, labels, scores }: Labels): string[] {
  const shown = items.slice(0, SHOWN_ROWS);
  const width = Math.min(60, Math.max(0, ...shown.map((item) => widthOf(nameOf(item)))));
  const labelWidth = Math.max(
    0,
    ...labels.slice(0, SHOWN_ROWS).map((label) => widthOf(label ?? '(no label)')),
  );
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label ?? '(no label)', (counts.get(label ?? '(no label)') ?? 0) + 1);
  const rows = shown.map((item, i) => {
    const score = scores?.[i];
    const label = pad(plainText(labels[i] ?? '(no label)'), labelWidth);
    return `  ${pad(cut(nameOf(item), width), width)}  ${label}${score === undefined ? '' : `  ${score.toFixed(3)}`}`;
  });
  const more = items.length > shown.length ? [`  ... ${items.length - shown.length} more`] : [];
  const summary = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_ROWS)
    .map(([label, count]) => `${plainText(label)} ${count}`);
  return [...rows, ...more, `  in all: ${summary.join(', ')}`];
}

function barsLines(groups: readonly BarGroup[]): string[] {
  return firstOf(groups, groups.length, SHOWN_ROWS, 'group', ({ item, bars }) => {
    const largest = Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => value));
    const width = Math.max(0, ...bars.map(({ label }) => widthOf(plainText(label))));
    const whole = bars.every(({ value }) => Number.isInteger(value));
    const head = item ? [`  ${nameOf(item)}`] : [];
    const rows = bars
      .slice(0, 10)
      .map(
        ({ label, value }) =>
          `    ${pad(plainText(label), width)}  ${bar(value / largest)} ${whole ? value : value.toFixed(3)}`,
      );
    return [...head, ...rows];
  });
}

function patchesLines(view: Extract<View, { view: 'patches' }>): string[] {
  const { items, rows, columns } = view;
  const head = `  ${counted(items.length, 'picture')} of ${rows} x ${columns} patches; --json gives the numbers`;
  if (view.shows === 'colors') return [head];
  const { picked, queries, metric, ranges } = view;
  const item = picked && items[picked.picture - 1];
  const from = (at: number) =>
    `${metric} ${(ranges[at] ?? [0, 0]).map((end) => end.toFixed(4)).join(' to ')}`;
  if (picked && item)
    return [head, `  like row ${picked.row}, column ${picked.column} of ${nameOf(item)}: ${from(0)}`];
  const named = queries.map((query, at) => ({ query, at }));
  return [
    head,
    ...firstOf(named, named.length, SHOWN_QUERIES, 'query', ({ query, at }) => [
      `  ${nameOf(query)}: ${from(at)}`,
    ]),
  ];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** For each line of a curve: its first, its lowest, its highest and its last value, with where they are. */
function curveLines({ x, series }: Extract<View, { view: 'curve' }>): string[] {
  return firstOf(series, series.length, SHOWN_ROWS, 'line', ({ name, points }) => {
    const known = points.filter((point) => point.every(Number.isFinite));
    const [first, last] = [known[0], known.at(-1)];
    const head = `  ${plainText(name)}: ${counted(points.length, 'point')}`;
    if (first === undefined || last === undefined) return [head];
    const lowest = known.reduce((low, point) => (point[1] < low[1] ? point : low));
    const highest = known.reduce((high, point) => (point[1] > high[1] ? point : high));
    const at = ([place, value]: readonly [number, number]) =>
      `${short(value)} at ${plainText(x)} ${short(place)}`;
    return [`${head}, from ${at(first)} to ${at(last)}; lowest ${at(lowest)}, highest ${at(highest)}`];
  });
}

/** How many predictions are right, and which categories are taken for which others most often. */
function confusionLines({ categories, cells }: Extract<View, { view: 'confusion' }>): string[] {
  const count = (some: typeof cells) => some.reduce((sum, [, , pictures]) => sum + pictures, 0);
  const total = count(cells);
  const right = count(cells.filter(([row, column]) => row === column));
  const wrong = cells.filter(([row, column]) => row !== column).sort((a, b) => b[2] - a[2]);
  const name = (at: number) => plainText(categories[at] ?? '(no prediction)');
  return [
    `  ${right} of ${counted(total, 'picture')} right, ${counted(categories.length, 'category', 'categories')}`,
    ...firstOf(wrong, wrong.length, SHOWN_QUERIES, 'confusion', ([row, column, pictures]) => [
      `  ${name(row)} as ${name(column)}: ${pictures} of ${count(cells.filter(([own]) => own === row))}`,
    ]),
  ];
}

/** How many items are on a map, and what it can be coloured by. */
function mapLines({ items, columns }: Extract<View, { view: 'map' }>): string[] {
  const told = columns.map(({ title, names }) =>
    names ? `${plainText(title)} (${counted(names.length, 'name')})` : plainText(title),
  );
  const more = told.length > 0 ? `, with ${told.join(', ')}` : '';
  return [`  ${counted(items.length, 'item')} on a plane${more}; --json gives the numbers`];
}

function classifierLines({ method, categories, space, learned }: Classifier): string[] {
  const { counts, heldOut } = learned;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const named = categories.map((name, at) => `${plainText(name)} ${counts[at] ?? 0}`);
  const more = named.length > SHOWN_ROWS ? `, ... ${named.length - SHOWN_ROWS} more` : '';
  return [
    `  ${method} of ${counted(categories.length, 'category', 'categories')}, ${describeSpace(space)}`,
    `  learned from ${counted(total, 'item')}: ${named.slice(0, SHOWN_ROWS).join(', ')}${more}`,
    ...(heldOut
      ? [`  right for ${(heldOut.accuracy * 100).toFixed(1)}% of ${counted(heldOut.count, 'held-out item')}`]
      : []),
  ];
}

function viewLines(view: View): string[] {
  switch (view.view) {
    case 'gallery':
      return [
        ...firstOf(view.items, view.total, SHOWN_ROWS, 'picture', (item) => [
          `  ${nameOf(item)}${item.label === undefined ? '' : `  (${plainText(item.label)})`}`,
        ]),
        ...skippedLines(view.skipped),
      ];
    case 'matches':
      return matchesLines(view.matches);
    case 'bars':
      return barsLines(view.groups);
    case 'table':
      return tableLines(view.table, view.total);
    case 'heatmap':
      return [
        `  ${view.rows.length} x ${view.columns.length} scores; --json or a save node gives the numbers`,
      ];
    case 'patches':
      return patchesLines(view);
    case 'curve':
      return curveLines(view);
    case 'confusion':
      return confusionLines(view);
    case 'map':
      return [...mapLines(view), ...skippedLines(view.skipped)];
    case 'file':
      return [
        `  ${view.path} (${counted(view.bytes, 'byte')}${view.files === 1 ? '' : `, ${view.files} files`})`,
      ];
    default:
      return ['  --json gives this result'];
  }
}

/** A result as lines for a terminal: the first rows, and how many more there are. */
export function valueLines(value: PortValue): string[] {
  switch (value.kind) {
    case 'matches':
      return matchesLines(value);
    case 'embeddings':
    case 'tokens':
      return [
        `  ${value.tensor.dims.join(' x ')}, ${describeSpace(value.space)}`,
        ...skippedLines(value.skipped),
      ];
    case 'similarity':
      return [
        `  ${value.queries.length} x ${value.gallery.length} scores (${value.metric})`,
        ...skippedLines(value.skipped),
      ];
    case 'images':
    case 'pixels':
      return [`  ${counted(value.items.length, 'picture')}`, ...skippedLines(value.skipped)];
    case 'texts':
      return firstOf(value.items, value.items.length, SHOWN_ROWS, 'text', ({ text }) => [
        `  ${cut(plainText(text), lineWidth() - 2)}`,
      ]);
    case 'labels':
      return labelsLines(value);
    case 'table':
      return tableLines(value);
    case 'metrics':
      return Object.entries(value.values).map(
        ([name, metric]) =>
          `  ${name}: ${typeof metric === 'number' ? metric : metric.map((x) => x.toFixed(4)).join(', ')}`,
      );
    case 'encoder':
      return [`  ${value.title} (${value.family})`];
    case 'adapter':
      return [`  ${value.id}: rank ${value.rank}, scaling ${value.scaling}, for ${value.target}`];
    case 'classifier':
      return classifierLines(value);
    case 'view':
      return viewLines(value);
  }
}
