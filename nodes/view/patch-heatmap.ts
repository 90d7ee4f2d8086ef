import {
  defineNode,
  type F32,
  knownOf,
  mixedSpaces,
  type NodeContext,
  PatchbayError,
  type PickedPatch,
  param,
  patchesOf,
  patchGrid,
  port,
  type ReportedProblem,
  type Space,
  type Tokens,
  throwIfAborted,
} from '../sdk/index.ts';

interface Sided {
  readonly space?: Space;
  readonly from?: string;
}

/** Why queries cannot be compared with patches, in a sentence that says which layer can. */
function mixed(queries: Sided, tokens: Sided): ReportedProblem | null {
  const problem = mixedSpaces(
    'Patch heatmap',
    { port: 'queries', title: 'Queries', ...queries },
    { port: 'tokens', title: 'Tokens', ...tokens },
  );
  const otherLayer =
    queries.space?.encoder === tokens.space?.encoder && queries.space?.layer !== tokens.space?.layer;
  if (!problem || !otherLayer) return problem;
  const message = problem.message.replace(
    'Set both branches up the same way.',
    'Choose the layer patch-embedding in *Encode tokens*, if the encoder has it: its patches lie where texts do.',
  );
  return { ...problem, message };
}

/** The patch that is meant: 0 is the middle, and what lies outside the grid is its last. */
function pickedOf(
  { picture, row, column }: PickedPatch,
  tokens: Tokens,
  warn: NodeContext['warn'],
): PickedPatch {
  const { rows, columns } = patchGrid(tokens);
  const within = (wanted: number, count: number, otherwise: string) => {
    if (wanted > count) warn(otherwise);
    return wanted === 0 ? Math.floor(count / 2) + 1 : Math.min(wanted, count);
  };
  const count = tokens.items.length;
  const rest = `a picture has ${rows} x ${columns} patches. The last is taken.`;
  return {
    picture: within(
      picture,
      count,
      `There is no picture ${picture}: there are ${count} pictures. The last is taken.`,
    ),
    row: within(row, rows, `There is no row ${row}: ${rest}`),
    column: within(column, columns, `There is no column ${column}: ${rest}`),
  };
}

async function vectorOf({ picture, row, column }: PickedPatch, tokens: Tokens, { ops }: NodeContext) {
  const at = (row - 1) * patchGrid(tokens).columns + column - 1;
  return ops.slice(await patchesOf(tokens, picture - 1, ops), 0, at, at + 1);
}

/** Cosines of Q vectors with every patch, N x QP, and the least and greatest of each vector's. */
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
  title: 'Patch heatmap',
  description:
    'Lays over each picture how like every patch of it is to one you pick, or to words and pictures you ask for. Click a patch to pick it.',
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
      help: 'Texts or pictures to look for in the patches. They must lie where the patches do: choose the layer patch-embedding in Encode tokens. Without them a patch is picked.',
      required: false,
    }),
  },
  params: {
    picture: place(
      'Picture',
      'The picture the patch is picked in, counted from 1. Not used with queries.',
      1,
    ),
    row: place('Row', 'The row of the picked patch, counted from 1 at the top; 0 is the middle.', 0),
    column: place(
      'Column',
      'The column of the picked patch, counted from 1 at the left; 0 is the middle.',
      0,
    ),
  },
  outputs: { view: port.view({ help: 'The pictures with the heat of their patches.', title: 'Heatmap' }) },
  resource: 'device',
  terminal: true,
  infer: ({ inputs, report }) => {
    const problem = mixed(knownOf(inputs, 'queries'), knownOf(inputs, 'tokens'));
    if (problem) report(problem);
    return { view: { type: 'view' } };
  },
  run: async ({ inputs: { tokens, queries }, params, ctx }) => {
    const { items, preprocess } = tokens;
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
    };
  },
});
