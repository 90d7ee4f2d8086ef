import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftOutOf } from '../../../client/runs/left-out.ts';
import { recipesOf } from '../../../client/runs/recipes.ts';
import {
  applyEvent,
  newRun,
  progressOf,
  refusedRun,
  runFromDetail,
  type ShownRun,
  sourcesOf,
  withDetail,
} from '../../../client/runs/run-state.ts';
import type { RunDetail, RunEvent, RunSummary } from '../../../server/contract/run.ts';

const AT = '2026-01-01T00:00:00.000Z';
const message: RunSummary = {
  id: 'r',
  status: 'queued',
  workflowId: null,
  workflowRevision: null,
  name: '',
  targets: null,
  useCache: true,
  partial: false,
  series: null,
  createdAt: AT,
  startedAt: null,
  finishedAt: null,
  ms: null,
  attempts: 0,
  lastSeq: 1,
  message: null,
  problem: null,
};
type Body = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'seq' | 'at' | 'runId'> : never) : never;
const numbered = (bodies: readonly Body[]): RunEvent[] =>
  bodies.map((body, index) => ({ ...body, runId: 'r', at: AT, seq: index + 1 }) as RunEvent);
const MISS = { hit: false, reason: 'new', code: 'cache.new', message: 'It never ran before.' } as const;
const HIT = { hit: true, reason: 'memory', code: 'cache.memory', message: 'Nothing changed.' } as const;

const whole = numbered([
  { type: 'runQueued' },
  { type: 'runStarted', nodes: ['a', 'b', 'c'], device: 'cpu', attempt: 1 },
  { type: 'nodeCached', nodeId: 'a', cache: HIT, ms: 0 },
  { type: 'nodeStarted', nodeId: 'b', cache: MISS },
  { type: 'nodeProgressed', nodeId: 'b', done: 3, total: 12 },
  { type: 'nodeWarned', nodeId: 'b', code: 'image.grey', message: 'One is grey.' },
  { type: 'nodeFinished', nodeId: 'b', ms: 40 },
  { type: 'nodeFailed', nodeId: 'c', ms: 2, error: { code: 'x.y', message: 'It is broken.', nodeId: 'c' } },
  {
    type: 'runFinished',
    status: 'partial',
    ms: 60,
    problems: [{ code: 'x.y', message: 'It is broken.', nodeId: 'c' }],
  },
]);
const after = (events: readonly RunEvent[], run = newRun(message)): ShownRun =>
  events.reduce(applyEvent, run);

const detail: RunDetail = {
  ...message,
  status: 'partial',
  lastSeq: 9,
  ms: 60,
  workflow: { format: 'patchbay', version: 1, nodes: [], edges: [] },
  problems: [{ code: 'x.y', message: 'It is broken.', nodeId: 'c' }],
  message: 'It is broken.',
  nodes: {
    a: { status: 'cached', ms: 0, cache: HIT },
    b: { status: 'done', ms: 40 },
    c: { status: 'failed', ms: 2, error: { code: 'x.y', message: 'It is broken.', nodeId: 'c' } },
  },
  outputs: {},
  views: { a: { view: 'table' } },
  files: [],
};

describe('a run that is followed', () => {
  it('knows of every node what happened to it', () => {
    const run = after(whole);
    expect(run.status).toBe('partial');
    expect(run.nodes.a).toMatchObject({ state: 'cached', cache: HIT });
    expect(run.nodes.b).toMatchObject({
      state: 'warning',
      ms: 40,
      warnings: [{ code: 'image.grey', message: 'One is grey.' }],
    });
    expect(run.nodes.c).toMatchObject({ state: 'failed', error: { message: 'It is broken.' } });
  });

  it('is the same whatever comes twice, and takes nothing that comes too early', () => {
    const wanted = after(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length - 1), { maxLength: 60 }), (order) => {
        const mixed = after(order.map((index) => whole[index]!));
        // The applied events are the first ones of the run, without a gap.
        expect(mixed).toEqual(after(whole.slice(0, mixed.seq)));
        expect(after(whole, mixed)).toEqual(wanted);
      }),
    );
  });

  it('leaves the state of a node untouched by events of another', () => {
    const before = after(whole.slice(0, 4));
    const next = applyEvent(before, whole[4]!);
    expect(next.nodes.a).toBe(before.nodes.a);
    expect(next.nodes.b).not.toBe(before.nodes.b);
  });

  it('counts a node at work by its own progress', () => {
    expect(progressOf(after(whole.slice(0, 5)))).toEqual({ done: 1.25, total: 3 });
    expect(progressOf(after(whole))).toEqual({ done: 3, total: 3 });
  });

  it('forgets what an earlier attempt said when it is started again', () => {
    const again = numbered([
      ...whole.slice(0, 5),
      { type: 'runRequeued', code: 'run.server-lost', message: 'The server ended.' },
      { type: 'runStarted', nodes: ['a', 'b', 'c'], device: 'cpu', attempt: 2 },
    ]);
    expect(after(again.slice(0, 6))).toMatchObject({
      status: 'queued',
      message: { code: 'run.server-lost', message: 'The server ended.' },
    });
    const run = after(again);
    expect(run.message).toBeUndefined();
    expect(Object.values(run.nodes).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  });

  it('leaves nothing waiting when it was cancelled', () => {
    const run = after(
      numbered([...whole.slice(0, 4), { type: 'runFinished', status: 'cancelled', ms: 5, problems: [] }]),
    );
    expect(run.nodes.b?.state).toBe('idle');
    expect(run.nodes.c?.state).toBe('idle');
  });
});

