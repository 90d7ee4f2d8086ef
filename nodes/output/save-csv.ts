import {
  csvLine,
  type Delimiter,
  defineNode,
  type OnProgress,
  outputName,
  param,
  port,
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

/** Excel reads a file as UTF-8 only with this mark. Most other programs take it for a part of the first name. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Number of rows to collect before a write. */
const CHUNK_ROWS = 256;

async function* lines(
  source: TableSource,
  delimiter: Delimiter,
  mark: string,
  signal: AbortSignal,
  progress: OnProgress,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = `${mark}${csvLine(
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
    'Writes rows and columns to a file that Excel, Numbers and LibreOffice can open: matches, categories, metrics, scores or vectors.',
  keywords: ['export', 'write', 'spreadsheet', 'excel', 'table', 'file', 'output', 'download', 'tsv'],
  inputs: { rows: port.oneOf(TABULAR_TYPES)({ help: 'The result to save.' }) },
  params: {
    name: param.fileName({
      default: 'result.csv',
      title: 'File name',
      help: 'Name of the file in the output folder, or a path such as ~/Documents/result.csv. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
    separator: param.choice({
      default: 'comma',
      choices: { comma: 'Comma', semicolon: 'Semicolon', tab: 'Tab' },
      help: 'The character between columns. Excel needs a semicolon where decimals are written with a comma.',
      advanced: true,
    }),
    excel: param.boolean({
      default: false,
      title: 'For Excel',
      help: 'Begins the file with a byte order mark, so that Excel shows all letters. Python and other programs read the file without it.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, separator }) => [outputName(withExtension(name, extensionOf(name, separator)))],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { rows }, params: { name, separator, excel }, ctx }) => {
    const mark = excel ? BYTE_ORDER_MARK : '';
    const source = tableOf(rows, ctx.ops);
    const data = lines(source, DELIMITERS[separator] ?? ',', mark, ctx.signal, ctx.progress);
    const file = outputName(withExtension(name, extensionOf(name, separator)));
    const { path, bytes } = await ctx.files.write(file, data);
    return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
  },
  translations: {
    zh: {
      title: '保存 CSV',
      description:
        '把行和列写入 Excel、Numbers 和 LibreOffice 能打开的文件：匹配结果、类别、指标、得分或向量。',
      inputs: {
        rows: { title: '行', help: '要保存的结果。' },
      },
      params: {
        name: {
          title: '文件名',
          help: '输出文件夹中文件的名称，或路径，例如 ~/Documents/result.csv。不会替换不是由 Patchbay 写入的文件。',
        },
        separator: {
          title: '分隔符',
          help: '列与列之间的字符。小数用逗号表示的地区，Excel 需要分号。',
          choices: { comma: '逗号', semicolon: '分号', tab: '制表符' },
        },
        excel: {
          title: '用于 Excel',
          help: '在文件开头写入字节顺序标记，使 Excel 能正确显示所有字符。Python 等程序读取没有标记的文件。',
        },
      },
      outputs: {
        view: { title: '文件', help: '文件的位置和大小。' },
      },
    },
  },
});
