import {
  comparedSides,
  defineMessages,
  defineNode,
  type F32,
  knownOf,
  type Message,
  mixedSpaces,
  type NodeContext,
  PatchbayError,
  type PickedPatch,
  param,
  patchesOf,
  patchGrid,
  port,
  type ReportedProblem,
  type Said,
  type Space,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
  type Tokens,
  throwIfAborted,
} from '../sdk/index.ts';

const NODE = { type: 'view/patch-heatmap', title: 'Patch heatmap' };

const say = defineMessages({
  'space.patch-layer': {
    en: '{node} cannot compare its inputs: {left} gives {first}, {right} gives {second}. In *Encode tokens*, choose the layer "Comparable with texts", if the encoder has it.',
    zh: '{node} 无法比较它的输入：{left} 给出 {first}，{right} 给出 {second}。请在 *编码图块* 中选择“可与文本比较”的层（如果编码器有）。',
  },
  'patch-heatmap.no-picture': {
    en: 'There is no picture {number}, because there are only {count}. The last one is used.',
    zh: '没有第 {number} 张图片：共有 {count} 张。将使用最后一张。',
  },
  'patch-heatmap.no-row': {
    en: 'There is no row {number}, because a picture has {rows} x {columns} patches. The last one is used.',
    zh: '没有第 {number} 行：每张图片有 {rows} × {columns} 个图块。将使用最后一行。',
  },
  'patch-heatmap.no-column': {
    en: 'There is no column {number}, because a picture has {rows} x {columns} patches. The last one is used.',
    zh: '没有第 {number} 列：每张图片有 {rows} × {columns} 个图块。将使用最后一列。',
  },
});

interface Sided {
  readonly space?: Space;
  readonly from?: Said;
}

/** Why queries cannot be compared with patches. Names another layer if that one can be compared. */
function mixed(queries: Sided, tokens: Sided): ReportedProblem | null {
  const left = { port: 'queries', title: 'Queries', ...queries };
  const right = { port: 'tokens', title: 'Tokens', ...tokens };
  const problem = mixedSpaces(NODE, left, right);
  if (!problem || !queries.space || !tokens.space) return null;
  const { encoder, layer } = queries.space;
  if (encoder !== tokens.space.encoder || layer === tokens.space.layer) return problem;
  const sides = comparedSides(NODE, { ...left, space: queries.space }, { ...right, space: tokens.space });
  return { ...problem, ...say('space.patch-layer', sides) };
}

/** The picked patch: 0 means the middle, and a number beyond the grid means the last patch. */
function pickedOf(
  { picture, row, column }: PickedPatch,
  tokens: Tokens,
  warn: NodeContext['warn'],
): PickedPatch {
  const { rows, columns } = patchGrid(tokens);
  const within = (wanted: number, count: number, warning: Message) => {
    if (wanted > count) warn(warning);
    return wanted === 0 ? Math.floor(count / 2) + 1 : Math.min(wanted, count);
  };
  const count = tokens.items.length;
  return {
    picture: within(picture, count, say('patch-heatmap.no-picture', { number: picture, count })),
    row: within(row, rows, say('patch-heatmap.no-row', { number: row, rows, columns })),
    column: within(column, columns, say('patch-heatmap.no-column', { number: column, rows, columns })),
  };
}

async function vectorOf({ picture, row, column }: PickedPatch, tokens: Tokens, { ops }: NodeContext) {
  const at = (row - 1) * patchGrid(tokens).columns + column - 1;
  return ops.slice(await patchesOf(tokens, picture - 1, ops), 0, at, at + 1);
}