describe('the results of a run', () => {
  it('are the same whether it was followed or read afterwards', () => {
    const followed = withDetail(after(whole), detail);
    const read = runFromDetail(detail);
    for (const id of ['a', 'c'])
      expect(read.nodes[id]).toEqual(expect.objectContaining({ state: followed.nodes[id]?.state }));
    expect(read.nodes.a?.view).toEqual({ view: 'table' });
    expect([read.status, read.seq, read.complete]).toEqual([followed.status, followed.seq, true]);
  });

  it('keep their object when a newer run gives the same', () => {
    const first = runFromDetail(detail);
    const copy = JSON.parse(JSON.stringify(detail)) as RunDetail;
    expect(withDetail(newRun(message, first), copy).nodes.a?.view).toBe(first.nodes.a?.view);
  });

  it('stay in the nodes until the next run has new ones', () => {
    const first = runFromDetail(detail);
    const next = after(whole.slice(0, 2), newRun({ ...message, id: 's' }, first));
    expect(next.nodes.a).toEqual({ state: 'queued', view: { view: 'table' }, from: { runId: 'r' } });
    expect(next.nodes.c).toEqual({ state: 'queued' });
  });

  it('of nodes outside of a partial run are left as they are', () => {
    const first = runFromDetail(detail);
    const events = numbered([
      { type: 'runQueued' },
      { type: 'runStarted', nodes: ['b'], device: 'cpu', attempt: 1 },
    ]);
    expect(after(events, newRun(message, first)).nodes.a).toBe(first.nodes.a);
  });
});

describe('the results in the nodes', () => {
  const graph = (k: number): RunDetail['workflow'] => ({
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'a', type: 'x/a', params: { k } },
      { id: 'b', type: 'x/b' },
    ],
    edges: [],
  });
  const all: RunDetail = {
    ...detail,
    workflow: graph(1),
    nodes: { a: { status: 'done', ms: 1 }, b: { status: 'done', ms: 1 } },
    views: { a: { view: 'first' }, b: { view: 'first' } },
  };
  const partial: RunDetail = {
    ...all,
    id: 's',
    workflow: graph(2),
    targets: ['a'],
    nodes: { a: { status: 'done', ms: 1 } },
    views: { a: { view: 'second' } },
  };

  it('are each of the newest run that had the node, read afterwards as well as followed', () => {
    const run = runFromDetail(partial, runFromDetail(all));
    expect(run.nodes).toMatchObject({ a: { view: { view: 'second' } }, b: { view: { view: 'first' } } });
    expect(sourcesOf(run).sort()).toEqual(['r', 's']);
    expect(sourcesOf(runFromDetail({ ...partial, nodes: all.nodes }, runFromDetail(all)))).toEqual(['s']);
  });

  it('know what they were made from', () => {
    const run = runFromDetail(partial, runFromDetail(all));
    expect(run.nodes.a?.from).toEqual({ runId: 's', recipe: recipesOf(graph(2)).a });
    expect(run.nodes.b?.from).toEqual({ runId: 'r', recipe: recipesOf(graph(1)).b });
    expect(run.nodes.a?.from?.recipe).not.toBe(recipesOf(graph(1)).a);
  });
});

describe('a run that was refused', () => {
  it('tells each problem at its nodes and keeps their results', () => {
    const first = runFromDetail(detail);
    const cycle = { code: 'workflow.cycle', message: 'They wait for each other.', nodes: ['a', 'b'] };
    const run = refusedRun([cycle], cycle.message, first);
    expect(run.nodes.a).toMatchObject({
      state: 'skipped',
      error: { code: 'node.not-run', nodeId: 'a', args: { reason: { code: cycle.code } } },
      view: { view: 'table' },
    });
    // It did not run now, so it has no time.
    expect(run.nodes.a?.ms).toBeUndefined();
    expect(run.nodes.b?.error).toMatchObject({ code: 'node.not-run', nodeId: 'b' });
    expect(run.nodes.c?.state).toBe('idle');
  });
});

it('a picture that several nodes left out counts once, and keeps its reason', () => {
  const skipped = [{ name: 'a.jpg', path: 'x/a.jpg', reason: 'It is empty.' }];
  const run = newRun(message);
  const nodes = { a: { state: 'warning', skipped }, b: { state: 'warning', skipped } } as const;
  expect(leftOutOf({ ...run, nodes })).toEqual(skipped);
  expect(leftOutOf(undefined)).toEqual([]);
});
