import type { ExploreService } from '../../../nodes/sdk/index.ts';
import { GraphRunner } from '../ops/runner.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { TensorScope } from '../ort/tensor.ts';

/** Finds neighbours, groups and maps for one node's run; results belong to `scope`. Code is loaded when it is first used. */
export function createExploreService(pool: SessionPool, scope: TensorScope): ExploreService {
  const run = new GraphRunner(pool, scope, 0);
  return {
    nearest: async (vectors, options) => (await import('./nearest.ts')).nearest(run, vectors, options),
    umap: async (job, options) => (await import('./umap/umap.ts')).umap(run, job, options),
    kMeans: async (job, options) => (await import('./k-means.ts')).kMeans(run, job, options),
    hdbscan: async (job, options) => (await import('./hdbscan/hdbscan.ts')).hdbscan(run, job, options),
    centers: async (vectors, group, metric) =>
      (await import('./groups.ts')).centersOf(run, vectors, group, metric),
  };
}
