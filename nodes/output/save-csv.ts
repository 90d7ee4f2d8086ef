import {
  csvLine,
  type Delimiter,
  defineNode,
  type OnProgress,
  param,
  port,
  safePath,
  TABULAR_TYPES,
  type TableSource,
  tableOf,
  throwIfAborted,
  withExtension,
} from '../sdk/index.ts';

const DELIMITERS: Readonly<Record<string, Delimiter>> = { comma: ',', semicolon: ';', tab: '\t' };

function extensionOf(name: string, separator: string): string {
  return separator === 'tab' && name.toLowerCase().endsWith('.tsv') ? '.tsv' : '.csv';
}

/** Rows gathered before they are written. */
const CHUNK_ROWS = 256;

async function* lines(
  source: TableSource,
  delimiter: Delimiter,
  signal: AbortSignal,
  progress: OnProgress,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  // A byte order mark: without it Excel takes UTF-8 for the local code page.
  let waiting = `\uFEFF${csvLine(
    source.columns.map(({ title }) => title),
    delimiter,
  )}`;
  let done = 0;
  for await (const row of source.rows()) {
    waiting += csvLine(row, delimiter);
    if (++done % CHUNK_ROWS !== 0) continue;
    throwIfAborted(signal);
    yield encoder.encode(waiting);
    waiting = '';
    progress(done, source.total);
  }
  throwIfAborted(signal);
  yield encoder.encode(waiting);
  progress(source.total, source.total);
}

export default defineNode({
  title: 'Save CSV',
  description:
    'Writes rows and columns to a file that Excel, Numbers and LibreOffice open: matches, labels, metrics, scores or vectors.',
  keywords: ['export', 'write', 'spreadsheet', 'excel', 'table', 'file', 'output', 'download', 'tsv'],
  inputs: { rows: port.oneOf(TABULAR_TYPES)({ help: 'What to save.' }) },
  params: {
    name: param.fileName({
      default: 'result.csv',
      title: 'File name',
      help: 'Name of the file to write in the output folder.',
      required: true,
      maxLength: 500,
    }),
    separator: param.choice({
      default: 'comma',
      choices: { comma: 'Comma', semicolon: 'Semicolon', tab: 'Tab' },
      help: 'What stands between columns. Excel wants a semicolon where decimals are written with a comma.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'Where the file is, and how large.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, separator }) => [safePath(withExtension(name, extensionOf(name, separator)))],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { rows }, params: { name, separator }, ctx }) => {
    const data = lines(tableOf(rows, ctx.ops), DELIMITERS[separator] ?? ',', ctx.signal, ctx.progress);
    const file = safePath(withExtension(name, extensionOf(name, separator)));
    const { path, bytes } = await ctx.files.write(file, data);
    return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
  },
});
