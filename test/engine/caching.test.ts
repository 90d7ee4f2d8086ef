import { expect, test } from 'vitest';
import { defineNode, type ImageItem, param, port } from '../../nodes/sdk/index.ts';
import { execute } from '../../server/engine/execute.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { flow, kit, lines, run, sleep, texts, world } from './kit.ts';

const cache = () => createResultCache({ maxBytes: 1e8 });

const line = (text = 'hello', letter = 'x') =>
  flow({ a: { type: 'say', params: { text } }, b: { type: 'add', params: { letter } }, c: 'add' }, [
    'a.texts > b.texts',
    'b.texts > c.texts',
  ]);

test('a resubmitted workflow runs nothing and gives the same outputs', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  await run(line(), registry, { cache: kept });
  runs.clear();
  const again = await run(line(), registry, { cache: kept });
  expect(runs.size).toBe(0);
  expect(again.status).toBe('completed');
  expect([...again.nodes.values()].map((node) => node.status)).toEqual(['cached', 'cached', 'cached']);
  expect(lines(again.results.get('c', 'texts'))).toEqual(['helloxx']);
  expect(again.events.filter((event) => event.type === 'nodeCached')).toHaveLength(3);
});

test('only what depends on a changed param runs again, and says why', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  await run(line(), registry, { cache: kept });
  runs.clear();
  const again = await run(line('hello', 'y'), registry, { cache: kept });
  expect([...runs.keys()]).toEqual(['b', 'c']);
  expect(again.nodes.get('a')?.cache).toMatchObject({ hit: true, reason: 'memory' });
  expect(again.nodes.get('b')?.cache).toMatchObject({ hit: false, reason: 'params' });
  expect(again.nodes.get('c')?.cache).toMatchObject({ hit: false, reason: 'inputs' });
});

test('siblings of a changed leaf stay cached', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  const fork = (letter: string) =>
    flow({ a: 'say', b: { type: 'add', params: { letter } }, c: { type: 'add', params: { letter: 'z' } } }, [
      'a.texts > b.texts',
      'a.texts > c.texts',
    ]);
  await run(fork('x'), registry, { cache: kept });
  runs.clear();
  await run(fork('y'), registry, { cache: kept });
  expect([...runs.keys()]).toEqual(['b']);
});

test('a param spelled out at its default is the same as one left out', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  await run(flow({ a: 'say' }), registry, { cache: kept });
  runs.clear();
  await run(flow({ a: { type: 'say', params: { times: 1, text: 'hello' } } }), registry, { cache: kept });
  expect(runs.size).toBe(0);
});

test('a node that was renamed, moved or given another id is still cached', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  await run(flow({ a: 'say' }), registry, { cache: kept });
  runs.clear();
  const moved = flow({ other: { type: 'say', title: 'Greeting', position: { x: 9, y: 9 } } });
  await run(moved, registry, { cache: kept });
  expect(runs.size).toBe(0);
});

test('two identical nodes run once', async () => {
  const { registry, runs } = kit();
  const twins = flow({ a: 'say', b: 'say', c: 'add', d: 'add' }, ['a.texts > c.texts', 'b.texts > d.texts']);
  const ran = await run(twins, registry);
  expect([...runs.values()].reduce((sum, count) => sum + count)).toBe(2);
  expect(ran.status).toBe('completed');
  expect(ran.nodes.get('d')?.cache).toMatchObject({ hit: true, reason: 'shared' });
  expect(lines(ran.results.get('c', 'texts'))).toEqual(['hellox']);
  expect(lines(ran.results.get('d', 'texts'))).toEqual(['hellox']);
});

test('a node that is asked for after its twin has ended gets the same, cache or no cache', async () => {
  for (const of of ['say', 'fail']) {
    const { registry, runs } = kit();
    // The disk delays `b`, so that it asks for `a` after its twin `c` has ended.
    let reads = 0;
    const read = () => sleep(reads++ === 1 ? 20 : 0).then(() => undefined);
    const services = { ...world().services, disk: { read, write: () => Promise.resolve() } };
    const workflow = flow({ a: of, b: 'add', c: of }, ['a.texts > b.texts']);
    const ran = await run(workflow, registry, { services, cache: createResultCache({ maxBytes: 0 }) });
    expect((runs.get('a') ?? 0) + (runs.get('c') ?? 0)).toBe(1);
    expect(ran.status).toBe(of === 'say' ? 'completed' : 'failed');
    expect(ran.status_('b')).toBe(of === 'say' ? 'done' : 'skipped');
  }
});