/** Cosines of Q vectors with every patch, N x QP, and the smallest and largest cosine of each vector. */
async function mapsOf(queries: F32 | undefined, tokens: Tokens, ctx: NodeContext) {
  const { rows, columns } = patchGrid(tokens);
  const [count = 0] = queries?.dims ?? [];
  const [pictures, patches] = [tokens.items.length, rows * columns];
  const values = new Float32Array(pictures * count * patches);
  const ranges = Array.from({ length: count }, () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (let picture = 0; queries && picture < pictures; picture++) {
    throwIfAborted(ctx.signal);
    const { data } = await (
      await ctx.ops.cosine(queries, await patchesOf(tokens, picture, ctx.ops))
    ).toHost();
    values.set(data, picture * count * patches);
    for (const [query, range] of ranges.entries())
      for (const value of data.subarray(query * patches, (query + 1) * patches)) {
        if (value < range[0]!) range[0] = value;
        if (value > range[1]!) range[1] = value;
      }
    ctx.progress(picture + 1, pictures);
  }
  return {
    tensor: ctx.ops.tensor({ dtype: 'float32', dims: [pictures, count * patches], data: values }),
    ranges: ranges.map(([least = 0, most = 0]): [number, number] => (least > most ? [0, 0] : [least, most])),
  };
}

const place = (title: string, help: string, least: number) =>
  param.integer({ default: least, min: least, max: 1_000_000, title, help });

export default defineNode({
  title: NODE.title,
  description:
    'Shows on each picture how similar its patches are to a patch you pick, or to texts and pictures. Click a patch to pick it.',
  keywords: [
    'attention',
    'dense',
    'similarity',
    'patches',
    'tokens',
    'localise',
    'where',
    'explain',
    'saliency',
    'show',
  ],
  inputs: {
    tokens: port.tokens({ help: 'The vectors of every patch, from Encode tokens.' }),
    queries: port.embeddings({
      help: 'Texts or pictures to find in the patches. For them, choose the layer "Comparable with texts" in Encode tokens. Without queries, the node uses the picked patch.',
      required: false,
    }),
  },
  params: {
    selected: selectedParam,
    picture: place('Picture', 'The picture of the picked patch, counted from 1. Not used with queries.', 1),
    row: place('Row', 'The row of the picked patch, counted from 1 at the top; 0 is the middle.', 0),
    column: place(
      'Column',
      'The column of the picked patch, counted from 1 at the left; 0 is the middle.',
      0,
    ),
  },
  outputs: {
    view: port.view({ help: 'The pictures with the heat of their patches.', title: 'Heatmap' }),
    selection: selectionPort,
  },
  resource: 'device',
  terminal: true,
  infer: ({ inputs, report }) => {
    const problem = mixed(knownOf(inputs, 'queries'), knownOf(inputs, 'tokens'));
    if (problem) report(problem);
    return { view: { type: 'view' }, selection: { type: 'images' } };
  },
  run: async ({ inputs: { tokens, queries }, params, ctx }) => {
    const { items, preprocess, skipped } = tokens;
    const { rows, columns } = patchGrid(tokens);
    const problem = queries && mixed(queries, tokens);
    if (problem) throw new PatchbayError(problem);
    const picked = queries || items.length === 0 ? undefined : pickedOf(params, tokens, ctx.warn);
    const wanted = queries?.tensor ?? (picked && (await vectorOf(picked, tokens, ctx)));
    const { tensor, ranges } = await mapsOf(wanted, tokens, ctx);
    return {
      view: {
        kind: 'view',
        view: 'patches',
        encoder: tokens.space.title,
        shows: 'heat',
        metric: 'cosine',
        items,
        rows,
        columns,
        preprocess,
        queries: queries?.items ?? [],
        picked,
        tensor,
        ranges,
      },
      selection: await selectedOf([...items, ...(queries?.items ?? [])], params.selected, ctx, skipped),
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '图块热图',
      description: '在每张图片上显示各图块与所选图块或与文本、图片的相似度。点击一个图块即可选取。',
      inputs: {
        tokens: { title: '图块向量', help: '来自“编码图块”的每个图块的向量。' },
        queries: {
          title: '查询',
          help: '要在图块中寻找的文本或图片。为此请在“编码图块”中选择“可与文本比较”的层。没有连接时使用所选的图块。',
        },
      },
      params: {
        selected: selectedParamZh,
        picture: { title: '图片', help: '所选图块所在的图片，从 1 开始计数。有查询时不使用。' },
        row: { title: '行', help: '所选图块的行，从上往下由 1 开始计数；0 是中间。' },
        column: { title: '列', help: '所选图块的列，从左往右由 1 开始计数；0 是中间。' },
      },
      outputs: {
        view: { title: '热图', help: '带有图块热度的图片。' },
        selection: selectionPortZh,
      },
    },
  },
});
