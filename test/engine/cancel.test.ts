import { describe, expect, test } from 'vitest';
import { defineNode, port, throwIfAborted } from '../../nodes/sdk/index.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { flow, kit, lines, run, sleep, texts, world } from './kit.ts';

test('a cancel reaches a running node, and the run ends cancelled, not failed', async () => {
  const { registry } = kit();
  const controller = new AbortController();
  const workflow = flow({ w: { type: 'wait', params: { ms: 60_000 } }, b: 'add' }, ['w.texts > b.texts']);
  const ran = await run(workflow, registry, { signal: controller.signal }, (event) => {
    if (event.type === 'nodeStarted') controller.abort();
  });
  expect(ran.status).toBe('cancelled');
  expect(ran.status_('w')).toBe('cancelled');
  expect(ran.status_('b')).toBe('cancelled');
  expect(ran.problems).toEqual([]);
  expect(ran.events.map((event) => event.type)).toEqual(['runStarted', 'nodeStarted', 'runFinished']);
});

test('a node that loops over batches stops within one', async () => {
  let batches = 0;
  const controller = new AbortController();
  const loop = defineNode({
    title: 'Loop',
    description: 'L.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: async ({ ctx }) => {
      for (;;) {
        throwIfAborted(ctx.signal);
        batches += 1;
        if (batches === 3) controller.abort();
        await sleep(1);
      }
    },
  });
  const ran = await run(flow({ l: 'loop' }), kit({ loop }).registry, { signal: controller.signal });
  expect(ran.status).toBe('cancelled');
  expect(batches).toBe(3);
});

test('a node that ignores the signal is left behind, and what it still makes is given back', async () => {
  let finish = () => {};
  const deaf = defineNode({
    title: 'Deaf',
    description: 'D.',
    inputs: {},
    params: {},
    outputs: { embeddings: port.embeddings({ help: 'E.' }) },
    run: async ({ ctx }) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      ctx.progress(1, 1);
      const tensor = ctx.ops.tensor({ dtype: 'float32', dims: [1, 1], data: new Float32Array(1) });
      const space = { encoder: 'a', title: 'A', layer: 'embedding', projection: 'none', pooling: 'model' };
      return {
        embeddings: {
          kind: 'embeddings',
          tensor,
          items: [],
          skipped: [],
          space: { ...space, tower: 'image', normalized: false },
        },
      };
    },
  });
  const { services, tensors } = world();
  const controller = new AbortController();
  const cache = createResultCache({ maxBytes: 1e6 });
  const ran = await run(
    flow({ d: 'deaf' }),
    kit({ deaf }).registry,
    { services, cache, signal: controller.signal },
    (event) => {
      if (event.type === 'nodeStarted') controller.abort();
    },
  );
  expect(ran.status).toBe('cancelled');
  const seen = ran.events.length;
  finish();
  await sleep(5);
  expect(tensors.map((one) => one.holders)).toEqual([0]);
  expect(cache.size).toBe(0);
  expect(ran.events).toHaveLength(seen);
});

test('a signal that fired before the run leaves nothing to run', async () => {
  const { registry, runs } = kit();
  const ran = await run(flow({ a: 'say' }), registry, { signal: AbortSignal.abort() });
  expect(ran.status).toBe('cancelled');
  expect(runs.size).toBe(0);
  expect(ran.events.map((event) => event.type)).toEqual(['runStarted', 'runFinished']);
});

test('a cancel reaches a run that still looks at the outside world', async () => {
  const slow = defineNode({
    title: 'Slow',
    description: 'S.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    fingerprint: () => new Promise<string>(() => {}),
    run: () => ({ texts: texts() }),
  });
  const controller = new AbortController();
  const running = run(flow({ s: 'slow' }), kit({ slow }).registry, { signal: controller.signal });
  controller.abort();
  expect((await running).status).toBe('cancelled');
});

