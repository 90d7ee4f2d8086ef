import type { SpanningTree } from './spanning-tree.ts';

/** Two groups that become one at a distance. Points are 0..n - 1, and merge i makes the group n + i. */
interface Merges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly lengths: Float64Array;
  readonly sizes: Int32Array;
}

/** Single linkage: the edges of a tree from short to long, each joining two groups. */
function mergesOf({ from, to, lengths }: SpanningTree): Merges {
  const edges = lengths.length;
  const order = Int32Array.from({ length: edges }, (_, i) => i).sort(
    (a, b) => lengths[a]! - lengths[b]! || a - b,
  );
  const parents = Int32Array.from({ length: 2 * edges + 1 }, (_, i) => i);
  const find = (of: number): number => {
    let top = of;
    while (parents[top] !== top) {
      parents[top] = parents[parents[top]!]!;
      top = parents[top]!;
    }
    return top;
  };
  const sizes = new Int32Array(2 * edges + 1).fill(1, 0, edges + 1);
  const merges = {
    left: new Int32Array(edges),
    right: new Int32Array(edges),
    lengths: new Float64Array(edges),
  };
  for (let i = 0; i < edges; i++) {
    const edge = order[i]!;
    const [one, other] = [find(from[edge]!), find(to[edge]!)];
    const made = edges + 1 + i;
    merges.left[i] = one;
    merges.right[i] = other;
    merges.lengths[i] = lengths[edge]!;
    sizes[made] = sizes[one]! + sizes[other]!;
    parents[one] = made;
    parents[other] = made;
  }
  return { ...merges, sizes };
}

/** A group that is large enough, from the density at which it parts from its parent on. */
interface Cluster {
  readonly parent: number;
  /** 1 / distance at which it begins. */
  readonly birth: number;
  /** The sum over its points of how much longer they stay than its birth. */
  stability: number;
  readonly children: number[];
}

/**
 * The groups of points that last longest while the density grows (Campello, Moulavi and Sander 2013; excess of mass, as HDBSCAN in
 * scikit-learn). -1 for a point that belongs to none. All points together are never a group.
 */
export function lastingGroups(tree: SpanningTree, minSize: number): Int32Array {
  const count = tree.lengths.length + 1;
  const { left, right, lengths, sizes } = mergesOf(tree);
  const clusters: Cluster[] = [{ parent: -1, birth: 0, stability: 0, children: [] }];
  /** The cluster in which each point was last. */
  const last = new Int32Array(count);
  // Nodes of the tree of merges, with the cluster that they belong to. A parent comes before its children.
  const open: [node: number, cluster: number][] = count > 1 ? [[2 * count - 2, 0]] : [];
  const fall = (from: number, cluster: number, density: number) => {
    const below = [from];
    for (let node = below.pop(); node !== undefined; node = below.pop()) {
      if (node >= count) {
        below.push(left[node - count]!, right[node - count]!);
        continue;
      }
      last[node] = cluster;
      clusters[cluster]!.stability += beyond(density, clusters[cluster]!.birth);
    }
  };
  for (let place = 0; place < open.length; place++) {
    const [node, cluster] = open[place]!;
    if (node < count) continue;
    const sides = [left[node - count]!, right[node - count]!];
    const length = lengths[node - count]!;
    const density = length > 0 ? 1 / length : Number.POSITIVE_INFINITY;
    const isSplit = sides.every((side) => sizes[side]! >= minSize);
    for (const side of sides) {
      if (sizes[side]! < minSize) fall(side, cluster, density);
      else if (isSplit) {
        const own = clusters[cluster]!;
        own.stability += beyond(density, own.birth) * sizes[side]!;
        own.children.push(clusters.length);
        open.push([side, clusters.length]);
        clusters.push({ parent: cluster, birth: density, stability: 0, children: [] });
      } else open.push([side, cluster]);
    }
  }
  const chosen = chosenOf(clusters);
  return last.map((cluster) => chosen[cluster]!);
}

/** Among equal points the density has no limit, and a group of these alone lasts no longer than its birth. */
const beyond = (density: number, birth: number): number => (density === birth ? 0 : density - birth);

/** For each cluster, the chosen one that it is or lies in; -1 without one. */
function chosenOf(clusters: readonly Cluster[]): Int32Array {
  const lasting = new Float64Array(clusters.length);
  const isChosen = new Uint8Array(clusters.length);
  for (let own = clusters.length - 1; own > 0; own--) {
    const { stability, children } = clusters[own]!;
    const below = children.reduce((sum, child) => sum + lasting[child]!, 0);
    isChosen[own] = +!(below > stability);
    lasting[own] = Math.max(below, stability);
  }
  const chosen = new Int32Array(clusters.length).fill(-1);
  for (let own = 1; own < clusters.length; own++) {
    const above = chosen[clusters[own]!.parent]!;
    chosen[own] = above >= 0 ? above : isChosen[own] ? own : -1;
  }
  return chosen;
}
