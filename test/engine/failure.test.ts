import { expect, test } from 'vitest';
import { defineNode, nodeTitle, PatchbayError, port } from '../../nodes/sdk/index.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { flow, kit, lines, run, sleep, texts } from './kit.ts';

const forked = () =>
  flow({ a: 'say', f: 'fail', g: 'add', b: 'add' }, [
    'a.texts > f.texts',
    'f.texts > g.texts',
    'a.texts > b.texts',
  ]);

test('a run ends partial when one branch fails, and the others finish', async () => {
  const { registry } = kit();
  const ran = await run(forked(), registry);
  expect(ran.status).toBe('partial');
  expect(ran.status_('b')).toBe('done');
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hellox']);
  expect(ran.results.get('g', 'texts')).toBeUndefined();
});

test('a failure names its node and its cause, and keeps the cause for the log', async () => {
  const { registry } = kit();
  const ran = await run(forked(), registry);
  const failed = ran.nodes.get('f');
  expect(failed?.error).toEqual({
    code: 'node.failed',
    args: { node: nodeTitle('test/fail', 'Fail'), reason: 'the disk is on fire.' },
    nodeId: 'f',
    message: '*Fail* failed: the disk is on fire.',
  });
  expect(failed?.cause).toBeInstanceOf(Error);
  expect(ran.problems).toEqual([failed?.error]);
  expect(JSON.stringify(ran.events)).not.toMatch(/\.test\.ts|kit\.ts|at /);
});

test('dependents of a failed node are skipped, and say because of whom', async () => {
  const { registry, runs } = kit();
  const ran = await run(forked(), registry);
  expect(runs.has('g')).toBe(false);
  expect(ran.status_('g')).toBe('skipped');
  expect(ran.events.find((event) => event.type === 'nodeSkipped')).toMatchObject({
    nodeId: 'g',
    because: 'f',
    message: 'Not run, because *Fail* failed.',
  });
});

test('a run without any result is failed', async () => {
  const { registry } = kit();
  const ran = await run(flow({ f: 'fail', g: 'add' }, ['f.texts > g.texts']), registry);
  expect(ran.status).toBe('failed');
});

test('the next run works', async () => {
  let broken = true;
  const moody = defineNode({
    title: 'Moody',
    description: 'Fails once.',
    inputs: { texts: port.texts({ help: 'T.' }) },
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: ({ inputs }) => {
      if (broken) throw new Error('not today');
      return { texts: inputs.texts };
    },
  });
  const { registry, runs } = kit({ moody });
  const cache = createResultCache({ maxBytes: 1e8 });
  const workflow = flow({ a: 'say', m: 'moody' }, ['a.texts > m.texts']);
  expect((await run(workflow, registry, { cache })).status).toBe('failed');
  broken = false;
  const next = await run(workflow, registry, { cache });
  expect(next.status).toBe('completed');
  expect(runs.get('a')).toBe(1);
  expect(next.nodes.get('m')?.cache).toMatchObject({ hit: false, reason: 'new' });
});

test('an error while a sibling runs lets the sibling finish', async () => {
  const { registry } = kit();
  const ran = await run(flow({ w: 'wait', f: 'fail' }), registry);
  expect(ran.status).toBe('partial');
  expect(ran.status_('w')).toBe('done');
});

test('an error of Patchbay keeps its code and place', async () => {
  const refuses = defineNode({
    title: 'Refuses',
    description: 'R.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: () => {
      throw new PatchbayError({
        code: 'image.unreadable',
        message: 'It is cut short.',
        param: 'path',
        got: '3 bytes',
      });
    },
  });
  const ran = await run(flow({ r: 'refuses' }), kit({ refuses }).registry);
  expect(ran.nodes.get('r')?.error).toEqual({
    code: 'image.unreadable',
    message: 'It is cut short.',
    nodeId: 'r',
    param: 'path',
    got: '3 bytes',
  });
});

test.each([
  ['nothing', undefined, '*Throws* failed: undefined.'],
  ['a text', 'out of luck', '*Throws* failed: out of luck.'],
  ['an error with a stack in its message', new Error('bad\n    at x.ts:1'), '*Throws* failed: bad.'],
  ['an error without a message', new RangeError(''), '*Throws* failed: RangeError.'],
  ['what cannot be made a text', Object.create(null), '*Throws* failed and gave no reason.'],
])('throwing %s still ends in a sentence', async (_, thrown, message) => {
  const throws = defineNode({
    title: 'Throws',
    description: 'T.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: () => {
      throw thrown;
    },
  });
  const ran = await run(flow({ t: 'throws' }), kit({ throws }).registry);
  expect(ran.nodes.get('t')?.error?.message).toBe(message);
});

test('a node that gives nothing, or the wrong thing, is at fault itself', async () => {
  const gives = (value: unknown) =>
    defineNode({
      title: 'Gives',
      description: 'G.',
      inputs: {},
      params: {},
      outputs: { texts: port.texts({ help: 'T.' }) },
      run: () => value as never,
    });
  const errorOf = async (value: unknown) =>
    (await run(flow({ g: 'gives' }), kit({ gives: gives(value) }).registry)).nodes.get('g')?.error;
  expect(await errorOf(undefined)).toMatchObject({ code: 'output.missing', port: 'texts', nodeId: 'g' });
  expect(await errorOf({})).toMatchObject({ code: 'output.missing' });
  expect(await errorOf({ texts: 'hello' })).toMatchObject({ code: 'output.wrong-kind', got: 'a string' });
  expect(await errorOf({ texts: { kind: 'images', items: [] } })).toMatchObject({
    code: 'output.wrong-kind',
    expected: 'texts',
    got: 'images',
  });
});

