import { expect, test } from 'vitest';
import { leftOutCount, totalOf } from '../../../client/runs/left-out.ts';
import { allProblems, countsOf } from '../../../client/runs/problems.ts';
import { newRun, type ShownRun, stageOf, withoutOutdated } from '../../../client/runs/run-state.ts';

const missing = (nodeId: string, port = 'in') => ({
  code: 'input.missing',
  message: `${port} of ${nodeId} is not connected.`,
  nodeId,
  port,
});
const failed = { code: 'image.unreadable', message: 'It cannot be read.', nodeId: 'f' };
const run: ShownRun = {
  ...newRun({ id: 'r', status: 'partial', targets: null } as Parameters<typeof newRun>[0]),
  nodes: { a: { state: 'skipped' }, f: { state: 'failed', error: failed } },
  problems: [missing('a'), failed],
};

test('a problem of a run and of the workflow is listed once, and no longer when it is solved', () => {
  expect(allProblems(run, [missing('a')])).toEqual([failed, missing('a')]);
  expect(allProblems(run, [])).toEqual([failed]);
  expect(allProblems(undefined, [missing('a')])).toEqual([missing('a')]);
});

test('a node that lacks several wires is one node to finish, and no problem', () => {
  expect(countsOf([missing('a'), missing('a', 'other'), missing('b')])).toEqual({ wrong: 0, unfinished: 2 });
  expect(countsOf([failed, missing('a')])).toEqual({ wrong: 1, unfinished: 1 });
});

test('progress counts the pictures of the nodes at work, not the nodes', () => {
  const counting = { ...run, planned: ['a', 'b', 'c'] };
  expect(stageOf({ ...counting, nodes: { a: { state: 'done' }, b: { state: 'running' } } })).toBeUndefined();
  const nodes = {
    a: { state: 'done', done: 9, total: 9 },
    b: { state: 'running', done: 20, total: 133 },
    c: { state: 'running', done: 5, total: 10 },
  } as const;
  expect(stageOf({ ...counting, nodes })).toEqual({ ids: ['b', 'c'], done: 25, total: 143 });
});

test('one sentence says how many pictures were found, read and not read', () => {
  const skipped = Array.from({ length: 6 }, (_, i) => ({
    name: `${i}.jpg`,
    path: `${i}.jpg`,
    reason: 'Broken.',
  }));
  const nodes = { a: { state: 'done' }, b: { state: 'warning', skipped, total: 133 } } as const;
  expect(totalOf({ ...run, nodes })).toBe(133);
  expect(leftOutCount(skipped, 133)).toBe('127 of 133 pictures; 6 could not be read');
  expect(leftOutCount(skipped)).toBe('6 pictures could not be read');
  // A list that was cut says in its last entry how many more there are.
  const rest = { name: '…', reason: { code: 'result.not-listed', args: { count: 40 }, message: '40 more.' } };
  expect(leftOutCount([...skipped, rest])).toBe('46 pictures could not be read');
});

test('an error of a run is dropped when its node changes, with what waits for it, and the others stay', () => {
  const other = { ...failed, nodeId: 'g', message: 'It is too large.' };
  const ended: ShownRun = {
    ...run,
    complete: true,
    recipes: { f: '1', g: '2', h: '3' },
    nodes: {
      f: { state: 'failed', error: failed, view: 'earlier' },
      g: { state: 'failed', error: other },
      h: { state: 'skipped', error: { ...failed, nodeId: 'f' } },
    },
    problems: [failed, other],
    message: failed,
  };
  expect(withoutOutdated(ended, { f: '1', g: '2', h: '3' })).toBe(ended);
  const after = withoutOutdated(ended, { f: '9', g: '2', h: '9' });
  expect(after.nodes).toEqual({
    f: { state: 'idle', view: 'earlier' },
    g: ended.nodes.g,
    h: { state: 'idle' },
  });
  expect(after).toMatchObject({ problems: [other], message: other });
  // While it runs, nothing is dropped.
  const running: ShownRun = { ...ended, status: 'running' };
  expect(withoutOutdated(running, { f: '9' })).toBe(running);
});
