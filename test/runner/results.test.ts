import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSafetensors } from '../../server/runtime/files/safetensors.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { bench, encode, fixtureModels, misbehave, pictures } from './kit.ts';

interface Oracle {
  readonly images: readonly string[];
  readonly texts: readonly string[];
}
const oracle = JSON.parse(readFileSync(join(fixtureModels, 'clip/expected.json'), 'utf8')) as Oracle;
/** The tolerance for a whole network in float32 between two implementations. */
const TOLERANCE = 2e-5;

/** The results of Transformers, row by row. */
async function expected(name: 'image_embeds' | 'text_embeds'): Promise<Float32Array> {
  const file = await openSafetensors(join(fixtureModels, 'clip/expected.safetensors'));
  try {
    return (await file.readFloat32(name)).data;
  } finally {
    await file.close();
  }
}

function furthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const drawn: Workflow = {
  ...encode('clip'),
  nodes: [
    ...encode('clip').nodes,
    { id: 'map', type: 'compare/similarity-matrix' },
    { id: 'show', type: 'view/gallery' },
  ],
  edges: [
    ...encode('clip').edges,
    { from: { node: 'encode', port: 'embeddings' }, to: { node: 'map', port: 'embeddings' } },
    { from: { node: 'pictures', port: 'images' }, to: { node: 'show', port: 'images' } },
  ],
};

test('results and views arrive as plain JSON, vectors as a file', async () => {
  const { run } = bench();
  const outcome = await run(drawn).done;
  expect(outcome.status).toBe('completed');
  expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  const vectors = outcome.outputs.vectors as { dims: number[]; file: string; items: { path: string }[] };
  expect(vectors.dims).toEqual([11, 20]);
  const file = await openSafetensors(vectors.file);
  expect([...file.tensors.values()].map(({ dims }) => dims)).toEqual([[11, 20]]);
  await file.close();
  expect(Object.keys(outcome.views).sort()).toEqual(['map', 'show']);
  const map = outcome.views.map as { view: string; values: number[][] };
  expect(map.view).toBe('heatmap');
  expect(map.values.map((row, i) => row[i])).toEqual(Array(11).fill(expect.closeTo(1, 5)));
  expect(outcome.views.show).toMatchObject({ view: 'gallery', total: 11 });
});

test('events begin with the run and end with its outcome', async () => {
  const { run } = bench();
  const { events, done } = run(drawn);
  const outcome = await done;
  expect(events[0]).toMatchObject({ type: 'runStarted', device: 'cpu' });
  expect(events.at(-1)).toMatchObject({ type: 'runFinished', status: 'completed', ms: outcome.ms });
  expect(events.filter(({ type }) => type === 'runFinished')).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});

test('a node runs to where it is asked to, and no further', async () => {
  const { run } = bench();
  const { nodes, outputs } = await run(drawn, { targets: ['show'] }).done;
  expect(Object.keys(nodes).sort()).toEqual(['pictures', 'show']);
  expect(Object.keys(outputs)).toEqual(['show.view', 'show.selection']);
});

test('what was computed before a process was lost is found on disk by the next', async () => {
  const world = bench();
  await world.run(encode('clip')).done;
  const again = await world.run(encode('clip')).done;
  expect(again.nodes.encode).toMatchObject({ status: 'cached', cache: { reason: 'memory' } });
  await world.run(misbehave('abort')).done;
  const after = await world.run(encode('clip')).done;
  expect(after.nodes.encode).toMatchObject({ status: 'cached', cache: { reason: 'disk' } });
  const anew = await world.run(encode('clip'), { useCache: false }).done;
  expect(anew.nodes.encode).toMatchObject({ status: 'done', cache: { reason: 'off' } });
});

test('a workflow that cannot run says all that is wrong with it', async () => {
  const world = bench();
  const workflow = { ...misbehave('nothing', { number: 1 }), edges: [] };
  workflow.nodes = [
    { id: 'a', type: 'fault/misbehave', params: { number: 'much' } },
    { id: 'b', type: 'no/such-node' },
  ];
  const run = world.run(workflow);
  const { status, problems } = await run.done;
  expect(status).toBe('failed');
  expect(problems.map(({ nodeId }) => nodeId).sort()).toEqual(['a', 'b']);
  expect(run.events).toMatchObject([{ type: 'runFinished', status: 'failed', problems }]);
  expect(await world.supervisor.validate(workflow)).toEqual(problems);
  expect(await world.supervisor.validate(misbehave('nothing'))).toEqual([]);
});

test('a result too large for a message is a file', async () => {
  const { run } = bench();
  const { outputs, status } = await run(misbehave('large', { number: 20_000 })).done;
  expect(status).toBe('completed');
  const { file, bytes } = outputs['fault.table'] as { file: string; bytes: number };
  const written = readFileSync(file);
  expect(written.byteLength).toBe(bytes);
  expect((JSON.parse(written.toString()) as { rows: unknown[] }).rows).toHaveLength(20_000);
});

test('a first look is plain JSON, and progress is not told more than twenty times a second', async () => {
  const { run } = bench();
  const { events, done } = run(misbehave('progress', { number: 50 }));
  const { nodes } = await done;
  const looks = events.filter((event) => event.type === 'nodePreviewed');
  expect(looks[0]?.view).toMatchObject({ view: 'table', rows: [{ value: 'look 1' }] });
  const steps = events.filter((event) => event.type === 'nodeProgressed');
  expect(steps.at(-1)?.done).toBe(50);
  expect(steps.length).toBeLessThanOrEqual(2 + nodes.fault!.ms / 50);
});

test('single vectors are those of Transformers, texts first', async () => {
  const { supervisor } = bench();
  const images = oracle.images.map((name) => join(pictures, name));
  const { dims, vectors } = await supervisor.embed({ model: 'clip', texts: oracle.texts, images });
  expect(dims).toBe(20);
  const texts = await expected('text_embeds');
  expect(furthest(vectors.subarray(0, texts.length), texts)).toBeLessThan(TOLERANCE);
  expect(furthest(vectors.subarray(texts.length), await expected('image_embeds'))).toBeLessThan(TOLERANCE);
});

test('a vector of what cannot be read is refused, with the reason', async () => {
  const { supervisor } = bench();
  const images = [join(pictures, 'odd.png'), import.meta.filename];
  await expect(supervisor.embed({ model: 'clip', images })).rejects.toMatchObject({
    code: 'image.unknown-format',
  });
  await expect(supervisor.embed({ model: 'nobody', texts: ['x'] })).rejects.toMatchObject({
    code: 'model.not-found',
  });
});

test('models and devices are listed, those that cannot be used with the reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-models-'));
  cpSync(join(fixtureModels, 'vae'), join(folder, 'half'), { recursive: true });
  rmSync(join(folder, 'half/vae_encoder'), { recursive: true });
  const { supervisor } = bench({ modelFolders: [fixtureModels, folder] });
  const models = await supervisor.models();
  expect(models.find(({ id }) => id === 'clip')).toMatchObject({ family: 'clip' });
  expect(models.find(({ id }) => id === 'vae')).toMatchObject({ family: 'vae' });
  expect(models.find(({ id }) => id === 'vae')?.problem).toBeUndefined();
  expect(models.find(({ id }) => id === 'half')?.problem).toMatchObject({
    code: 'model.unusable',
    args: { reason: { code: 'model.no-graph' } },
  });
  const { chosen, devices } = await supervisor.devices();
  expect(chosen).toBe('cpu');
  expect(devices.find(({ device }) => device === 'cpu')).toMatchObject({ usable: true });
});
