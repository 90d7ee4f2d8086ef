import { expect, test } from 'vitest';
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
  const ran = await run(workflow, registry, { allowInvalid: true });
  expect(ran.status).toBe('partial');
  expect([...runs.keys()].sort()).toEqual(['a', 'd']);
  expect(ran.nodes.get('b')).toMatchObject({
    status: 'failed',
    error: { code: 'input.missing', nodeId: 'b' },
  });
  expect(ran.status_('c')).toBe('skipped');
  expect(ran.status_('d')).toBe('done');
  expect(ran.problems).toMatchObject([{ code: 'input.missing' }]);
});

test('nothing is computed only for nodes that cannot run', async () => {
  const { registry, runs } = kit();
  const workflow = flow(
    { a: 'say', b: 'add', c: { type: 'say', params: { text: 5 as unknown as string } }, j: 'join' },
    ['a.texts > b.texts', 'b.texts > j.lists', 'c.texts > j.lists'],
  );
  const ran = await run(workflow, registry, { allowInvalid: true });
  expect(runs.size).toBe(0);
  expect(ran.status).toBe('failed');
  expect([...ran.nodes].map(([id, { status }]) => [id, status])).toEqual(
    expect.arrayContaining([
      ['a', 'skipped'],
      ['b', 'skipped'],
      ['c', 'failed'],
      ['j', 'skipped'],
    ]),
  );
});

test('a cycle does not keep the rest from running when the caller asks for what can run', async () => {
  const { registry } = kit();
  const workflow = flow({ a: 'say', b: 'add', c: 'add', d: 'add', e: 'add' }, [
    'a.texts > b.texts',
    'c.texts > d.texts',
    'd.texts > c.texts',
    'd.texts > e.texts',
  ]);
  const ran = await run(workflow, registry, { allowInvalid: true });
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
  const ran = await run(workflow, registry, { allowInvalid: true });
  expect(ran.status).toBe('partial');
  expect([...runs.keys()]).toEqual(['apart']);
  // A node that needs a muted node is not part of the run.
  expect(['c', 'last', 'bypassed', 'lacking', 'late'].map((id) => ran.nodes.get(id)?.status)).toEqual([
    'failed',
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
