import { expect, test } from 'vitest';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { chain, flow, kit, run, world } from './kit.ts';

const embedding = () =>
  flow({ a: 'say', e: 'embed', r: 'reroute', q: 'reroute' }, [
    'a.texts > e.texts',
    'e.embeddings > r.value',
    'r.value > q.value',
  ]);

test('what a node made and did not give is released when it ends', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  await run(embedding(), registry, { services });
  const [scratch, kept] = tensors;
  expect(scratch?.holders).toBe(0);
  expect(kept?.holders).toBeGreaterThan(0);
});

test('when results and cache let go, nothing is held', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 1e8 });
  const ran = await run(embedding(), registry, { services, cache });
  ran.results.release();
  expect(tensors.map((one) => one.holders)).toEqual([0, 1]);
  cache.clear();
  expect(tensors.map((one) => one.holders)).toEqual([0, 0]);
  expect(cache.bytes).toBe(0);
});

test('releasing results twice releases once', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const ran = await run(embedding(), registry, { services });
  ran.results.release();
  ran.results.release();
  expect(tensors.map((one) => one.holders)).toEqual([0, 1]);
  expect(ran.results.get('q', 'value')).toBeUndefined();
});

test('a result outlives the cache that dropped it, as long as the caller has it', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 1e8 });
  const ran = await run(embedding(), registry, { services, cache });
  expect(ran.results.get('e', 'embeddings')).toMatchObject({ kind: 'embeddings' });
  cache.clear();
  expect(tensors[1]?.holders).toBe(1);
  ran.results.release();
  expect(tensors[1]?.holders).toBe(0);
});

test('without a cache, a value is given back when the last node that needs it has ended', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 0 });
  const workflow = flow({ e: 'embed', j: 'reroute', w: 'wait', z: 'add' }, [
    'e.embeddings > j.value',
    'w.texts > z.texts',
  ]);
  let whileRunning: number | undefined;
  const ran = await run(workflow, registry, { services, cache, targets: ['z', 'j'] }, (event) => {
    if (event.type === 'nodeFinished' && event.nodeId === 'z') whileRunning = tensors[1]?.holders;
  });
  // `j` holds it and passes it on. `e` no longer holds it.
  expect(whileRunning).toBe(1);
  ran.results.release();
  expect(tensors.map((one) => one.holders)).toEqual([0, 0]);
});

test('a failed and a cancelled run hold nothing either', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 0 });
  const workflow = flow({ e: 'embed', r: 'reroute', f: 'fail', j: 'join' }, [
    'e.embeddings > r.value',
    'f.texts > j.lists',
  ]);
  const failed = await run(workflow, registry, { services, cache });
  failed.results.release();
  const controller = new AbortController();
  const cancelled = await run(workflow, registry, { services, cache, signal: controller.signal }, (event) => {
    if (event.type === 'nodeFinished') controller.abort();
  });
  cancelled.results.release();
  expect(new Set(tensors.map((one) => one.holders))).toEqual(new Set([0]));
});

test('a shared result is held once by the cache', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 1e8 });
  const ran = await run(flow({ a: 'embed', b: 'embed' }), registry, { services, cache });
  ran.results.release();
  expect(tensors.map((one) => one.holders)).toEqual([0, 1]);
});

test('a thousand runs leave the cache as large as one', async () => {
  const { registry } = kit();
  const { services, tensors } = world();
  const cache = createResultCache({ maxBytes: 50_000 });
  for (let i = 0; i < 1000; i++) {
    const workflow = flow({
      a: { type: 'say', params: { text: `${i}` } },
      e: { type: 'embed', params: { encoder: `${i}` } },
    });
    const ran = await run(workflow, registry, { services, cache });
    ran.results.release();
  }
  expect(cache.bytes).toBeLessThanOrEqual(50_000);
  const held = tensors.filter((one) => one.holders > 0);
  expect(held.length).toBeLessThanOrEqual(cache.size);
  expect(cache.size).toBeGreaterThan(10);
});

test('results read from disk are given back too', async () => {
  const { registry } = kit();
  const first = world({ disk: true });
  await run(embedding(), registry, { services: first.services });
  const second = world({ disk: true, files: first.files });
  const cache = createResultCache({ maxBytes: 1e8 });
  const ran = await run(embedding(), registry, { services: second.services, cache });
  expect(ran.status_('q')).toBe('cached');
  const value = ran.results.get('q', 'value') as unknown as { tensor: { holders: number } };
  ran.results.release();
  expect(value.tensor.holders).toBe(1);
  cache.clear();
  expect(value.tensor.holders).toBe(0);
});

test('a chain holds no more values than are needed', async () => {
  const { registry } = kit();
  const cache = createResultCache({ maxBytes: 0 });
  const ran = await run(chain(50), registry, { cache });
  expect(ran.results.get('n10', 'texts')).toBeUndefined();
  expect(ran.results.get('n49', 'texts')).toBeDefined();
});
