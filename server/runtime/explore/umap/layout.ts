import type { OnProgress } from '../../../../nodes/sdk/index.ts';
import type { Turns } from '../turns.ts';
import { at, type Forces } from './forces.ts';
import type { Edges } from './graph.ts';

/** How many places push a place away for each one that draws it. */
const REPELLED = 5;
/** The largest step of one number. */
const LIMIT = 4;
/** How many edges are looked at before the thread is shared. */
const EDGES_AT_ONCE = 16_384;

/** Settings of {@link improve}. */
export interface LayoutOptions {
  readonly dims: number;
  readonly epochs: number;
  readonly seed: number;
  readonly turns: Turns;
  readonly onProgress?: OnProgress;
}

/**
 * Improves places by the edges between them: stochastic gradient descent with negative samples (`optimize_layout_euclidean` of
 * umap-learn 0.5). An edge is used in a share of the epochs that is its weight relative to the largest. It shares the thread.
 * @param places N x dims, changed in place
 */
export async function improve(
  places: Float32Array,
  { starts, ends, weights }: Edges,
  forces: Forces,
  { dims, epochs, seed, turns, onProgress }: LayoutOptions,
): Promise<void> {
  const rows = starts.length - 1;
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const kept = weights.reduce((count, weight) => count + +(weight * epochs >= largest), 0);
  const heads = new Int32Array(kept);
  const tails = new Int32Array(kept);
  /** After how many epochs an edge is used again, and the epoch of its next use; the same for its negative samples. */
  const every = new Float32Array(kept);
  let edge = 0;
  for (let row = 0; row < rows; row++)
    for (let i = starts[row]!; i < starts[row + 1]!; i++) {
      if (weights[i]! * epochs < largest) continue;
      heads[edge] = row;
      tails[edge] = ends[i]!;
      every[edge++] = largest / weights[i]!;
    }
  const next = Float64Array.from(every);
  const nextRepelled = Float64Array.from(every, (value) => value / REPELLED);
  const loop = { places, heads, tails, every, next, nextRepelled, forces, dims, rows };
  const state = new Uint32Array([Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5 || 1]);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = 1 - epoch / epochs;
    for (let from = 0; from < kept; from += EDGES_AT_ONCE) {
      pass(loop, from, Math.min(kept, from + EDGES_AT_ONCE), epoch, step, state);
      if (turns.isDue()) await turns.next();
    }
    onProgress?.(epoch + 1, epochs);
  }
}

interface Loop {
  readonly places: Float32Array;
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly every: Float32Array;
  readonly next: Float64Array;
  readonly nextRepelled: Float64Array;
  readonly forces: Forces;
  readonly dims: number;
  readonly rows: number;
}

/** One epoch of some edges. */
function pass(
  { places, heads, tails, every, next, nextRepelled, forces, dims, rows }: Loop,
  from: number,
  to: number,
  epoch: number,
  step: number,
  state: Uint32Array,
): void {
  const { attract, repel } = forces;
  let random = state[0]!;
  for (let edge = from; edge < to; edge++) {
    if (next[edge]! > epoch) continue;
    const head = heads[edge]! * dims;
    const tail = tails[edge]! * dims;
    let squared = 0;
    for (let d = 0; d < dims; d++) {
      const apart = places[head + d]! - places[tail + d]!;
      squared += apart * apart;
    }
    if (squared > 0) {
      const force = at(attract, squared);
      for (let d = 0; d < dims; d++) {
        const move = limited(force * (places[head + d]! - places[tail + d]!)) * step;
        places[head + d]! += move;
        places[tail + d]! -= move;
      }
    }
    const period = every[edge]!;
    next[edge]! += period;
    const apart = period / REPELLED;
    const samples = Math.trunc((epoch - nextRepelled[edge]!) / apart);
    for (let sample = 0; sample < samples; sample++) {
      // xorshift32 (Marsaglia 2003)
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const other = Math.floor(((random >>> 0) / 4294967296) * rows) * dims;
      if (other === head) continue;
      push(places, head, places, other, repel, dims, step);
    }
    nextRepelled[edge]! += samples * apart;
  }
  state[0] = random;
}

const limited = (value: number): number => (value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : value);

/** Moves a place away from another one. */
export function push(
  moved: Float32Array,
  head: number,
  places: Float32Array,
  other: number,
  repel: Float64Array,
  dims: number,
  step: number,
): void {
  let squared = 0;
  for (let d = 0; d < dims; d++) {
    const apart = moved[head + d]! - places[other + d]!;
    squared += apart * apart;
  }
  // Equal places are moved apart in one direction, because their difference has none.
  const force = squared > 0 ? at(repel, squared) : 0;
  for (let d = 0; d < dims; d++)
    moved[head + d]! += (force > 0 ? limited(force * (moved[head + d]! - places[other + d]!)) : LIMIT) * step;
}

/** Moves a place towards another one, which stays. */
export function draw(
  moved: Float32Array,
  head: number,
  places: Float32Array,
  other: number,
  attract: Float64Array,
  dims: number,
  step: number,
): void {
  let squared = 0;
  for (let d = 0; d < dims; d++) {
    const apart = moved[head + d]! - places[other + d]!;
    squared += apart * apart;
  }
  if (squared === 0) return;
  const force = at(attract, squared);
  for (let d = 0; d < dims; d++)
    moved[head + d]! += limited(force * (moved[head + d]! - places[other + d]!)) * step;
}
