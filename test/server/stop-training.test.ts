import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** A training that would take hours. */
const TRAINING: Workflow = {
  format: 'patchbay',
  version: 1,
  name: 'Long',
  nodes: [
    { id: 'folder', type: 'image/load-folder', params: { path: 'sample:pictures', recursive: true } },
    { id: 'encoder', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
    { id: 'vectors', type: 'encode/image' },
    {
      id: 'train',
      type: 'train/lora-projection',
      params: { base: 'identity', length: 100_000, patience: 0 },
    },
    { id: 'save', type: 'output/save-adapter', params: { name: 'mine' } },
  ],
  edges: [
    { from: { node: 'folder', port: 'images' }, to: { node: 'vectors', port: 'images' } },
    { from: { node: 'encoder', port: 'encoder' }, to: { node: 'vectors', port: 'encoder' } },
    { from: { node: 'vectors', port: 'embeddings' }, to: { node: 'train', port: 'embeddings' } },
    { from: { node: 'train', port: 'adapter' }, to: { node: 'save', port: 'adapter' } },
  ],
  outputs: ['adapter', 'metrics', 'history'].map((port) => ({ name: port, node: 'train', port })),
};

type Event = {
  readonly type: string;
  readonly nodeId?: string;
  readonly code?: string;
  readonly args?: object;
};

async function eventsOf(id: string): Promise<readonly Event[]> {
  return (await server.call('GET', `/api/runs/${id}/events?after=0&limit=1000`)).json.items;
}

/** Starts the training and waits until it is under way. */
async function started(): Promise<string> {
  const { id } = await server.submit(TRAINING);
  for (;;) {
    const events = await eventsOf(id);
    if (events.some(({ type, nodeId }) => type === 'nodeStarted' && nodeId === 'train')) break;
    await sleep(50);
  }
  await sleep(1500);
  return id;
}

/** The numbers of the best moment of the curve. */
function bestOf(history: { rows: readonly { step: number; heldOutLoss: number | null }[] }) {
  const judged = history.rows.filter(({ step, heldOutLoss }) => step > 0 && heldOutLoss !== null);
  return judged.reduce((best, row) => (row.heldOutLoss! < best.heldOutLoss! ? row : best));
}

const warningOf = async (id: string) =>
  (await eventsOf(id)).find(({ type, nodeId }) => type === 'nodeWarned' && nodeId === 'train');

test('a training that is stopped gives the best adapter so far, the run goes on, and the next run trains anew', async () => {
  for (let time = 0; time < 2; time++) {
    const id = await started();
    expect((await server.call('POST', `/api/runs/${id}/nodes/train/stop`)).status).toBe(200);
    const run = await server.ended(id);
    expect(run).toMatchObject({
      status: 'completed',
      nodes: { train: { status: 'done' }, save: { status: 'done' } },
    });
    const { metrics, history } = run.outputs as { metrics: Record<string, number>; history: never };
    const best = bestOf(history);
    expect([metrics['kept step'], metrics['held-out loss']]).toEqual([best.step, best.heldOutLoss]);
    expect(metrics.steps).toBeLessThan(100_000);
    expect(await warningOf(id)).toMatchObject({ code: 'train-lora.stopped', args: { kept: best.step } });
  }
}, 120_000);

test('a training that is cancelled keeps the best adapter as files of the run', async () => {
  const id = await started();
  expect((await server.call('POST', `/api/runs/${id}/cancel`)).json.status).toBe('cancelled');
  const run = await server.ended(id);
  expect(run.nodes).toMatchObject({ train: { status: 'done' }, save: { status: 'cancelled' } });
  const { metrics, history } = run.outputs as { metrics: Record<string, number>; history: never };
  const best = bestOf(history);
  expect([metrics['kept step'], metrics['held-out loss']]).toEqual([best.step, best.heldOutLoss]);
  const { args } = (await warningOf(id)) as { args: { path: string; kept: number } };
  expect(args.kept).toBe(best.step);
  const folder = dirname(args.path);
  expect(readdirSync(folder).sort()).toEqual([
    'README.md',
    'adapter_config.json',
    'adapter_model.safetensors',
  ]);
  expect(readFileSync(args.path).length).toBeGreaterThan(100);
  // It can be loaded, and is the adapter of the result.
  const loading: Workflow = {
    ...TRAINING,
    nodes: [{ id: 'load', type: 'project/load-adapter', params: { path: folder } }],
    edges: [],
    outputs: [{ name: 'adapter', node: 'load', port: 'adapter' }],
  };
  const loaded = await server.ended((await server.submit(loading)).id);
  const hash = (outputs: Readonly<Record<string, unknown>>) => (outputs.adapter as { origin: object }).origin;
  expect([loaded.status, hash(loaded.outputs)]).toEqual(['completed', hash(run.outputs)]);
}, 120_000);

test('stopping what does not run, or cannot end early, changes nothing', async () => {
  const { id } = await server.submit({
    ...TRAINING,
    nodes: TRAINING.nodes.slice(0, 1),
    edges: [],
    outputs: [],
  });
  await server.ended(id);
  const stop = await server.call('POST', `/api/runs/${id}/nodes/folder/stop`);
  expect([stop.status, stop.json.status]).toEqual([200, 'completed']);
  expect((await server.call('POST', '/api/runs/none/nodes/folder/stop')).status).toBe(404);
});
