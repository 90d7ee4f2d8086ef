import type { OnProgress } from '../../../../nodes/sdk/index.ts';
import type { Turns } from '../turns.ts';

/** The n - 1 edges of a tree that joins n points: their ends and lengths. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lengths: Float64Array;
}

/**
 * The smallest tree by mutual reachability: the distance of two points, but at least the core distance of each (Campello, Moulavi and
 * Sander 2013). By Prim (1957), from the first point on. Most distances are never computed, because a core distance is already too far.
 */
export async function spanningTree(
  points: Float64Array,
  width: number,
  cores: Float64Array,
  turns: Turns,
  onProgress?: OnProgress,
): Promise<SpanningTree> {
  const count = cores.length;
  const edges = Math.max(0, count - 1);
  const tree = {
    from: new Int32Array(edges),
    to: new Int32Array(edges),
    lengths: new Float64Array(edges),
  };
  // Points outside the tree are kept together, so that a step looks at these only. They keep their order.
  const open = Int32Array.from({ length: edges }, (_, i) => i + 1);
  const reach = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const via = new Int32Array(count);
  let left = edges;
  let current = 0;
  for (let edge = 0; edge < edges; edge++) {
    let nearest = 0;
    let shortest = Number.POSITIVE_INFINITY;
    const core = cores[current]!;
    const at = current * width;
    for (let i = 0; i < left; i++) {
      const other = open[i]!;
      const least = Math.max(core, cores[other]!);
      let far = reach[other]!;
      if (least < far) {
        let sum = 0;
        for (let d = 0, o = other * width; d < width; d++) {
          const apart = points[at + d]! - points[o + d]!;
          sum += apart * apart;
        }
        const mutual = Math.max(least, Math.sqrt(sum));
        if (mutual < far) {
          far = mutual;
          reach[other] = far;
          via[other] = current;
        }
      }
      if (far < shortest) {
        shortest = far;
        nearest = i;
      }
    }
    current = open[nearest]!;
    open.copyWithin(nearest, nearest + 1, left--);
    tree.from[edge] = via[current]!;
    tree.to[edge] = current;
    tree.lengths[edge] = shortest;
    if (turns.isDue()) {
      onProgress?.(edge + 1, edges);
      await turns.next();
    }
  }
  return tree;
}
