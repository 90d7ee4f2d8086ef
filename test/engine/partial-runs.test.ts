import { expect, test } from 'vitest';
import { defineNode, port } from '../../nodes/sdk/index.ts';
import { validate } from '../../server/engine/validate.ts';
import { flow, kit, lines, noModels, run } from './kit.ts';

const three = () =>
  flow(
    {
      a: 'say',
      b: 'add',
      c: { type: 'add', params: { letter: 'c' } },
      d: { type: 'add', params: { letter: 'd' } },
    },
    ['a.texts > b.texts', 'b.texts > c.texts', 'a.texts > d.texts'],
  );

test('a run to one node runs its ancestors and nothing else', async () => {
  const { registry, runs } = kit();
  const ran = await run(three(), registry, { targets: ['b'] });
  expect([...runs.keys()].sort()).toEqual(['a', 'b']);
  expect(ran.status).toBe('completed');
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hellox']);
  expect(ran.nodes.has('c')).toBe(false);
});

test('a run to two of three outputs leaves the third alone', async () => {
  const { registry, runs } = kit();
  await run(three(), registry, { targets: ['b', 'd'] });
  expect([...runs.keys()].sort()).toEqual(['a', 'b', 'd']);
});

test('an empty list of targets is an error', async () => {
  const { registry } = kit();
  await expect(run(three(), registry, { targets: [] })).rejects.toMatchObject({
    code: 'workflow.invalid',
    problems: [{ code: 'target.empty' }],
  });
});

test('an unknown target is named, with the id that was meant', async () => {
  const { registry } = kit();
  const workflow = flow({ encode: 'say' });
  await expect(run(workflow, registry, { targets: ['encod'] })).rejects.toMatchObject({
    problems: [
      { code: 'target.unknown', nodeId: 'encod', message: expect.stringContaining('Did you mean "encode"') },
    ],
  });
});

test('a problem elsewhere does not stop a run to a node that is in order', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: 'add' });
  const ran = await run(workflow, registry, { targets: ['a'] });
  expect(ran.status).toBe('completed');
});

test('a partly valid workflow is refused with all its problems', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: 'add', c: 'nothing/known' });
  await expect(run(workflow, registry)).rejects.toMatchObject({
    code: 'workflow.invalid',
    problems: [
      { code: 'node.unknown-type', nodeId: 'c' },
      { code: 'input.missing', nodeId: 'b', port: 'texts' },
    ],
  });
  expect(runs.size).toBe(0);
});

test('what can run of a partly valid workflow runs when the caller asks for it', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: 'add', c: 'add', d: 'add' }, [
    'b.texts > c.texts',
    'a.texts > d.texts',
  ]);
  const ran = await run(workflow, registry, { partial: true });
  expect(ran.status).toBe('partial');
  expect([...runs.keys()].sort()).toEqual(['a', 'd']);
  expect(ran.nodes.get('b')).toMatchObject({
    status: 'skipped',
    error: { code: 'node.connect-first', nodeId: 'b', message: 'Not run: connect *Texts* first.' },
  });
  expect(ran.nodes.get('c')).toMatchObject({
    status: 'skipped',
    error: { code: 'node.waits', nodeId: 'b', message: 'Waits for *Add*.' },
  });
  expect(ran.status_('d')).toBe('done');
  expect(ran.problems).toMatchObject([{ code: 'input.missing' }]);
});

const wrongText = { type: 'say', params: { text: 5 as unknown as string } };

test('what leads to a node that cannot run is computed as far as it goes, and kept', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ a: 'say', b: 'add', c: wrongText, j: 'join', s: 'save' }, [
    'a.texts > b.texts',
    'b.texts > j.lists',
    'c.texts > j.lists',
    'j.texts > s.texts',
  ]);
  const ran = await run(workflow, registry, { partial: true });
  expect([...runs.keys()]).toEqual(['a', 'b']);
  expect(ran.status).toBe('partial');
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hellox']);
  expect(['c', 'j', 's'].map((id) => ran.status_(id))).toEqual(['skipped', 'skipped', 'skipped']);
  // The whole chain names the node where the problem is.
  const skips = ran.events.flatMap((event) => (event.type === 'nodeSkipped' ? [event] : []));
  expect(skips.map(({ nodeId, because, code }) => [nodeId, because, code])).toEqual([
    ['c', 'c', 'node.not-run'],
    ['j', 'c', 'node.waits'],
    ['s', 'c', 'node.waits'],
  ]);
});

test('a failed node is named by everything that needs it, however far away', async () => {
  const { registry } = kit();
  const workflow = flow({ f: 'fail', b: 'add', c: 'add', a: 'say' }, [
    'f.texts > b.texts',
    'b.texts > c.texts',
  ]);
  const ran = await run(workflow, registry, { partial: true });
  expect(ran.status).toBe('partial');
  expect(ran.nodes.get('f')).toMatchObject({ status: 'failed', error: { code: 'node.failed' } });
  for (const id of ['b', 'c'])
    expect(ran.nodes.get(id)).toMatchObject({
      status: 'skipped',
      error: { code: 'node.skipped', nodeId: 'f', message: 'Not run, because *Fail* failed.' },
    });
});