test('a wire that brings the wrong kind at run time fails the node that gets it, in a sentence', async () => {
  const either = defineNode({
    title: 'Either',
    description: 'Nobody knows before.',
    inputs: {},
    params: {},
    outputs: { value: port.oneOf(['texts', 'labels'])({ help: 'V.' }) },
    run: () => ({ value: { kind: 'labels', items: [], labels: [] } }),
  });
  const { registry } = kit({ either });
  const ran = await run(flow({ e: 'either', a: 'add' }, ['e.value > a.texts']), registry);
  expect(ran.nodes.get('a')?.error).toMatchObject({
    code: 'input.wrong-kind',
    port: 'texts',
    message: '*Add* takes texts at *Texts*, and got categories. Connect something that gives texts.',
  });
});

test('items left out do not make a run partial, and are listed once where they were left out', async () => {
  const left = { name: 'b.jpg', path: 'x/b.jpg', reason: 'It is cut short.' };
  const pick = defineNode({
    title: 'Pick',
    description: 'Leaves one out.',
    inputs: {},
    params: {},
    outputs: { images: port.images({ help: 'I.' }) },
    run: () => ({ images: { kind: 'images', items: [], skipped: [left, left] } }),
  });
  const pass = defineNode({
    title: 'Pass',
    description: 'Hands on, and leaves out another.',
    inputs: { images: port.images({ help: 'I.' }) },
    params: {},
    outputs: { images: port.images({ help: 'I.' }) },
    run: ({ inputs }) => ({
      images: {
        ...inputs.images,
        skipped: [...inputs.images.skipped, { name: 'c.jpg', reason: 'It is empty.' }],
      },
    }),
  });
  const ran = await run(
    flow({ p: 'pick', q: 'pass' }, ['p.images > q.images']),
    kit({ pick, pass }).registry,
  );
  expect(ran.status).toBe('completed');
  expect(ran.nodes.get('p')?.skipped).toEqual([left]);
  expect(ran.nodes.get('q')?.skipped).toEqual([{ name: 'c.jpg', reason: 'It is empty.' }]);
  expect(ran.events.find((event) => event.type === 'nodeFinished')).toMatchObject({ skipped: [left] });
});

test('a listener that throws does not break the run', async () => {
  const { registry } = kit();
  const ran = await run(forked(), registry, {}, () => {
    throw new Error('nobody listens');
  });
  expect(ran.status).toBe('partial');
});

test('a world that cannot lend a context fails the node, not the process', async () => {
  const { registry } = kit();
  const { services } = (await import('./kit.ts')).world();
  const lease = () => {
    throw new Error('the device is gone');
  };
  const ran = await run(flow({ a: 'say' }), registry, { services: { ...services, lease } });
  expect(ran.nodes.get('a')?.error?.message).toBe('*Say* failed: the device is gone.');
});

test('0, 1 and many items go through, in their order; an empty list is an answer', async () => {
  const { registry } = kit();
  const times = (count: number) =>
    flow(
      {
        a: { type: 'say', params: { times: count } },
        b: 'add',
        j: 'join',
        z: { type: 'say', params: { text: 'z' } },
      },
      ['a.texts > b.texts', 'z.texts > j.lists', 'b.texts > j.lists', 'a.texts > j.lists'],
    );
  for (const count of [0, 1, 3]) {
    const ran = await run(times(count), registry);
    expect(ran.status).toBe('completed');
    expect(lines(ran.results.get('j', 'texts'))).toEqual([
      'z',
      ...Array(count).fill('hellox'),
      ...Array(count).fill('hello'),
    ]);
  }
});

test('an unconnected optional input is undefined, an unconnected list is empty', async () => {
  let seen: unknown;
  const look = defineNode({
    title: 'Look',
    description: 'L.',
    inputs: {
      one: port.texts({ help: 'O.', required: false }),
      many: port.texts({ help: 'M.', required: false, many: true }),
    },
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: ({ inputs }) => {
      seen = inputs;
      return { texts: texts() };
    },
  });
  await run(flow({ l: 'look' }), kit({ look }).registry);
  expect(seen).toEqual({ one: undefined, many: [] });
});

test('a node whose dependents are skipped just as it ends keeps its result', async () => {
  /** Ends a few ticks after the other node. For one number of ticks, this is between the result and the end of that node. */
  const after = (gate: Promise<void>, ticks: number, then: () => void) =>
    defineNode({
      title: 'After',
      description: 'A.',
      inputs: {},
      params: {},
      outputs: { texts: port.texts({ help: 'T.' }) },
      run: async () => {
        await gate;
        for (let i = 0; i < ticks; i++) await null;
        then();
        return { texts: texts('made it') };
      },
    });
  const burn = () => {
    throw new Error('burnt');
  };
  for (let ticks = 0; ticks < 64; ticks++) {
    const gate = sleep(1);
    const good = after(gate, ticks % 8, () => {});
    const { registry } = kit({ good, bad: after(gate, Math.floor(ticks / 8), burn) });
    const cache = createResultCache({ maxBytes: 1e6 });
    const workflow = flow({ g: 'good', b: 'bad', j: 'join' }, ['g.texts > j.lists', 'b.texts > j.lists']);
    const ran = await run(workflow, registry, { cache });
    expect(ran.status).toBe('failed');
    expect([...ran.nodes.values()].map((node) => node.status)).toEqual(
      expect.arrayContaining(['done', 'failed', 'skipped']),
    );
    expect(lines(ran.results.get('g', 'texts'))).toEqual(['made it']);
  }
});