test('two identical nodes that fail both say so', async () => {
  const { registry, runs } = kit();
  const ran = await run(flow({ a: 'fail', b: 'fail', c: 'add' }, ['b.texts > c.texts']), registry);
  expect(runs.size).toBe(1);
  expect(ran.status_('a')).toBe('failed');
  expect(ran.nodes.get('b')?.error).toMatchObject({ nodeId: 'b', code: 'node.failed' });
  expect(ran.status_('c')).toBe('skipped');
});

const reader = (state: { now: string }) =>
  defineNode({
    title: 'Read',
    description: 'Depends on the outside.',
    inputs: {},
    params: { path: param.file({ help: 'A file.' }) },
    outputs: { texts: port.texts({ help: 'What is there.' }) },
    fingerprint: () => Promise.resolve(state.now),
    run: () => ({ texts: texts(state.now) }),
  });

test('a changed fingerprint of the outside world runs again, an equal one does not', async () => {
  const state = { now: 'one' };
  const { registry } = kit({ read: reader(state) });
  const kept = cache();
  const workflow = flow({ r: 'read', a: 'add' }, ['r.texts > a.texts']);
  await run(workflow, registry, { cache: kept });
  const same = await run(workflow, registry, { cache: kept });
  expect(same.status_('r')).toBe('cached');
  state.now = 'two';
  const changed = await run(workflow, registry, { cache: kept });
  expect(changed.nodes.get('r')?.cache).toMatchObject({ hit: false, reason: 'outside' });
  expect(lines(changed.results.get('a', 'texts'))).toEqual(['twox']);
});

test('a fingerprint that throws fails its node and no other', async () => {
  const broken = defineNode({
    title: 'Broken',
    description: 'Cannot look outside.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'Texts.' }) },
    fingerprint: () => Promise.reject(new Error('no such drive')),
    run: () => ({ texts: texts() }),
  });
  const { registry } = kit({ broken });
  const ran = await run(flow({ a: 'say', b: 'broken' }), registry);
  expect(ran.status).toBe('partial');
  expect(ran.nodes.get('b')?.error?.message).toBe('*Broken* failed: no such drive.');
  expect(ran.problems).toHaveLength(1);
});

test('a node that is never cached runs every time, and so does all that follows it', async () => {
  let dice = 0;
  const roll = defineNode({
    title: 'Roll',
    description: 'Not deterministic.',
    cache: 'never',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'A number.' }) },
    run: () => ({ texts: texts(String(++dice)) }),
  });
  const { registry } = kit({ roll });
  const kept = cache();
  const workflow = flow({ a: 'roll', b: 'add' }, ['a.texts > b.texts']);
  await run(workflow, registry, { cache: kept });
  const again = await run(workflow, registry, { cache: kept });
  expect(again.nodes.get('a')?.cache).toMatchObject({ hit: false, reason: 'never' });
  expect(lines(again.results.get('b', 'texts'))).toEqual(['2x']);
});

test('what always runs gets its inputs from the cache', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  const workflow = flow({ a: 'say', s: 'save' }, ['a.texts > s.texts']);
  await run(workflow, registry, { cache: kept });
  runs.clear();
  const again = await run(workflow, registry, { cache: kept });
  expect([...runs.keys()]).toEqual(['s']);
  expect(again.results.get('s', 'view')).toMatchObject({ kind: 'view', files: 1 });
});

test('the cache survives a restart', async () => {
  const { registry, runs } = kit();
  const first = world({ disk: true });
  const workflow = flow({ a: 'say', b: 'add', e: 'embed', s: 'save' }, [
    'a.texts > b.texts',
    'b.texts > s.texts',
    'a.texts > e.texts',
  ]);
  await run(workflow, registry, { services: first.services, cache: cache() });
  runs.clear();
  // A new process has an empty memory and only the files on disk.
  const second = world({ files: first.files, disk: true });
  const again = await run(workflow, registry, { services: second.services, cache: cache() });
  expect([...runs.keys()]).toEqual(['s']);
  expect(again.nodes.get('b')?.cache).toMatchObject({ hit: true, reason: 'disk' });
  expect(again.nodes.get('a')?.cache).toMatchObject({ hit: true, reason: 'unneeded' });
  expect(again.results.get('e', 'embeddings')).toMatchObject({ kind: 'embeddings', space: { encoder: 'a' } });
});