test('a cancel reaches a run that still looks on disk', async () => {
  const { registry } = kit();
  const { services } = world();
  const controller = new AbortController();
  const disk = {
    read: () => new Promise<undefined>(() => controller.abort()),
    write: () => Promise.resolve(),
  };
  const ran = await run(flow({ a: 'say' }), registry, {
    services: { ...services, disk },
    signal: controller.signal,
  });
  expect(ran.status).toBe('cancelled');
});

test('a signal that fires when all is done cancels nothing', async () => {
  const { registry } = kit();
  const controller = new AbortController();
  const ran = await run(flow({ a: 'say' }), registry, { signal: controller.signal }, (event) => {
    if (event.type === 'runFinished') controller.abort();
  });
  expect(ran.status).toBe('completed');
});

test('what finished before a cancel is kept for the next run', async () => {
  const { registry, runs } = kit();
  const cache = createResultCache({ maxBytes: 1e6 });
  const controller = new AbortController();
  const workflow = flow({ a: 'say', w: { type: 'wait', params: { ms: 30 } } }, ['a.texts > w.texts']);
  await run(workflow, registry, { cache, signal: controller.signal }, (event) => {
    if (event.type === 'nodeStarted' && event.nodeId === 'w') controller.abort();
  });
  const again = await run(workflow, registry, { cache });
  expect(again.status).toBe('completed');
  expect(runs.get('a')).toBe(1);
});

test('an abort that the node made itself is a failure of the node', async () => {
  const selfish = defineNode({
    title: 'Selfish',
    description: 'S.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: () => {
      throw new DOMException('It took too long', 'TimeoutError');
    },
  });
  const ran = await run(flow({ s: 'selfish' }), kit({ selfish }).registry);
  expect(ran.status).toBe('failed');
  expect(ran.nodes.get('s')?.error?.message).toBe('*Selfish* failed: It took too long.');
});

describe('a node that can end early', () => {
  /** Works until it is asked to stop, and gives the reason. */
  const learn = defineNode({
    title: 'Learn',
    description: 'L.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    endsEarly: true,
    run: async ({ ctx }) => {
      for (let count = 1; !ctx.stop?.aborted; count++) {
        ctx.progress(count, 1_000_000);
        await sleep(1);
      }
      return { texts: texts(String(ctx.stop.reason)) };
    },
  });
  const workflow = flow({ l: 'learn', b: 'add' }, ['l.texts > b.texts']);

  test('gives its best so far when asked; the run goes on with it, and nothing of it is kept', async () => {
    const { registry, runs } = kit({ learn });
    const { services, files } = world({ disk: true });
    const cache = createResultCache({ maxBytes: 1e6 });
    for (const time of [1, 2]) {
      let stop: (id: string) => void = () => {};
      const onStop = (ask: (id: string) => void) => {
        stop = ask;
      };
      const ran = await run(workflow, registry, { services, cache, onStop }, (event) => {
        if (event.type === 'nodeStarted') setTimeout(() => stop(event.nodeId), 5);
      });
      expect([ran.status, ran.status_('l')]).toEqual(['completed', 'done']);
      expect(lines(ran.results.get('b', 'texts'))?.[0]).toMatch(/^stop/);
      expect(runs.get('b')).toBe(time);
    }
    expect([cache.size, files.size]).toEqual([0, 0]);
  });

  test('keeps its best so far when the run is cancelled, and nothing runs after it', async () => {
    const controller = new AbortController();
    const cache = createResultCache({ maxBytes: 1e6 });
    const options = { cache, signal: controller.signal };
    const ran = await run(workflow, kit({ learn }).registry, options, (event) => {
      if (event.type === 'nodeStarted') setTimeout(() => controller.abort(), 5);
    });
    expect([ran.status, ran.status_('l'), ran.status_('b')]).toEqual(['cancelled', 'done', 'cancelled']);
    expect(lines(ran.results.get('l', 'texts'))).toEqual(['cancel']);
    expect(cache.size).toBe(0);
  });
});
