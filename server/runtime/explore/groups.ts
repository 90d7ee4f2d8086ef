import type { F32, GroupCenters, Metric } from '../../../nodes/sdk/index.ts';
import { type GraphRunner, onHost } from '../ops/runner.ts';
import { lengthsOf } from './nearest.ts';

/** The same groups, numbered by their size, largest first; of equal ones, the one whose first vector comes first. -1 stays. */
export function largestFirst(group: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const own of group) if (own >= 0) sizes.set(own, (sizes.get(own) ?? 0) + 1);
  const order = [...sizes].sort(([, a], [, b]) => b - a).map(([own]) => own);
  const places = new Map(order.map((own, place) => [own, place]));
  return group.map((own) => places.get(own) ?? -1);
}

/** The middle of each group; see `ExploreService.centers`. */
export async function centersOf(
  run: GraphRunner,
  vectors: F32,
  group: Int32Array,
  metric: Metric,
): Promise<GroupCenters> {
  const [rows = 0, width = 0] = vectors.dims;
  const { data } = await onHost(vectors);
  const count = group.reduce((most, own) => Math.max(most, own + 1), 0);
  const isUnit = metric === 'cosine';
  const lengths = isUnit ? lengthsOf(data, Math.max(1, width)) : undefined;
  const factor = (row: number) => (lengths ? (lengths[row] ? 1 / lengths[row]! : 0) : 1);
  const sums = new Float64Array(count * width);
  const sizes = new Float64Array(count);
  for (let row = 0; row < rows; row++) {
    const own = group[row]!;
    if (own < 0) continue;
    sizes[own]!++;
    const times = factor(row);
    for (let d = 0; d < width; d++) sums[own * width + d]! += data[row * width + d]! * times;
  }
  for (let own = 0; own < count; own++) {
    const middle = sums.subarray(own * width, (own + 1) * width);
    const size = isUnit ? Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0)) : sizes[own]!;
    for (let d = 0; d < width; d++) middle[d] = size === 0 ? 0 : middle[d]! / size;
  }
  const near = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = group[row]!;
    if (own < 0) continue;
    const times = factor(row);
    let sum = 0;
    for (let d = 0; d < width; d++) {
      const [value, middle] = [data[row * width + d]! * times, sums[own * width + d]!];
      sum += isUnit ? value * middle : (value - middle) * (value - middle);
    }
    near[row] = isUnit ? Math.min(1, Math.max(-1, sum)) : Math.sqrt(sum);
  }
  return { centers: run.wrap(Float32Array.from(sums), [count, width]), near };
}
