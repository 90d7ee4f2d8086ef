import type { Metric } from './context.ts';
import { PatchbayError } from './errors.ts';
import { requireFinite } from './finite.ts';
import { type InferContext, knownOf, type ReportedProblem, type ValueInfo } from './infer.ts';
import { defineMessages } from './messages.ts';
import type { Ops } from './ops.ts';
import { param } from './params.ts';
import { mixedSpaces, type NodeName, requireSameSpace } from './space.ts';
import type { F32 } from './tensor.ts';
import type { Embeddings, Space } from './values.ts';
import { nodeTitle } from './words.ts';

const say = defineMessages({
  'maps.sizes': {
    en: '{node} gets {one} numbers per vector at *Vectors* and {other} at *Others*. Use the same encoder for both.',
    zh: '{node} 在 *向量* 处得到的每个向量有 {one} 个数，在 *其他* 处有 {other} 个。请让两者使用同一个编码器。',
  },
  'maps.nothing-to-join': {
    en: 'There are {count} vectors at *Others*, but none at *Vectors*, so {node} has no map to place them on.',
    zh: '*其他* 处有 {count} 个向量，但 *向量* 处没有，{node} 没有可供放置的图。',
  },
});

/** Templates of messages about maps. */
export const MAP_TEMPLATES = say.templates;

/** The ways to make a map, as names of projections. */
const WAYS = ['PCA', 'UMAP'] as const;
export type MapWay = (typeof WAYS)[number];

/** Whether vectors are places on a map, where distances count and directions mean nothing. */
export const isOnMap = ({ projection }: Space): boolean => WAYS.some((way) => way === projection);

/** How a node compares vectors, as a param: by cosine, by distance, or as suits their space. */
export const metricParam = param.choice({
  default: 'auto',
  title: 'Compare by',
  choices: { auto: 'What suits the vectors', cosine: 'Direction (cosine)', euclidean: 'Distance' },
  help: 'Vectors of an encoder are compared by direction, as Cosine does. Places on a map, from PCA or UMAP, are compared by distance.',
  advanced: true,
});

/** Chinese texts of {@link metricParam}. */
export const metricTranslation = {
  title: '比较方式',
  help: '编码器的向量按方向比较，与“余弦相似度”相同。来自“主成分分析”或“UMAP”的图上位置按距离比较。',
  choices: { auto: '适合这些向量的方式', cosine: '方向（余弦相似度）', euclidean: '距离' },
} as const;

/** The metric that a {@link metricParam} means for vectors of a space. */
export const metricFor = (choice: Metric | 'auto', space: Space): Metric =>
  choice === 'auto' ? (isOnMap(space) ? 'euclidean' : 'cosine') : choice;

/**
 * The space of places on a map of vectors of `from`. Its identity is a sha256 of `parts`, so that only places on the same map can be
 * compared with each other.
 */
export async function mapSpace(
  from: Space,
  way: MapWay,
  dims: number,
  parts: readonly (Float32Array | Float64Array)[],
): Promise<Space> {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { revision: _, adapter: __, ...kept } = from;
  return {
    ...kept,
    encoder: `${way.toLowerCase()}:${hash}`,
    projection: way,
    tower: 'image',
    dims,
    normalized: false,
  };
}

/** What is known before a run about the outputs of a node that makes a map: places of its vectors and of the others. */
export function inferMap(
  node: NodeName,
  dims: number,
  { inputs, report }: Pick<InferContext<unknown>, 'inputs' | 'report'>,
): { readonly embeddings: ValueInfo; readonly others: ValueInfo } {
  const [own, others] = [knownOf(inputs, 'embeddings'), knownOf(inputs, 'others')];
  const problem =
    mixedSpaces(
      node,
      { port: 'embeddings', title: 'Vectors', ...own },
      { port: 'others', title: 'Others', ...others },
    ) ?? otherSizes(node, own.dims, others.dims);
  if (problem) report(problem);
  return {
    embeddings: { type: 'embeddings', count: own.count, dims },
    others: { type: 'embeddings', count: (inputs.others ?? []).length === 0 ? 0 : others.count, dims },
  };
}

function otherSizes(node: NodeName, one?: number, other?: number): ReportedProblem | undefined {
  if (one === undefined || other === undefined || one === other) return undefined;
  return {
    ...say('maps.sizes', { node: nodeTitle(node.type, node.title), one, other }),
    port: 'others',
    expected: String(one),
    got: String(other),
  };
}

/**
 * Checks the vectors of a map and those that are placed on it.
 * @throws PatchbayError `space.*`, `maps.sizes`, `maps.nothing-to-join`, `vectors.not-finite`
 */
export async function requireMappable(
  node: NodeName,
  own: Embeddings,
  others: Embeddings | undefined,
  ops: Ops,
): Promise<void> {
  await requireFinite(node, own, ops);
  if (!others || others.items.length === 0) return;
  requireSameSpace(
    node,
    { port: 'embeddings', title: 'Vectors', space: own.space },
    { port: 'others', title: 'Others', space: others.space },
  );
  const sizes =
    own.items.length > 0 ? otherSizes(node, own.tensor.dims[1], others.tensor.dims[1]) : undefined;
  if (sizes) throw new PatchbayError(sizes);
  if (own.items.length === 0)
    throw new PatchbayError({
      ...say('maps.nothing-to-join', {
        count: others.items.length,
        node: nodeTitle(node.type, node.title),
      }),
      port: 'embeddings',
    });
  await requireFinite(node, others, ops, 'others');
}

/** Places on a map as values: those of its own vectors, and those of the others, of which there may be none. */
export function placedOn(
  space: Space,
  own: { readonly from: Embeddings; readonly places: F32 },
  others: { readonly from: Embeddings | undefined; readonly places: F32 },
): { readonly embeddings: Embeddings; readonly others: Embeddings } {
  const skipped = [...own.from.skipped, ...(others.from?.skipped ?? [])];
  const value = (from: Embeddings | undefined, tensor: F32): Embeddings => ({
    kind: 'embeddings',
    tensor,
    items: from?.items ?? [],
    skipped,
    space,
  });
  return { embeddings: value(own.from, own.places), others: value(others.from, others.places) };
}
