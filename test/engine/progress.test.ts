import { expect, test } from 'vitest';
import { defineNode, type NodeContext, port } from '../../nodes/sdk/index.ts';
import { flow, kit, type Ran, run, sleep, texts } from './kit.ts';

/** Runs one node with the given work. */
async function watch(work: (ctx: NodeContext) => void | Promise<void>): Promise<Ran> {
  const talker = defineNode({
    title: 'Talker',
    description: 'T.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: async ({ ctx }) => {
      await work(ctx);
      return { texts: texts() };
    },
  });
  return await run(flow({ t: 'talker' }), kit({ talker }).registry);
}

const steps = (ran: Ran) => ran.events.filter((event) => event.type === 'nodeProgressed');

test('many reports become few, and the last one is always delivered', async () => {
  const ran = await watch((ctx) => {
    for (let i = 0; i <= 10_000; i++) ctx.progress(i, 10_000);
  });
  expect(steps(ran).length).toBeLessThanOrEqual(3);
  expect(steps(ran).at(-1)).toMatchObject({ done: 10_000 });
});

test('reports that come slowly are all delivered while the node works', async () => {
  const ran = await watch(async (ctx) => {
    for (let i = 1; i <= 3; i++) {
      ctx.progress(i, 3);
      await sleep(60);
    }
  });
  expect(steps(ran).map((event) => event.done)).toEqual([1, 2, 3]);
});

test('a report held back is delivered without another one', async () => {
  const ran = await watch(async (ctx) => {
    ctx.progress(1, 9);
    ctx.progress(2, 9);
    await sleep(80);
    ctx.warn('later');
  });
  const order = ran.events.map((event) => (event.type === 'nodeProgressed' ? event.done : event.type));
  expect(order).toEqual(['runStarted', 'nodeStarted', 1, 2, 'nodeWarned', 'nodeFinished', 'runFinished']);
});

test('progress never goes backwards, and never beyond its total', async () => {
  const ran = await watch(async (ctx) => {
    for (const done of [5, 3, 7, Number.NaN, -1, 99]) {
      ctx.progress(done, 10);
      await sleep(55);
    }
  });
  expect(steps(ran).map((event) => event.done)).toEqual([5, 7, 10]);
});

test('every step says the total', async () => {
  const ran = await watch(async (ctx) => {
    ctx.progress(1, 3);
    await sleep(55);
    ctx.progress(2);
    await sleep(55);
    ctx.progress(2, 4);
  });
  expect(steps(ran).map(({ done, total }) => [done, total])).toEqual([
    [1, 3],
    [2, 3],
    [2, 4],
  ]);
});

test('what a node says after its end is not heard', async () => {
  let late: NodeContext | undefined;
  const ran = await watch((ctx) => {
    late = ctx;
  });
  const heard = ran.events.length;
  late?.progress(1, 2);
  late?.warn('too late');
  await sleep(60);
  expect(ran.events).toHaveLength(heard);
});

test('a warning is heard once, and a flood of them is cut short', async () => {
  const ran = await watch((ctx) => {
    ctx.warn('careful');
    ctx.warn('careful');
    for (let i = 0; i < 1000; i++) ctx.warn(`warning ${i}`);
  });
  const warnings = ran.events.flatMap((event) => (event.type === 'nodeWarned' ? event.message : []));
  expect(warnings.filter((message) => message === 'careful')).toHaveLength(1);
  expect(warnings.length).toBeLessThan(60);
  expect(warnings.at(-1)).toBe('There are more warnings; they are left out.');
});

test('first looks closer together than eyes can follow are dropped', async () => {
  const ran = await watch((ctx) => {
    for (let i = 0; i < 100; i++)
      ctx.preview({ kind: 'view', view: 'gallery', items: [], total: i, skipped: [] });
  });
  const shown = ran.events.filter((event) => event.type === 'nodePreviewed');
  expect(shown.map((event) => event.view)).toMatchObject([{ view: 'gallery', total: 0 }]);
});

test('events begin with runStarted and end with runFinished', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', f: 'fail', b: 'add', w: 'wait' }, ['f.texts > b.texts']);
  const ran = await run(workflow, registry);
  expect(ran.events[0]).toMatchObject({ type: 'runStarted', device: 'test' });
  expect(ran.events.at(-1)).toMatchObject({ type: 'runFinished', status: 'partial' });
  expect(ran.events.filter((event) => event.type === 'runFinished')).toHaveLength(1);
});

test('every event is plain data', async () => {
  const { registry } = kit();
  const ran = await run(flow({ a: 'say', f: 'fail', b: 'add' }, ['f.texts > b.texts']), registry);
  expect(structuredClone(ran.events)).toEqual(ran.events);
  expect(JSON.parse(JSON.stringify(ran.events))).toEqual(ran.events);
});

test('every planned node has exactly one end, with its time', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', f: 'fail', b: 'add', w: { type: 'wait', params: { ms: 20 } } }, [
    'f.texts > b.texts',
  ]);
  const ran = await run(workflow, registry);
  const ends = ran.events.flatMap((event) =>
    'nodeId' in event && ['nodeFinished', 'nodeFailed', 'nodeCached', 'nodeSkipped'].includes(event.type)
      ? event.nodeId
      : [],
  );
  expect(ends.toSorted()).toEqual(['a', 'b', 'f', 'w']);
  expect(ran.nodes.get('w')?.ms).toBeGreaterThan(10);
  expect(ran.ms).toBeGreaterThanOrEqual(ran.nodes.get('w')!.ms);
});
