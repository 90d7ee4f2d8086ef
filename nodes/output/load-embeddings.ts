import {
  type Cell,
  defineMessages,
  defineNode,
  type Item,
  itemOfRecord,
  knownOf,
  type ParquetContent,
  PatchbayError,
  param,
  port,
  readEmbeddingMetadata,
  type Space,
  tableOfColumns,
} from '../sdk/index.ts';

const say = defineMessages({
  'embeddings.not-finite': {
    en: 'Row {row} (the first is 0) of {path} contains {value}, which cannot be compared. Remove such rows and save the file again.',
    zh: '{path} 的第 {row} 行（从 0 数起）含有 {value}，无法比较。请去掉这样的行后重新保存文件。',
  },
  'embeddings.count': {
    en: '{path} has {vectors} {vectors|vector|vectors}, but {pictures} {pictures|picture is|pictures are} connected. Connect exactly the pictures that the vectors were made from, or none.',
    zh: '{path} 有 {vectors} 个向量，却连接了 {pictures} 张图片。请只连接生成这些向量的图片，或不连接。',
  },
});

/** The space of vectors from a file that does not name it. It is named by the user, or by the hash of the file. */
function foreignSpace(name: string, hash: string, dims: number): Space {
  return {
    encoder: name === '' ? `file:${hash}` : `named:${name}`,
    title: name === '' ? `vectors of a file (${hash.slice(0, 8)})` : name,
    layer: 'embedding',
    projection: 'none',
    pooling: 'model',
    tower: 'image',
    dims,
    normalized: false,
  };
}

/**
 * Refuses NaN and infinite numbers, which would spoil every comparison. @throws PatchbayError `embeddings.not-finite`
 */
function requireFinite(path: string, data: Float32Array, dims: number): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const got = String(data[at]);
  throw new PatchbayError({
    ...say('embeddings.not-finite', { row: Math.floor(at / dims), path, value: got }),
    param: 'path',
    expected: 'finite numbers',
    got,
  });
}

/** Names of columns that say which picture or text a row is, the usual ones first. */
const NAMES = [
  'path',
  'image_path',
  'file_name',
  'filename',
  'image',
  'url',
  'key',
  'item',
  'name',
  'text',
  'caption',
  'title',
];
const LABELS = ['label', 'category', 'class'];
/** Columns that only describe the file of a picture. */
const OF_FILES = ['file', 'asset', 'size', 'mtimeMs'];

/** The items of the rows of a file; undefined if no column says what they are. */
function itemsOfRows({
  columns,
  rows,
}: Pick<ParquetContent, 'columns' | 'rows'>): readonly Item[] | undefined {
  const at = (name: string) => columns.findIndex((column) => column.name.toLowerCase() === name);
  const name = NAMES.map(at).find((i) => i >= 0 && columns[i]?.type === 'text');
  if (name === undefined) return undefined;
  const label = LABELS.map(at).find((i) => i >= 0);
  return rows.map((row, n) => {
    const cell = (i: number | undefined): Cell => (i === undefined ? null : (row[i] ?? null));
    const known = Object.fromEntries(
      OF_FILES.flatMap((field) => {
        const value = cell(at(field.toLowerCase()));
        return value === null ? [] : [[field, value]];
      }),
    );
    const path = String(cell(name) ?? `Row ${n}`);
    const category = cell(label);
    return (
      itemOfRecord({ path, label: category === null ? null : String(category), ...known }) ?? {
        kind: 'text',
        text: path,
      }
    );
  });
}

export default defineNode({
  title: 'Load embeddings',
  description:
    'Loads vectors from a file: NumPy, safetensors, Parquet, CSV or JSON lines, or a folder of clip-retrieval. Files saved by Patchbay name their pictures and their encoder. For other files you can add both.',
  keywords: [
    'open',
    'import',
    'npy',
    'numpy',
    'npz',
    'parquet',
    'csv',
    'jsonl',
    'clip-retrieval',
    'safetensors',
    'vectors',
    'features',
    'file',
    'input',
  ],
  inputs: {
    images: port.images({
      help: 'The pictures of the vectors, in the same order, for a file that does not name them.',
      required: false,
    }),
  },
  params: {
    path: param.file({
      help: 'The file: a matrix with one vector per row, or a Parquet, CSV or JSON lines file with a column of vectors or numbered columns. Or the folder that clip-retrieval wrote.',
      title: 'File',
      placeholder: 'embeddings.npy',
      required: true,
    }),
    space: param.text({
      help: 'Name of the encoder, for a file that does not name it. Vectors from files with the same name can be compared.',
      title: 'Made by',
      placeholder: 'my encoder',
      maxLength: 500,
      advanced: true,
    }),
  },
  outputs: {
    embeddings: port.embeddings({ help: 'The vectors, in the order of the file.' }),
    table: port.table({ help: 'The other columns of the file, with one row for each vector.' }),
  },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.files.fingerprint(path),
  infer: ({ inputs }) => {
    const { count } = knownOf(inputs, 'images');
    return { embeddings: { type: 'embeddings', count }, table: { type: 'table' } };
  },
  run: async ({ inputs: { images }, params: { path, space }, ctx }) => {
    const { tensor, metadata, hash, table } = await ctx.files.readMatrix(path);
    const [rows = 0, dims = 0] = tensor.dims;
    requireFinite(path, tensor.data, dims);
    const own = readEmbeddingMetadata(metadata, rows);
    if (images && images.items.length !== rows)
      throw new PatchbayError({
        ...say('embeddings.count', { path, vectors: rows, pictures: images.items.length }),
        port: 'images',
        expected: String(rows),
        got: String(images.items.length),
      });
    // Counted from 0, as programs that read and write such files do.
    const numbered = (): Item[] =>
      Array.from({ length: rows }, (_, row) => ({ kind: 'text', text: `Row ${row}` }));
    return {
      embeddings: {
        kind: 'embeddings',
        tensor: ctx.ops.tensor(tensor),
        items: images?.items ?? own.items ?? (table && itemsOfRows(table)) ?? numbered(),
        skipped: images?.skipped ?? [],
        // A space with another number of dimensions cannot belong to these vectors.
        space:
          own.space && (own.space.dims ?? dims) === dims ? own.space : foreignSpace(space.trim(), hash, dims),
      },
      table: tableOfColumns(table?.columns ?? [], table?.rows ?? []),
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '加载向量',
      description:
        '从文件加载向量：NumPy、safetensors、Parquet、CSV 或 JSON 行，或 clip-retrieval 的文件夹。由 Patchbay 保存的文件记录了图片和编码器。其他文件可以补上这两者。',
      inputs: {
        images: { title: '图片', help: '向量对应的图片，顺序相同，用于没有记录图片的文件。' },
      },
      params: {
        path: {
          title: '文件',
          help: '每行一个向量的矩阵文件，或带有向量列（或编号列）的 Parquet、CSV、JSON 行文件。也可以是 clip-retrieval 写入的文件夹。',
          placeholder: '向量.npy',
        },
        space: {
          title: '来源',
          placeholder: '我的编码器',
          help: '编码器的名称，用于没有记录来源的文件。名称相同的文件中的向量可以相互比较。',
        },
      },
      outputs: {
        embeddings: { title: '向量', help: '向量，顺序与文件相同。' },
        table: { title: '表格', help: '文件的其他列，每个向量一行。' },
      },
    },
  },
});