test('a node that shows nothing and leads nowhere is not missed', async () => {
  const { registry } = kit();
  const shown = { a: 'say', s: 'save', stray: 'add' };
  const ran = await run(flow(shown, ['a.texts > s.texts']), registry, { partial: true });
  expect(ran.status).toBe('completed');
  expect(ran.problems).toEqual([]);
  expect(ran.nodes.get('stray')).toMatchObject({ status: 'skipped', error: { code: 'node.connect-first' } });
});

test('a node is missed if something depends on it, it shows something, or it was asked for', async () => {
  const { registry } = kit();
  const partly = async (
    nodes: Parameters<typeof flow>[0],
    edges: string[],
    more: object = {},
    to?: string[],
  ) => {
    const ran = await run(flow(nodes, edges, more), registry, { partial: true, targets: to });
    expect(ran.status).toBe('partial');
    expect(ran.problems.map(({ code }) => code)).toEqual(['input.missing']);
  };
  await partly({ a: 'say', stray: 'add', after: 'add' }, ['stray.texts > after.texts']);
  await partly({ a: 'say', stray: 'save' }, []);
  await partly({ a: 'say', stray: 'add' }, [], { outputs: [{ name: 'out', node: 'stray', port: 'texts' }] });
  await partly({ a: 'say', stray: 'add' }, [], {}, ['a', 'stray']);
});

test('if nothing can run, the run is refused, and the first thing to do comes first', async () => {
  const { registry, runs } = kit();
  const workflow = flow({ last: 'join', middle: 'add', first: 'add' }, [
    'middle.texts > last.lists',
    'first.texts > middle.texts',
  ]);
  const wrong = {
    ...workflow,
    nodes: workflow.nodes.map((n) => (n.id === 'middle' ? { ...n, params: { letter: 5 } } : n)),
  };
  await expect(run(wrong, registry, { partial: true })).rejects.toMatchObject({
    code: 'workflow.invalid',
    problems: [
      { code: 'input.missing', nodeId: 'first' },
      { code: 'param.wrong-type', nodeId: 'middle' },
    ],
  });
  expect(runs.size).toBe(0);
});

test('nothing is computed only for nodes that fail, unless the caller asks for what can run', async () => {
  const outside = {
    a: 'say',
    b: 'add',
    j: 'join',
    f: 'outside',
    other: { type: 'say', params: { text: 'other' } },
  };
  const wires = ['a.texts > b.texts', 'b.texts > j.lists', 'f.texts > j.lists'];
  const lost = defineNode({
    title: 'Outside',
    description: 'Its file is not there.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'Never.' }) },
    fingerprint: () => Promise.reject(new Error('not there')),
    run: () => ({ texts: { kind: 'texts', items: [] } }),
  });
  for (const partial of [false, true]) {
    const { registry, runs } = kit({ outside: lost });
    const ran = await run(flow(outside, wires), registry, { partial });
    expect(ran.status).toBe('partial');
    expect([...runs.keys()].sort()).toEqual(partial ? ['a', 'b', 'other'] : ['other']);
    expect(ran.status_('f')).toBe('failed');
  }
});

test('a cycle does not keep the rest from running when the caller asks for what can run', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: 'add', c: 'add', d: 'add', e: 'add' }, [
    'a.texts > b.texts',
    'c.texts > d.texts',
    'd.texts > c.texts',
    'd.texts > e.texts',
  ]);
  const ran = await run(workflow, registry, { partial: true });
  expect(ran.status).toBe('partial');
  expect(ran.status_('b')).toBe('done');
  expect(ran.status_('e')).toBe('skipped');
});

test('behind a cycle nothing runs, whatever the file says first and whatever is bypassed or lacks a muted node', async () => {
  const { registry, runs } = kit();
  // Consumers come first in the file. Behind a cycle there is no order to find what bypassed nodes pass on.
  const workflow = flow(
    {
      last: 'add',
      bypassed: { type: 'add', mode: 'bypass' },
      late: 'join',
      lacking: { type: 'switch', params: { use: 'b' } },
      muted: { type: 'say', mode: 'mute' },
      c: 'add',
      d: 'add',
      apart: 'say',
    },
    [
      'c.texts > d.texts',
      'd.texts > c.texts',
      'd.texts > bypassed.texts',
      'bypassed.texts > last.texts',
      'd.texts > lacking.a',
      'muted.texts > lacking.b',
      'lacking.value > late.lists',
    ],
  );
  const { problems } = validate(workflow, registry, { models: noModels });
  expect(problems.map((problem) => problem.code)).toEqual(['workflow.cycle']);
  const ran = await run(workflow, registry, { partial: true });
  expect(ran.status).toBe('partial');
  expect([...runs.keys()]).toEqual(['apart']);
  // A node that needs a muted node is not part of the run.
  expect(['c', 'last', 'bypassed', 'lacking', 'late'].map((id) => ran.nodes.get(id)?.status)).toEqual([
    'skipped',
    'skipped',
    'skipped',
    undefined,
    undefined,
  ]);
});

test('a named output in the middle is a result too', async () => {
  const { registry } = kit();
  const workflow = { ...three(), outputs: [{ name: 'middle', node: 'b', port: 'texts' }] };
  const ran = await run(workflow, registry);
  expect(lines(ran.results.get('b', 'texts'))).toEqual(['hellox']);
});

test('a target that is no output node works', async () => {
  const { registry } = kit();
  const ran = await run(three(), registry, { targets: ['a'] });
  expect(lines(ran.results.get('a', 'texts'))).toEqual(['hello']);
});