test('a run is told of before its results are on disk, and says when they are', async () => {
  const { registry } = kit();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const files: string[] = [];
  const disk = {
    read: () => Promise.resolve(undefined),
    write: async (key: string) => {
      await gate;
      files.push(key);
    },
  };
  const outcome = await execute(
    {
      workflow: flow({ a: 'say' }),
      registry,
      services: { ...world().services, disk },
      cache: cache(),
      signal: new AbortController().signal,
    },
    () => {},
  );
  expect(outcome.status).toBe('completed');
  expect(files).toEqual([]);
  open();
  await outcome.kept;
  expect(files).toHaveLength(1);
});

test('a kept result that is damaged on disk is computed anew', async () => {
  const { registry, runs } = kit();
  const first = world({ disk: true });
  await run(flow({ a: 'say' }), registry, { services: first.services });
  for (const [key, bytes] of first.files) first.files.set(key, bytes.subarray(0, bytes.length - 5));
  runs.clear();
  const second = world({ files: first.files, disk: true });
  const again = await run(flow({ a: 'say' }), registry, { services: second.services });
  expect(again.status_('a')).toBe('done');
  expect(runs.get('a')).toBe(1);
});

test('a disk that fails costs nothing but the cache', async () => {
  const { registry } = kit();
  const { services } = world();
  const broken = () => Promise.reject(new Error('no space left'));
  const ran = await run(flow({ a: 'say' }), registry, {
    services: { ...services, disk: { read: broken, write: broken } },
  });
  expect(ran.status).toBe('completed');
});

test('a run without the cache computes everything anew and says so', async () => {
  const { registry, runs } = kit();
  const kept = cache();
  await run(line(), registry, { cache: kept });
  const again = await run(line(), registry, { cache: kept, useCache: false });
  expect(runs.get('a')).toBe(2);
  expect(again.nodes.get('a')?.cache).toMatchObject({ hit: false, reason: 'off' });
});

test('nodes of another device run again only where the device matters', async () => {
  const { registry } = kit();
  const kept = cache();
  const workflow = flow({ a: 'say', e: 'embed' }, ['a.texts > e.texts']);
  await run(workflow, registry, { cache: kept, services: world({ deviceKey: 'cpu' }).services });
  const again = await run(workflow, registry, {
    cache: kept,
    services: world({ deviceKey: 'cuda' }).services,
  });
  expect(again.status_('a')).toBe('cached');
  expect(again.nodes.get('e')?.cache).toMatchObject({ hit: false, reason: 'device' });
});

test('a definition of a new version runs again', async () => {
  const versioned = (version: number) =>
    defineNode({
      title: 'V',
      description: 'V.',
      version,
      inputs: {},
      params: {},
      outputs: { texts: port.texts({ help: 'T.' }) },
      run: () => ({ texts: texts(String(version)) }),
    });
  const kept = cache();
  await run(flow({ v: 'v' }), kit({ v: versioned(1) }).registry, { cache: kept });
  const again = await run(flow({ v: 'v' }), kit({ v: versioned(2) }).registry, { cache: kept });
  expect(again.nodes.get('v')?.cache).toMatchObject({ hit: false, reason: 'version' });
});

test('a dropped result is computed again, and says that it was dropped', async () => {
  const { registry, runs } = kit();
  const kept = createResultCache({ maxBytes: 0 });
  await run(flow({ a: 'say' }), registry, { cache: kept });
  const again = await run(flow({ a: 'say' }), registry, { cache: kept });
  expect(runs.get('a')).toBe(2);
  expect(again.nodes.get('a')?.cache?.reason).toBe('evicted');
});

test('a cached result lists its left-out items again', async () => {
  const picky = defineNode({
    title: 'Picky',
    description: 'Leaves one out.',
    inputs: {},
    params: {},
    outputs: { images: port.images({ help: 'I.' }) },
    run: () => ({
      images: { kind: 'images', items: [], skipped: [{ name: 'a.jpg', reason: 'It is empty.' }] },
    }),
  });
  const { registry } = kit({ picky });
  const kept = cache();
  await run(flow({ p: 'picky' }), registry, { cache: kept });
  const again = await run(flow({ p: 'picky' }), registry, { cache: kept });
  expect(again.status).toBe('completed');
  expect(again.nodes.get('p')).toMatchObject({
    status: 'cached',
    skipped: [{ name: 'a.jpg', reason: 'It is empty.' }],
  });
});

