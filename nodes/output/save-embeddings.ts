import {
  type ColumnType,
  columnsOfTable,
  defineMessages,
  defineNode,
  type Embeddings,
  embeddingMetadata,
  type HostTensor,
  itemKey,
  itemRecord,
  itemTitle,
  type Matches,
  outputName,
  type ParquetContent,
  PatchbayError,
  param,
  port,
  type Table,
  withExtension,
} from '../sdk/index.ts';

const ENDINGS = {
  safetensors: '.safetensors',
  npy: '.npy',
  npz: '.npz',
  parquet: '.parquet',
  map: '.parquet',
  clipRetrieval: '',
} as const;

const say = defineMessages({
  'save-embeddings.not-a-map': {
    en: 'A file for a map needs vectors of 2 numbers, x and y, but these have {dims}. Use *PCA* or another node that makes 2 numbers, or choose the format Parquet.',
    zh: '地图文件需要每个向量为 2 个数（x 和 y），而这些向量有 {dims} 个。请使用 *PCA* 等得到 2 个数的节点，或选择 Parquet 格式。',
  },
  'save-embeddings.nearest': {
    en: 'The neighbours are those of {count} items, but {vectors} vectors are connected. Connect the matches of the same items, in the same order, such as those of *Top k*, where these pictures are searched among themselves.',
    zh: '近邻数据有 {count} 项，却连接了 {vectors} 个向量。请连接同样各项、同样顺序的匹配结果，例如 *前 k 名* 在这些图片之间相互搜索的结果。',
  },
  'save-embeddings.names-left-out': {
    en: 'The names of {count} items are too long for the file, so it holds only the vectors. Save the list of pictures with *Save CSV*.',
    zh: '{count} 项的名称太长，无法存入文件，因此文件只含向量。请用 *保存 CSV* 保存图片列表。',
  },
});

/** The files of clip-retrieval's layout. */
const partOf = (folder: string, what: 'vectors' | 'rows'): string =>
  what === 'vectors' ? `${folder}/img_emb/img_emb_0.npy` : `${folder}/metadata/metadata_0.parquet`;

const RECORD: readonly { readonly name: string; readonly type: ColumnType }[] = [
  { name: 'path', type: 'text' },
  { name: 'label', type: 'text' },
  { name: 'file', type: 'text' },
  { name: 'asset', type: 'text' },
  { name: 'size', type: 'integer' },
  { name: 'mtimeMs', type: 'number' },
];

/** A row for each item: what is known of it, and the columns of a table. `pathName` is what other programs call its path. */
function parquetOf(
  { items, space, tensor }: Embeddings,
  table: Table | undefined,
  pathName = 'path',
): ParquetContent {
  const more = table && columnsOfTable(items, table);
  const taken = new Set(RECORD.map(({ name }) => name));
  const kept = [...(more?.columns ?? []).entries()].filter(([, { name }]) => !taken.has(name));
  return {
    columns: [{ name: pathName, type: 'text' }, ...RECORD.slice(1), ...kept.map(([, column]) => column)],
    rows: items.map((item, at) => {
      const record: Record<string, unknown> = itemRecord(item);
      const own = RECORD.map(({ name }) => (record[name] ?? null) as string | number | null);
      return [itemTitle(item), ...own.slice(1), ...kept.map(([i]) => more?.rows[at]?.[i] ?? null)];
    }),
    metadata: { space: JSON.stringify({ ...space, dims: tensor.dims[1] }) },
  };
}

/** The content with its vectors: as a column of lists, or as x and y. @throws PatchbayError `save-embeddings.not-a-map` */
function withVectors(
  content: ParquetContent,
  tensor: HostTensor<'float32'>,
  format: 'parquet' | 'map',
): ParquetContent {
  if (format === 'parquet') return { ...content, vectors: { name: 'embedding', tensor } };
  const dims = tensor.dims[1] ?? 0;
  if (dims !== 2) throw new PatchbayError({ ...say('save-embeddings.not-a-map', { dims }), param: 'format' });
  return {
    ...content,
    columns: [{ name: 'x', type: 'number' }, { name: 'y', type: 'number' }, ...content.columns],
    rows: content.rows.map((row, at) => [tensor.data[2 * at] ?? 0, tensor.data[2 * at + 1] ?? 0, ...row]),
  };
}

/**
 * The nearest rows of each row, as embedding-atlas reads them: rows counted from 0, and 1 - cosine as their distance. The item itself is
 * left out.
 * @throws PatchbayError `save-embeddings.neighbours` for matches of other items
 */
function neighborsOf({ items }: Embeddings, { results }: Matches): NonNullable<ParquetContent['neighbors']> {
  const rows = new Map(items.map((item, row) => [itemKey(item), row]));
  if (results.length !== items.length || results.some(({ query }, row) => rows.get(itemKey(query)) !== row))
    throw new PatchbayError({
      ...say('save-embeddings.nearest', { count: results.length, vectors: items.length }),
      port: 'nearest',
    });
  return results.map(({ results: found }, row) => {
    const near = found.flatMap(({ item, score }) => {
      const id = rows.get(itemKey(item));
      return id === undefined || id === row ? [] : [{ id, distance: 1 - score }];
    });
    return { ids: near.map(({ id }) => id), distances: near.map(({ distance }) => distance) };
  });
}

