import type { F32, Neighbours, UmapJob, WorkOptions } from '../../../../nodes/sdk/index.ts';
import { type GraphRunner, onHost } from '../../ops/runner.ts';
import { nearest } from '../nearest.ts';
import { Turns } from '../turns.ts';
import { fittedCurve } from './curve.ts';
import { forcesOf } from './forces.ts';
import { type Edges, joined, memberships } from './graph.ts';
import { join } from './join.ts';
import { improve } from './layout.ts';
import { firstPlaces } from './start.ts';

/** Epochs for a map of this many vectors: few places need more, because each epoch does less. */
const epochsFor = (count: number): number =>
  count <= 2500 ? 500 : count <= 5000 ? 400 : count <= 7500 ? 300 : 200;

/** New places are near the right ones at once, so they need a third of the epochs. */
const JOINING = 1 / 3;

/** Parts of the progress: neighbours, places. */
const SHARE = { neighbours: 20, places: 80 } as const;

/** Makes a map; see `ExploreService.umap`. */
export async function umap(
  run: GraphRunner,
  job: UmapJob,
  { signal, onProgress }: WorkOptions,
): Promise<{ places: F32; others: F32 }> {
  const { vectors, others, metric, dims, seed } = job;
  const [count = 0, width = 0] = vectors.dims;
  const [joining = 0] = others?.dims ?? [];
  const counted = Math.min(job.neighbours, count);
  const epochs = job.epochs ?? epochsFor(count);
  const near = await nearest(run, vectors, {
    k: counted - 1,
    metric,
    signal,
    onProgress: (done, total = 1) => onProgress?.((SHARE.neighbours * done) / total, 100),
  });
  const forces = forcesOf(fittedCurve(job.minDistance));
  const { data } = await onHost(vectors);
  const turns = new Turns(signal);
  const places =
    count === 0 || width === 0
      ? new Float32Array(count * dims)
      : await firstPlaces(data, width, { metric, dims, seed }, turns);
  await turns.next();
  if (count > 1)
    await improve(places, await edgesOf(near, counted, turns), forces, {
      ...{ dims, epochs, seed, turns },
      onProgress: (done, total = 1) => onProgress?.(SHARE.neighbours + (SHARE.places * done) / total, 100),
    });
  const joint =
    others && joining > 0 && count > 0
      ? await join(
          places,
          await nearest(run, others, { k: counted, metric, among: vectors, signal }),
          forces,
          { dims, epochs: Math.max(1, Math.round(epochs * JOINING)), seed, turns },
        )
      : new Float32Array(joining * dims);
  return { places: run.wrap(places, [count, dims]), others: run.wrap(joint, [joining, dims]) };
}

async function edgesOf(near: Neighbours, counted: number, turns: Turns): Promise<Edges> {
  return joined(near, await memberships(near, counted, true, turns), turns);
}
