import type { NodeContext } from './context.ts';
import { throwIfAborted } from './errors.ts';
import type { Suggestion } from './suggestions.ts';
import type { F32 } from './tensor.ts';

type Compute = Pick<NodeContext, 'ops' | 'signal'>;

/** How many numbers of a product to hold at a time: 16 MiB of float32. */
const TILE_NUMBERS = 4 * 1024 * 1024;

/** The last bits of a cosine differ between devices. They must not decide between vectors that are equally far. */
const rounded = (cosine: number): number => Math.round(cosine * 1e5);

/** The places where something is set. */
const placesOf = (marks: Uint8Array): number[] => [...marks.keys()].filter((index) => marks[index] === 1);

/** Raises `nearest` (N) to the cosines of each of N unit vectors with the nearest of the given ones. */
async function approach(
  nearest: Float32Array,
  unit: F32,
  places: readonly number[],
  { ops, signal }: Compute,
): Promise<void> {
  const atOnce = Math.max(1, Math.floor(TILE_NUMBERS / Math.max(1, nearest.length)));
  for (let from = 0; from < places.length; from += atOnce) {
    throwIfAborted(signal);
    const rows = await ops.gather(unit, places.slice(from, from + atOnce));
    const products = await ops.matmul(rows, unit, { transposeB: true });
    const { data } = await (await ops.max(products, 0)).toHost();
    for (let i = 0; i < nearest.length; i++) if (data[i]! > nearest[i]!) nearest[i] = data[i]!;
  }
}

/**
 * The unit vectors that are farthest from the start and from all chosen before, with their cosine distance: k-center greedy (Gonzalez
 * 1985; core-set selection of Sener and Savarese 2018). N x N numbers never exist: each choice compares one vector with all. Of equal
 * distances (to five digits), the first vector counts. Without a start, the first choice is random. It is far from nothing, so its score is
 * NaN.
 * @param open 1 for each of N vectors that may be chosen
 * @throws CancelledError
 */
export async function mostDifferent(
  unit: F32,
  open: Uint8Array,
  start: readonly number[],
  count: number,
  random: () => number,
  compute: Compute,
  onChosen: () => void,
): Promise<Suggestion[]> {
  const nearest = new Float32Array(open.length).fill(-1);
  await approach(nearest, unit, start, compute);
  let isStarted = start.length > 0;
  const left = Uint8Array.from(open);
  const found: Suggestion[] = [];
  while (found.length < count) {
    let index = -1;
    if (isStarted) {
      for (let i = 0; i < left.length; i++)
        if (left[i] === 1 && (index < 0 || rounded(nearest[i]!) < rounded(nearest[index]!))) index = i;
    } else {
      const places = placesOf(left);
      index = places[Math.floor(random() * places.length)] ?? -1;
    }
    if (index < 0) break;
    found.push({ index, score: isStarted ? 1 - nearest[index]! : Number.NaN });
    isStarted = true;
    left[index] = 0;
    await approach(nearest, unit, [index], compute);
    onChosen();
  }
  return found;
}