export default defineNode({
  title: 'Save embeddings',
  description:
    'Writes vectors to a file that NumPy and other machine learning tools can read. The file also keeps the names of the items and the origin of the vectors.',
  keywords: [
    'export',
    'write',
    'npy',
    'numpy',
    'npz',
    'parquet',
    'pandas',
    'clip-retrieval',
    'embedding-atlas',
    'safetensors',
    'vectors',
    'features',
    'file',
    'output',
    'download',
  ],
  inputs: {
    embeddings: port.embeddings({ help: 'The vectors to save.' }),
    table: port.table({
      required: false,
      help: 'More columns for Parquet and clip-retrieval. A column with paths or names tells which vector a row belongs to; otherwise the order does.',
    }),
    nearest: port.matches({
      required: false,
      title: 'Nearest matches',
      help: 'The nearest neighbours of each of these items, for a Parquet file that embedding-atlas shows: each item is searched among the others.',
    }),
  },
  params: {
    name: param.fileName({
      default: 'embeddings',
      title: 'File name',
      help: 'Name of the file in the output folder, or a path such as ~/Documents/result.csv. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
    format: param.choice({
      default: 'safetensors',
      choices: {
        safetensors: 'Safetensors',
        npy: 'NumPy (.npy)',
        npz: 'NumPy (.npz)',
        parquet: 'Parquet',
        map: 'Parquet with x and y',
        clipRetrieval: 'clip-retrieval',
      },
      help: 'Safetensors and Parquet keep the names inside the file. NumPy gets a .json file with the names. Parquet with x and y is for maps, such as embedding-atlas. The layout of clip-retrieval is a folder with img_emb_0.npy and metadata_0.parquet.',
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, format }) => {
    const file = outputName(withExtension(name, ENDINGS[format]));
    if (format === 'clipRetrieval') return [partOf(file, 'vectors'), partOf(file, 'rows')];
    return format === 'npy' || format === 'npz' ? [file, `${file}.json`] : [file];
  },
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { embeddings, table, nearest }, params: { name, format }, ctx }) => {
    const target = outputName(withExtension(name, ENDINGS[format]));
    if (format === 'parquet' || format === 'map') {
      const host = await embeddings.tensor.toHost();
      const content = withVectors(parquetOf(embeddings, table), host, format);
      const { path, bytes } = await ctx.files.writeParquet(target, {
        ...content,
        ...(nearest && { neighbors: neighborsOf(embeddings, nearest) }),
      });
      return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
    }
    if (format === 'clipRetrieval') {
      const content = parquetOf(embeddings, table, 'image_path');
      const rows = await ctx.files.writeParquet(partOf(target, 'rows'), content);
      const { path, bytes } = await ctx.files.writeMatrix(
        partOf(target, 'vectors'),
        'npy',
        embeddings.tensor,
        {},
      );
      return { view: { kind: 'view', view: 'file', path, bytes: bytes + rows.bytes, files: 2 } };
    }
    const metadata = embeddingMetadata(embeddings);
    if (metadata.items === undefined)
      ctx.warn(say('save-embeddings.names-left-out', { count: embeddings.items.length }));
    const file = target;
    const { path, bytes } = await ctx.files.writeMatrix(file, format, embeddings.tensor, metadata);
    if (format === 'safetensors') return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
    const names = new TextEncoder().encode(`${JSON.stringify(metadata)}\n`);
    const beside = await ctx.files.write(`${file}.json`, names);
    return { view: { kind: 'view', view: 'file', path, bytes: bytes + beside.bytes, files: 2 } };
  },
  messages: say,
  translations: {
    zh: {
      title: '保存向量',
      description: '把向量写入 NumPy 和其他机器学习工具能读取的文件。文件还会保存各项的名称和向量的来源。',
      inputs: {
        embeddings: { title: '向量', help: '要保存的向量。' },
        table: {
          title: '表格',
          help: 'Parquet 和 clip-retrieval 的更多列。含有路径或名称的一列说明每行属于哪个向量；否则按顺序对应。',
        },
        nearest: {
          title: '最近的匹配结果',
          help: '每一项的近邻，用于 embedding-atlas 显示的 Parquet 文件：在各项之间相互搜索的匹配结果。',
        },
      },
      params: {
        name: {
          title: '文件名',
          help: '输出文件夹中文件的名称，或路径，例如 ~/Documents/result.csv。不会替换不是由 Patchbay 写入的文件。',
        },
        format: {
          title: '格式',
          help: 'Safetensors 和 Parquet 把名称保存在文件内。NumPy 会另有一个保存名称的 .json 文件。带 x 和 y 的 Parquet 用于地图，例如 embedding-atlas。clip-retrieval 的结构是一个含有 img_emb_0.npy 和 metadata_0.parquet 的文件夹。',
          choices: {
            safetensors: 'Safetensors',
            npy: 'NumPy (.npy)',
            npz: 'NumPy (.npz)',
            parquet: 'Parquet',
            map: '带 x 和 y 的 Parquet',
            clipRetrieval: 'clip-retrieval',
          },
        },
      },
      outputs: {
        view: { title: '文件', help: '文件的位置和大小。' },
      },
    },
  },
});
