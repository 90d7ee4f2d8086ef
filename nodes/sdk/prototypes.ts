import { categoryText, itemTitle } from './items.ts';
import type { Ops } from './ops.ts';
import type { F32 } from './tensor.ts';
import type { Embeddings, TextItem } from './values.ts';

/** The positions of the items of each label, in order of first appearance. An item without a label is one by its own name. */
export function rowsByLabel(items: Embeddings['items']): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const label = item.label ?? itemTitle(item);
    const members = rows.get(label);
    if (members) members.push(index);
    else rows.set(label, [index]);
  }
  return rows;
}

/**
 * One unit vector per label, C x D: the mean of the unit vectors of its items, normalised again (prompt ensembling, CLIP, Radford et
 * al. 2021, section 3.1.4; of pictures, the prototypes of Snell et al. 2017 on the sphere). Each label becomes a text.
 */
export async function labelPrototypes(
  { items, tensor }: Pick<Embeddings, 'items' | 'tensor'>,
  ops: Ops,
): Promise<{ readonly labels: readonly TextItem[]; readonly vectors: F32 }> {
  const rows = rowsByLabel(items);
  const labels = [...rows.keys()].map(categoryText);
  const unit = await ops.l2Normalize(tensor);
  if (labels.length === items.length) return { labels, vectors: unit };
  const weights = new Float32Array(labels.length * items.length);
  for (const [label, members] of [...rows.values()].entries())
    for (const index of members) weights[label * items.length + index] = 1 / members.length;
  const averaging = ops.tensor({ dtype: 'float32', dims: [labels.length, items.length], data: weights });
  return { labels, vectors: await ops.l2Normalize(await ops.matmul(averaging, unit)) };
}
