import { PatchbayError } from './errors.ts';
import { itemTitle } from './items.ts';
import { defineMessages } from './messages.ts';
import type { Ops } from './ops.ts';
import type { NodeName } from './space.ts';
import type { F32 } from './tensor.ts';
import type { Embeddings } from './values.ts';
import { nodeTitle } from './words.ts';

const say = defineMessages({
  'vectors.not-finite': {
    en: 'The vector of {item} contains a number that is not finite or too large, so {node} cannot use it. Leave this picture out, or encode it again.',
    zh: '{item} 的向量含有非有限或过大的数值，{node} 无法使用它。请去掉这张图片，或重新编码。',
  },
});

/** Templates of messages about numbers that spoil a computation. */
export const FINITE_TEMPLATES = say.templates;

/** The rows of N x D vectors that hold NaN or an infinite number, or overflow when they are added up. */
export async function rowsNotFinite(vectors: F32, ops: Pick<Ops, 'mean'>): Promise<number[]> {
  if (vectors.dims[1] === 0) return [];
  // The sum of a row is finite only if all its numbers are.
  const { data } = await (await ops.mean(vectors, 1)).toHost();
  return [...data.keys()].filter((row) => !Number.isFinite(data[row]));
}

/** The rows of N x D vectors whose numbers are all zero. */
export async function rowsOfZeros(
  vectors: F32,
  ops: Pick<Ops, 'l2Normalize' | 'multiply' | 'mean'>,
): Promise<number[]> {
  if (vectors.dims[1] === 0) return [];
  // Squares of small numbers would vanish. Scaled to length 1, only zero vectors stay zero.
  const unit = await ops.l2Normalize(vectors);
  const { data } = await (await ops.mean(await ops.multiply(unit, unit), 1)).toHost();
  return [...data.keys()].filter((row) => data[row] === 0);
}

/**
 * Refuses vectors with NaN or infinite numbers, which would spoil everything that is computed from them.
 * @throws PatchbayError `vectors.not-finite` with the first such item, at the given port
 */
export async function requireFinite(
  node: NodeName,
  { tensor, items }: Pick<Embeddings, 'tensor' | 'items'>,
  ops: Pick<Ops, 'mean'>,
  port = 'embeddings',
): Promise<void> {
  const [bad = -1] = await rowsNotFinite(tensor, ops);
  const item = items[bad];
  if (item === undefined) return;
  throw new PatchbayError({
    ...say('vectors.not-finite', { item: itemTitle(item), node: nodeTitle(node.type, node.title) }),
    port,
  });
}
