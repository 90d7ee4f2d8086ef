import type { Metric } from '../../../../nodes/sdk/index.ts';
import { seededRandom } from '../../../../nodes/sdk/index.ts';
import { largestEigenOf } from '../../ops/largest-eigen.ts';
import { lengthsOf } from '../nearest.ts';
import type { Turns } from '../turns.ts';

/** How many vectors decide the directions. More would change them little. */
const SAMPLE = 2000;
/** The largest number of a first place, and the size of the noise that parts equal ones. */
const REACH = 10;
const NOISE = 1e-4;
/** How many rows are looked at before the thread is shared. */
const ROWS_AT_ONCE = 1024;

/**
 * First places of N x D vectors: their principal components, found with some of them and scaled. All is computed in float64, so the
 * places do not depend on the device. It shares the thread.
 */
export async function firstPlaces(
  data: Float32Array,
  width: number,
  { metric, dims, seed }: { readonly metric: Metric; readonly dims: number; readonly seed: number },
  turns: Turns,
): Promise<Float32Array> {
  const rows = data.length / width;
  const lengths = metric === 'cosine' ? lengthsOf(data, width) : undefined;
  const factor = (row: number) => (lengths ? (lengths[row] === 0 ? 0 : 1 / lengths[row]!) : 1);
  const some = Array.from({ length: Math.min(rows, SAMPLE) }, (_, i) =>
    Math.floor((i * rows) / Math.min(rows, SAMPLE)),
  );
  const mean = new Float64Array(width);
  for (const row of some)
    for (let d = 0; d < width; d++) mean[d]! += (data[row * width + d]! * factor(row)) / some.length;
  const along = (direction: Float64Array, row: number): number => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (data[row * width + d]! * factor(row) - mean[d]!) * direction[d]!;
    return sum;
  };
  const { vectors } = await largestEigenOf(
    async (direction) => {
      await turns.next();
      const image = new Float64Array(width);
      for (const row of some) {
        const score = along(direction, row);
        for (let d = 0; d < width; d++)
          image[d]! += score * (data[row * width + d]! * factor(row) - mean[d]!);
      }
      return image;
    },
    width,
    dims,
  );
  const places = new Float64Array(rows * dims);
  for (let k = 0; k < Math.min(dims, vectors.length / width); k++) {
    const direction = vectors.subarray(k * width, (k + 1) * width);
    for (let row = 0; row < rows; row++) {
      if (row % ROWS_AT_ONCE === 0) await turns.next();
      places[row * dims + k] = along(direction, row);
    }
  }
  const farthest = places.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = farthest > 0 ? REACH / farthest : 0;
  const random = seededRandom(seed);
  return Float32Array.from(places, (value) => value * scale + NOISE * (random() - 0.5));
}
