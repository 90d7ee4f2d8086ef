import { expect, test } from 'vitest';
import { defineNode, param, port } from '../../nodes/sdk/index.ts';
import { flow, kit, run, sleep, texts } from './kit.ts';

/** A node that counts how many nodes of its kind run at the same time. */
function crowd(resource: 'cpu' | 'io' | 'device') {
  const seen = { now: 0, most: 0, log: [] as string[] };
  const definition = defineNode({
    title: 'Crowd',
    description: 'C.',
    resource,
    inputs: { texts: port.texts({ help: 'T.', required: false, many: true }) },
    params: { label: param.text({ help: 'Sets it apart.' }) },
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: async ({ params }) => {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      seen.log.push(`+${params.label}`);
      await sleep(15);
      seen.now -= 1;
      seen.log.push(`-${params.label}`);
      return { texts: texts(params.label) };
    },
  });
  return { seen, definition };
}

const labelled = (type: string, ids: string) =>
  Object.fromEntries([...ids].map((id) => [id, { type, params: { label: id } }]));

test('independent nodes run side by side', async () => {
  const { seen, definition } = crowd('cpu');
  const ran = await run(flow(labelled('crowd', 'abc')), kit({ crowd: definition }).registry);
  expect(ran.status).toBe('completed');
  expect(seen.most).toBe(3);
});

test('two device nodes never run at once', async () => {
  const { seen, definition } = crowd('device');
  await run(flow(labelled('crowd', 'abc')), kit({ crowd: definition }).registry);
  expect(seen.most).toBe(1);
  expect(seen.log).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
});

test('work on the device overlaps work that waits for files and for the processor', async () => {
  const [device, io, cpu] = [crowd('device'), crowd('io'), crowd('cpu')];
  const { registry } = kit({ device: device.definition, io: io.definition, cpu: cpu.definition });
  let together = 0;
  await run(flow({ d: 'device', i: 'io', c: 'cpu' }), registry, {}, () => {
    together = Math.max(together, device.seen.now + io.seen.now + cpu.seen.now);
  });
  expect(together).toBeGreaterThanOrEqual(2);
  expect(device.seen.log).toHaveLength(2);
});

test('the caller bounds how many run at once', async () => {
  const { seen, definition } = crowd('cpu');
  const { registry } = kit({ crowd: definition });
  await run(flow(labelled('crowd', 'abcdef')), registry, { concurrency: { cpu: 2 } });
  expect(seen.most).toBe(2);
});

test('a node starts as soon as its own inputs are there, not when the whole row before it is', async () => {
  const { registry } = kit();
  const workflow = flow({ slow: { type: 'wait', params: { ms: 50 } }, a: 'say', b: 'add', j: 'join' }, [
    'slow.texts > j.lists',
    'a.texts > b.texts',
    'b.texts > j.lists',
  ]);
  const ran = await run(workflow, registry);
  const order = ran.events.flatMap((event) => (event.type === 'nodeFinished' ? event.nodeId : []));
  expect(order).toEqual(['a', 'b', 'slow', 'j']);
});

test('cached nodes take no place among those that run', async () => {
  const { registry } = kit();
  const { createResultCache } = await import('../../server/engine/result-cache.ts');
  const cache = createResultCache({ maxBytes: 1e6 });
  await run(flow({ w: 'wait' }), registry, { cache });
  const ran = await run(flow({ w: 'wait', a: 'say' }), registry, { cache, concurrency: { cpu: 1 } });
  expect(ran.events.filter((event) => event.type === 'nodeStarted').map((event) => event.nodeId)).toEqual([
    'a',
  ]);
});

test('several runs side by side with one cache do not disturb each other', async () => {
  const { registry } = kit();
  const { createResultCache } = await import('../../server/engine/result-cache.ts');
  const cache = createResultCache({ maxBytes: 1e6 });
  const workflow = flow({ a: 'say', w: { type: 'wait', params: { ms: 5 } }, e: 'embed' }, [
    'a.texts > w.texts',
    'w.texts > e.texts',
  ]);
  const ran = await Promise.all([1, 2, 3].map(() => run(workflow, registry, { cache })));
  expect(ran.map((one) => one.status)).toEqual(['completed', 'completed', 'completed']);
});
