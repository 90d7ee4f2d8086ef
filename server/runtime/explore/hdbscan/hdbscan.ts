import type { HdbscanJob, WorkOptions } from '../../../../nodes/sdk/index.ts';
import { type GraphRunner, onHost } from '../../ops/runner.ts';
import { largestFirst } from '../groups.ts';
import { nearest } from '../nearest.ts';
import { Turns } from '../turns.ts';
import { lastingGroups } from './condensed.ts';
import { reachabilityOf } from './reachability.ts';
import { spanningTree } from './spanning-tree.ts';

/** With this many neighbours of each vector, most of the tree is known before vectors are compared with all others. */
const NEIGHBOURS = 24;

/** Groups by density; see `ExploreService.hdbscan`. */
export async function hdbscan(
  run: GraphRunner,
  { vectors, minSize, minSamples = minSize }: HdbscanJob,
  { signal, onProgress }: WorkOptions,
): Promise<Int32Array> {
  const [count = 0] = vectors.dims;
  if (count === 0) return new Int32Array(0);
  const near = await nearest(run, vectors, {
    k: Math.max(minSamples - 1, NEIGHBOURS),
    metric: 'euclidean',
    signal,
    onProgress: (done, total = 1) => onProgress?.((done / total) * 50, 100),
  });
  // As scikit-learn, which counts the vector itself.
  const place = Math.min(minSamples - 1, near.k);
  const cores = Float64Array.from({ length: count }, (_, row) =>
    place === 0 ? 0 : near.distances[row * near.k + place - 1]!,
  );
  const { data } = await onHost(vectors);
  const space = reachabilityOf(run, vectors, data, cores, signal);
  const tree = await spanningTree(near, space, new Turns(signal), (done, total = 1) =>
    onProgress?.(50 + (done / total) * 50, 100),
  );
  return largestFirst(lastingGroups(tree, minSize));
}
