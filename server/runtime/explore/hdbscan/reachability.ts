import type { F32 } from '../../../../nodes/sdk/index.ts';
import { galleryOf } from '../../ops/gallery.ts';
import { nearestOutside } from '../../ops/graphs.ts';
import type { GraphRunner } from '../../ops/runner.ts';
import { hostTensor } from '../../ort/tensor.ts';
import { bestOfTiles, meanOf, QUERIES } from '../nearest.ts';
import type { Reachability } from './spanning-tree.ts';

/**
 * How many candidates are computed again in float64. Products in float32 find them, so among points whose distances differ by less than
 * float32 can tell (about a millionth of the spread of the data), another one than the nearest can be taken.
 */
const CANDIDATES = 4;

/** Distances between the rows of vectors N x D, whose numbers are `data`. @param signal ends every search */
export function reachabilityOf(
  run: GraphRunner,
  vectors: F32,
  data: Float32Array,
  cores: Float64Array,
  signal: AbortSignal,
): Reachability {
  const [count = 0, width = 0] = vectors.dims;
  const gallery = galleryOf(run, vectors);
  const mean = meanOf(data, width);
  // As the graph compares: the larger, the nearer.
  const limits = Float32Array.from(cores, (core) => -(core * core) / 2);
  const column = (values: Float32Array, dims: readonly number[]): F32 =>
    hostTensor({ dtype: 'float32', dims, data: values });
  const mutual = (one: number, other: number) => {
    const [a, b] = [one * width, other * width];
    let sum = 0;
    for (let d = 0; d < width; d++) {
      const apart = data[a + d]! - data[b + d]!;
      sum += apart * apart;
    }
    return Math.max(Math.sqrt(sum), cores[one]!, cores[other]!);
  };
  return {
    cores,
    atOnce: QUERIES,
    mutual,
    async outside(points, sets) {
      const rows = points.length;
      const some = new Float32Array(rows * width);
      for (const [at, point] of points.entries())
        some.set(data.subarray(point * width, (point + 1) * width), at * width);
      const session = await run.session('nearest outside', nearestOutside);
      const given = {
        mean,
        left: column(some, [rows, width]),
        leftMost: column(
          Float32Array.from(points, (point) => limits[point]!),
          [rows, 1],
        ),
        leftGroup: column(
          Float32Array.from(points, (point) => sets[point]!),
          [rows, 1],
        ),
      };
      const candidates = await bestOfTiles(
        gallery,
        count,
        { rows, wanted: CANDIDATES, signal },
        (right, k, from) => {
          const size = right.dims[0]!;
          const rightMost = column(limits.subarray(from, from + size), [1, size]);
          const rightGroup = column(sets.subarray(from, from + size), [1, size]);
          return session.run({ ...given, right, rightMost, rightGroup, k }, { host: true });
        },
      );
      return Int32Array.from(points, (point, at) => {
        let nearest = -1;
        let least = Number.POSITIVE_INFINITY;
        for (const other of candidates.subarray(at * CANDIDATES, (at + 1) * CANDIDATES)) {
          if (other < 0) continue;
          const far = mutual(point, other);
          if (far < least) [nearest, least] = [other, far];
        }
        return nearest;
      });
    },
  };
}
