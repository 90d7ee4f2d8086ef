import {
  DisjointSets,
  type Neighbours,
  type OnProgress,
  PatchbayError,
} from '../../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../../contract/messages/tensors.ts';
import type { Turns } from '../turns.ts';

/** The n - 1 edges of a tree that joins n points: their ends and lengths. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lengths: Float64Array;
}

/** Points and how far they are from each other. */
export interface Reachability {
  /** The core distance of each point. */
  readonly cores: Float64Array;
  /** The distance of two points, but at least the core distance of each: mutual reachability. */
  mutual(one: number, other: number): number;
  /**
   * For each of some points, the nearest one by mutual reachability that belongs to another set; -1 if there is none.
   * @param sets the set of each point: a whole number below 2^24, which float32 holds exactly
   */
  outside(points: Int32Array, sets: Float32Array): Promise<Int32Array>;
  /** For how many points {@link outside} is asked together. */
  readonly atOnce: number;
}

/** What is known of the nearest point outside of the set of each point. */
class Knowledge {
  readonly #near: Neighbours;
  readonly #space: Reachability;
  readonly #sets: Float32Array;
  /** The nearest outside point when it was last looked for, and its distance; -1 if it never was. */
  readonly #found: Int32Array;
  readonly #far: Float64Array;

  constructor(near: Neighbours, space: Reachability, sets: Float32Array) {
    this.#near = near;
    this.#space = space;
    this.#sets = sets;
    this.#found = new Int32Array(sets.length).fill(-1);
    this.#far = new Float64Array(sets.length);
  }

  /** Remembers the nearest outside point of a point. */
  learn(point: number, nearest: number): void {
    this.#found[point] = nearest;
    this.#far[point] = nearest < 0 ? Number.POSITIVE_INFINITY : this.#space.mutual(point, nearest);
  }

  /**
   * A point's nearest known outside point with its distance, -1 and infinity without one; and the least distance of those that are not
   * known. Sets only grow, so a point that was the nearest one before is so as long as it is outside.
   */
  of(point: number): { readonly to: number; readonly length: number; readonly unknown: number } {
    const sets = this.#sets;
    const own = sets[point]!;
    const last = this.#found[point]!;
    if (last >= 0) {
      const far = this.#far[point]!;
      return sets[last] === own
        ? { to: -1, length: Number.POSITIVE_INFINITY, unknown: far }
        : { to: last, length: far, unknown: far };
    }
    const { k, indices, distances } = this.#near;
    let to = -1;
    let length = Number.POSITIVE_INFINITY;
    for (let at = point * k; at < (point + 1) * k; at++) {
      const other = indices[at]!;
      if (sets[other] === own) continue;
      const mutual = Math.max(distances[at]!, this.#space.cores[point]!, this.#space.cores[other]!);
      if (mutual < length) [to, length] = [other, mutual];
    }
    const farthest = k === 0 ? 0 : distances[(point + 1) * k - 1]!;
    const isAll = k >= sets.length - 1;
    const unknown = isAll ? Number.POSITIVE_INFINITY : Math.max(farthest, this.#space.cores[point]!);
    return { to, length, unknown };
  }
}

/**
 * The smallest tree by mutual reachability (Campello, Moulavi and Sander 2013), by Borůvka (1926): again and again each set of joined
 * points is joined with the nearest other one. The nearest neighbours settle most of it; only points that could have a nearer one
 * than the best that is known of their set are compared with all others.
 * @param near the nearest neighbours of each point, by distance
 * @throws PatchbayError `tensor.too-far`; CancelledError
 */
export async function spanningTree(
  near: Neighbours,
  space: Reachability,
  turns: Turns,
  onProgress?: OnProgress,
): Promise<SpanningTree> {
  const count = space.cores.length;
  const edges = Math.max(0, count - 1);
  const tree = {
    from: new Int32Array(edges),
    to: new Int32Array(edges),
    lengths: new Float64Array(edges),
  };
  const joined = new DisjointSets(count);
  const sets = Float32Array.from({ length: count }, (_, at) => at);
  const known = new Knowledge(near, space, sets);
  // Each round halves the number of sets at least, so this share of the work is left at most.
  const left = () => Math.log2(Math.max(1, count - edge)) / Math.log2(Math.max(2, count));
  let edge = 0;
  while (edge < edges) {
    const best = new Best(count);
    for (let point = 0; point < count; point++) {
      const { to, length } = known.of(point);
      if (to >= 0) best.offer(sets, point, to, length);
      if (point % 4096 === 0) await turns.next();
    }
    /** The least distance that an outside point can have that is not known. */
    const least = Float64Array.from({ length: count }, (_, point) => known.of(point).unknown);
    const isOpen = (point: number) => least[point]! < best.length(sets[point]!);
    // Those that may be nearest first: what they find can spare the others.
    const open = Int32Array.from({ length: count }, (_, point) => point)
      .filter(isOpen)
      .sort((a, b) => least[a]! - least[b]! || a - b);
    const start = left();
    const step = start - Math.log2(Math.max(1, (count - edge) / 2)) / Math.log2(Math.max(2, count));
    const asked = new Int32Array(space.atOnce);
    for (let place = 0; place < open.length; ) {
      let size = 0;
      for (; place < open.length && size < asked.length; place++)
        if (isOpen(open[place]!)) asked[size++] = open[place]!;
      if (size === 0) break;
      const points = asked.subarray(0, size);
      const found = await space.outside(points, sets);
      for (const [at, point] of points.entries()) {
        known.learn(point, found[at]!);
        const { to, length } = known.of(point);
        if (to >= 0) best.offer(sets, point, to, length);
      }
      onProgress?.(1 - start + (step * place) / open.length, 1);
      await turns.next();
    }
    const before = edge;
    for (const { from, to, length } of best.edges()) {
      if (joined.find(from) === joined.find(to)) continue;
      joined.join(from, to);
      tree.from[edge] = from;
      tree.to[edge] = to;
      tree.lengths[edge++] = length;
    }
    // Numbers whose squares float32 cannot hold are nearest to nothing.
    if (edge === before) throw new PatchbayError(tensorMessage('tensor.too-far'));
    for (let point = 0; point < count; point++) sets[point] = joined.find(point);
    onProgress?.(1 - left(), 1);
    await turns.next();
  }
  return tree;
}

/** The shortest edge that leads out of each set. */
class Best {
  readonly #lengths: Float64Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  constructor(count: number) {
    this.#lengths = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#from = new Int32Array(count);
    this.#to = new Int32Array(count);
  }

  length(set: number): number {
    return this.#lengths[set]!;
  }

  /** An edge that may be the shortest one of the sets of both of its ends. */
  offer(sets: Float32Array, from: number, to: number, length: number): void {
    for (const set of [sets[from]!, sets[to]!]) {
      if (!(length < this.#lengths[set]!)) continue;
      this.#lengths[set] = length;
      this.#from[set] = from;
      this.#to[set] = to;
    }
  }

  /** The edges, shortest first. */
  edges(): { readonly from: number; readonly to: number; readonly length: number }[] {
    return [...this.#lengths.keys()]
      .filter((set) => this.#lengths[set]! < Number.POSITIVE_INFINITY)
      .sort((a, b) => this.#lengths[a]! - this.#lengths[b]! || a - b)
      .map((set) => ({ from: this.#from[set]!, to: this.#to[set]!, length: this.#lengths[set]! }));
  }
}
