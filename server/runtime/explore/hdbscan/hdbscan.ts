import type { HdbscanJob, WorkOptions } from '../../../../nodes/sdk/index.ts';
import { type GraphRunner, onHost } from '../../ops/runner.ts';
import { largestFirst } from '../groups.ts';
import { nearest } from '../nearest.ts';
import { Turns } from '../turns.ts';
import { lastingGroups } from './condensed.ts';
import { spanningTree } from './spanning-tree.ts';

/** Groups by density; see `ExploreService.hdbscan`. */
export async function hdbscan(
  run: GraphRunner,
  { vectors, minSize, minSamples = minSize }: HdbscanJob,
  { signal, onProgress }: WorkOptions,
): Promise<Int32Array> {
  const [count = 0, width = 0] = vectors.dims;
  if (count === 0) return new Int32Array(0);
  // As scikit-learn, which counts the vector itself.
  const { k, distances } = await nearest(run, vectors, {
    k: minSamples - 1,
    metric: 'euclidean',
    signal,
    onProgress: (done, total = 1) => onProgress?.((done / total) * 50, 100),
  });
  const cores = Float64Array.from({ length: count }, (_, row) =>
    k === 0 ? 0 : distances[(row + 1) * k - 1]!,
  );
  const { data } = await onHost(vectors);
  const tree = await spanningTree(
    Float64Array.from(data),
    width,
    cores,
    new Turns(signal),
    (done, total = 1) => onProgress?.(50 + (done / total) * 50, 100),
  );
  return largestFirst(lastingGroups(tree, minSize));
}
