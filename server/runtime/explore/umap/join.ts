import type { Neighbours } from '../../../../nodes/sdk/index.ts';
import type { Turns } from '../turns.ts';
import type { Forces } from './forces.ts';
import { memberships } from './graph.ts';
import { draw, push } from './layout.ts';

/** How many places of the map push a new one away for each one that draws it. */
const REPELLED = 5;
/** The step of the first epoch; the places of the map are good already. */
const FIRST_STEP = 0.25;

/**
 * Places vectors on a map that stays as it is (`transform` of umap-learn): first between their neighbours on it, then improved by
 * themselves. Each has its own random numbers, so its place does not depend on the others.
 * @param near the neighbours of each new vector among those of the map
 */
export async function join(
  map: Float32Array,
  near: Neighbours,
  forces: Forces,
  options: {
    readonly dims: number;
    readonly epochs: number;
    readonly seed: number;
    readonly turns: Turns;
  },
): Promise<Float32Array> {
  const { dims, epochs, seed, turns } = options;
  const { k, indices } = near;
  const weights = memberships(near, k, false);
  const count = indices.length / k;
  const rows = map.length / dims;
  const places = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    const own = weights.subarray(row * k, (row + 1) * k);
    const sum = own.reduce((total, weight) => total + weight, 0);
    const largest = own.reduce((most, weight) => Math.max(most, weight), 0);
    for (let j = 0; j < k; j++)
      for (let d = 0; d < dims; d++)
        places[row * dims + d]! += (own[j]! / sum) * map[indices[row * k + j]! * dims + d]!;
    let random = Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5 || 1;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const step = FIRST_STEP * (1 - epoch / epochs);
      for (let j = 0; j < k; j++) {
        const rate = own[j]! / largest;
        // Used in a share of the epochs that is its relative weight.
        if (Math.floor((epoch + 1) * rate) === Math.floor(epoch * rate)) continue;
        draw(places, row * dims, map, indices[row * k + j]! * dims, forces.attract, dims, step);
        for (let sample = 0; sample < REPELLED; sample++) {
          random ^= random << 13;
          random ^= random >>> 17;
          random ^= random << 5;
          const other = Math.floor(((random >>> 0) / 4294967296) * rows) * dims;
          push(places, row * dims, map, other, forces.repel, dims, step);
        }
      }
    }
    if (turns.isDue()) await turns.next();
  }
  return places;
}
