import { expect, test } from 'vitest';
import { validate } from '../../server/engine/validate.ts';
import { flow, kit, lines, noModels, run } from './kit.ts';

const fork = (use: string, rest = {}) =>
  flow(
    {
      a: 'say',
      b: { type: 'say', params: { text: 'bye' } },
      c: { type: 'add', ...rest },
      s: { type: 'switch', params: { use } },
    },
    ['a.texts > s.a', 'b.texts > c.texts', 'c.texts > s.b'],
  );

test('an untaken branch of a switch never runs', async () => {
  const { registry, runs } = kit();
  const ran = await run(fork('a'), registry);
  expect([...runs.keys()].sort()).toEqual(['a', 's']);
  expect(ran.nodes.has('c')).toBe(false);
  expect(ran.status).toBe('completed');
});

test('the other branch runs when the switch is turned', async () => {
  const { registry, runs } = kit();
  const ran = await run(fork('b'), registry);
  expect([...runs.keys()].sort()).toEqual(['b', 'c', 's']);
  expect(lines(ran.results.get('s', 'value'))).toEqual(['byex']);
});

test('a branch that something else needs runs although the switch leaves it', async () => {
  const { registry, runs } = kit();
  const workflow = fork('a');
  await run(workflow, registry, { targets: ['s', 'c'] });
  expect([...runs.keys()].sort()).toEqual(['a', 'b', 'c', 's']);
});

test('a bypassed node hands through what fits', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: { type: 'add', mode: 'bypass' }, c: 'add' }, [
    'a.texts > b.texts',
    'b.texts > c.texts',
  ]);
  const ran = await run(workflow, registry);
  expect([...runs.keys()]).toEqual(['a', 'c']);
  expect(lines(ran.results.get('c', 'texts'))).toEqual(['hellox']);
  // A request for the bypassed node returns what it passes on.
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hello']);
});

test('what a bypassed node hands through is known before a run', () => {
  const { registry } = kit();
  const workflow = flow({ e: 'embed', r: { type: 'reroute', mode: 'bypass' } }, ['e.embeddings > r.value']);
  const { info } = validate(workflow, registry, { models: noModels });
  expect(info.get('r')?.value).toMatchObject({ type: 'embeddings', count: 2, dims: 2 });
});

test('a whole chain of bypassed nodes hands through', async () => {
  const { registry } = kit();
  const workflow = flow(
    { a: 'say', b: { type: 'add', mode: 'bypass' }, c: { type: 'reroute', mode: 'bypass' }, d: 'add' },
    ['a.texts > b.texts', 'b.texts > c.value', 'c.value > d.texts'],
  );
  const ran = await run(workflow, registry);
  expect(lines(ran.results.get('d', 'texts'))).toEqual(['hellox']);
});

test('a bypassed node at the end makes the node before it a result', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: { type: 'add', mode: 'bypass' } }, ['a.texts > b.texts']);
  const ran = await run(workflow, registry);
  expect(lines(ran.results.get('a', 'texts'))).toEqual(['hello']);
});

test('a run to a bypassed node runs to what it hands through', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: { type: 'add', mode: 'bypass' }, c: 'add' }, [
    'a.texts > b.texts',
    'b.texts > c.texts',
  ]);
  const ran = await run(workflow, registry, { targets: ['b'] });
  expect([...runs.keys()]).toEqual(['a']);
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hello']);
});

test('a bypassed node with nothing that fits leaves its dependents without input, in a sentence', () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', e: { type: 'embed', mode: 'bypass' }, r: 'reroute' }, [
    'a.texts > e.texts',
    'e.embeddings > r.value',
  ]);
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems).toMatchObject([{ code: 'input.bypassed', nodeId: 'r', port: 'value' }]);
  expect(problems[0]?.message).toContain('*Embed* before it is bypassed');
});

test('a bypass that hands through the wrong type is refused where it arrives', () => {
  const { registry } = kit();
  const workflow = flow({ e: 'embed', r: { type: 'reroute', mode: 'bypass' }, a: 'add' }, [
    'e.embeddings > r.value',
    'r.value > a.texts',
  ]);
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems).toMatchObject([{ code: 'edge.type-mismatch', nodeId: 'a', got: 'embeddings' }]);
});

test('a bypassed node needs neither valid params nor all its inputs', () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: { type: 'add', mode: 'bypass', params: { letter: 5, nope: 1 } } });
  expect(validate(workflow, registry, { models: noModels }).problems).toEqual([]);
});

test('a muted node is dropped with all that need it', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: { type: 'add', mode: 'mute' }, c: 'add', d: 'add' }, [
    'a.texts > b.texts',
    'b.texts > c.texts',
    'a.texts > d.texts',
  ]);
  const ran = await run(workflow, registry);
  expect([...runs.keys()].sort()).toEqual(['a', 'd']);
  expect(ran.status).toBe('completed');
  expect(ran.nodes.has('c')).toBe(false);
});

test('a muted node is dropped wherever it stands in the file', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ d: 'add', c: 'add', b: { type: 'add', mode: 'mute' }, a: 'say' }, [
    'a.texts > b.texts',
    'b.texts > c.texts',
    'c.texts > d.texts',
  ]);
  const ran = await run(workflow, registry);
  expect([...runs.keys()]).toEqual(['a']);
  expect(ran.status).toBe('completed');
});

test('a node that can do without a muted one runs without it', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: { type: 'say', mode: 'mute' }, j: 'join', w: 'wait' }, [
    'a.texts > j.lists',
    'b.texts > j.lists',
    'b.texts > w.texts',
  ]);
  const ran = await run(workflow, registry);
  expect(lines(ran.results.get('j', 'texts'))).toEqual(['hello']);
  expect(ran.status_('w')).toBe('done');
});

test('a run to a muted node, or to one that needs it, is refused in a sentence', async () => {
  const { registry } = kit();
  const workflow = flow({ a: { type: 'say', mode: 'mute' }, b: 'add', c: 'say' }, ['a.texts > b.texts']);
  await expect(run(workflow, registry, { targets: ['a', 'b'] })).rejects.toMatchObject({
    problems: [
      {
        code: 'target.muted',
        nodeId: 'a',
        message: '*Say* cannot run: it is muted. Unmute it, or run to another node.',
      },
      {
        code: 'target.needs-muted',
        nodeId: 'b',
        message: expect.stringContaining('needs a node that is muted'),
      },
    ],
  });
});