/** A node that loses `lost` of three pictures, and one whose value does not tell what was left out. */
function losing(lost: { count: number; passing: boolean }) {
  const load = defineNode({
    title: 'Load',
    description: 'Loads.',
    inputs: {},
    params: {},
    outputs: { images: port.images({ help: 'I.' }) },
    run: ({ ctx }) => {
      ctx.warn('The folder is nearly empty.');
      return { images: { kind: 'images', items: ['a', 'b', 'c'].map(picture), skipped: [] } };
    },
  });
  const look = defineNode({
    title: 'Look',
    description: 'Reads pictures.',
    inputs: { images: port.images({ help: 'I.' }) },
    params: {},
    outputs: { images: port.images({ help: 'I.' }) },
    run: ({ inputs }) => ({
      images: {
        kind: 'images',
        items: inputs.images.items.slice(lost.count),
        skipped: inputs.images.items
          .slice(0, lost.count)
          .map(({ name, path }) => ({ name, path, reason: 'No.', ...(lost.passing && { passing: true }) })),
      },
    }),
  });
  const count = defineNode({
    title: 'Count',
    description: 'Counts.',
    inputs: { images: port.images({ help: 'I.' }) },
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: ({ inputs }) => ({ texts: texts(String(inputs.images.items.length)) }),
  });
  return kit({ load, look, count }).registry;
}
const picture = (name: string): ImageItem => ({
  kind: 'image',
  name,
  path: name,
  source: { kind: 'asset', hash: name, size: 1 },
});
const counting = flow({ a: 'load', b: 'look', c: 'count' }, ['a.images > b.images', 'b.images > c.images']);

test('a picture lost for a passing reason makes the run partial, with the count, and nothing of it is kept', async () => {
  const lost = { count: 2, passing: true };
  const registry = losing(lost);
  const services = world().services;
  const kept = cache();
  const first = await run(counting, registry, { cache: kept, services });
  expect(first.status).toBe('partial');
  expect(first.problems).toMatchObject([
    { code: 'run.pictures-lost', nodeId: 'b', args: { count: 2, total: 3, path: 'a' } },
  ]);
  expect(lines(first.results.get('c', 'texts'))).toEqual(['1']);
  lost.count = 0;
  const second = await run(counting, registry, { cache: kept, services });
  expect(['a', 'b', 'c'].map(second.status_)).toEqual(['cached', 'done', 'done']);
  expect(lines(second.results.get('c', 'texts'))).toEqual(['3']);
  expect(second.status).toBe('completed');
  const third = await run(counting, registry, { cache: kept, services });
  expect(third.status_('c')).toBe('cached');
});

test('a node that finds its pictures itself counts the lost ones among all that it found', async () => {
  const { registry } = kit({
    find: defineNode({
      title: 'Find',
      description: 'Finds three pictures and loses one.',
      inputs: {},
      params: {},
      outputs: { images: port.images({ help: 'I.' }) },
      run: () => ({
        images: {
          kind: 'images',
          items: [picture('a'), picture('b')],
          skipped: [{ name: 'c', path: 'c', reason: 'Gone.', passing: true }],
        },
      }),
    }),
  });
  const { problems } = await run(flow({ a: 'find' }, []), registry, {
    cache: cache(),
    services: world().services,
  });
  expect(problems).toMatchObject([{ code: 'run.pictures-lost', args: { count: 1, total: 3, path: 'c' } }]);
});

test.each(['memory', 'disk'])(
  'what nodes left out and warned about is told again by a run from %s that does not look at them',
  async (from) => {
    const registry = losing({ count: 1, passing: false });
    const { services } = world({ disk: true });
    const memory = cache();
    const told = (ran: Awaited<ReturnType<typeof run>>) => ({
      status: ran.status,
      skipped: [...ran.nodes].flatMap(([id, { skipped = [] }]) => skipped.map(({ name }) => [id, name])),
      warnings: ran.events.flatMap((event) =>
        event.type === 'nodeWarned' ? [[event.nodeId, event.message]] : [],
      ),
    });
    const first = await run(counting, registry, { cache: memory, services });
    await first.kept;
    expect(told(first)).toEqual({
      status: 'completed',
      skipped: [['b', 'a']],
      warnings: [['a', 'The folder is nearly empty.']],
    });
    const again = await run(counting, registry, { cache: from === 'memory' ? memory : cache(), services });
    expect(again.nodes.get('c')?.cache?.reason).toBe(from);
    expect(again.status_('b')).toBe('cached');
    expect(told(again)).toEqual(told(first));
  },
);
