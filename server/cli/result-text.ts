import {
  type Cell,
  describeSpace,
  type Item,
  type PortValue,
  type Skipped,
  type Table,
  type View,
} from '../../nodes/sdk/index.ts';

const BAR_WIDTH = 20;
const SHOWN_ROWS = 30;

const nameOf = (item: Item): string => (item.kind === 'text' ? `"${item.text}"` : item.path);
const bar = (share: number): string =>
  '█'.repeat(Math.round(Math.max(0, Math.min(1, share)) * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');

function skippedLines(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return [];
  const shown = skipped.slice(0, 5).map(({ name, path, reason }) => `  ! ${path ?? name}: ${reason}`);
  const more = skipped.length > 5 ? [`  ! and ${skipped.length - 5} more`] : [];
  return [`  ${skipped.length} left out:`, ...shown, ...more];
}

function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' && !Number.isInteger(cell)) return cell.toFixed(4);
  return String(cell);
}

function tableLines(table: Table): string[] {
  const rows = table.rows.slice(0, SHOWN_ROWS).map((row) => table.columns.map((_, i) => cellText(row[i])));
  const widths = table.columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (table.columns[i]!.type === 'number' ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ')}`.trimEnd();
  const more = table.rows.length > SHOWN_ROWS ? [`  ... ${table.rows.length - SHOWN_ROWS} more rows`] : [];
  return [
    line(table.columns.map(({ title }) => title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
    ...more,
  ];
}

function viewLines(view: View): string[] {
  switch (view.view) {
    case 'gallery': {
      const more = view.total > SHOWN_ROWS ? [`  ... ${view.total - SHOWN_ROWS} more`] : [];
      return [
        ...view.items.slice(0, SHOWN_ROWS).map((item) => `  ${nameOf(item)}`),
        ...more,
        ...skippedLines(view.skipped),
      ];
    }
    case 'matches':
      return valueLines(view.matches);
    case 'bars':
      return view.groups.slice(0, SHOWN_ROWS).flatMap(({ item, bars }) => {
        const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
        const width = Math.max(...bars.map(({ label }) => label.length), 0);
        const head = item ? [`  ${nameOf(item)}`] : [];
        return [
          ...head,
          ...bars
            .slice(0, 10)
            .map(
              ({ label, value }) => `    ${label.padEnd(width)}  ${bar(value / largest)} ${value.toFixed(3)}`,
            ),
        ];
      });
    case 'table':
      return tableLines(view.table);
    case 'heatmap':
      return [
        `  ${view.rows.length} x ${view.columns.length} scores; --json or a save node gives the numbers`,
      ];
    case 'file':
      return [`  ${view.path} (${view.bytes} bytes${view.files === 1 ? '' : `, ${view.files} files`})`];
  }
}

/** A result as lines for a terminal: the first rows, and how many more there are. */
export function valueLines(value: PortValue): string[] {
  switch (value.kind) {
    case 'matches': {
      const shown = value.results
        .slice(0, 10)
        .flatMap(({ query, results }) => [
          `  ${nameOf(query)}`,
          ...results.map(
            ({ item, score }, i) =>
              `  ${String(i + 1).padStart(4)}. ${score.toFixed(4)} ${bar(score)} ${nameOf(item)}`,
          ),
          ...(results.length === 0 ? ['        nothing is that similar'] : []),
        ]);
      const more = value.results.length > 10 ? [`  ... ${value.results.length - 10} more queries`] : [];
      return [...shown, ...more, ...skippedLines(value.skipped)];
    }
    case 'embeddings':
      return [
        `  ${value.tensor.dims.join(' x ')}, ${describeSpace(value.space)}`,
        ...skippedLines(value.skipped),
      ];
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
      return [`  ${value.items.length} pictures`, ...skippedLines(value.skipped)];
    case 'texts':
      return value.items.slice(0, SHOWN_ROWS).map(({ text }) => `  ${text}`);
    case 'labels':
      return value.items.slice(0, SHOWN_ROWS).map((item, i) => {
        const score = value.scores?.[i];
        return `  ${nameOf(item)}  ${value.labels[i] ?? '(no label)'}${score === undefined ? '' : `  ${score.toFixed(3)}`}`;
      });
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
    case 'view':
      return viewLines(value);
  }
}
