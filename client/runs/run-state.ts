import type { Message, Said } from '../../nodes/sdk/messages.ts';
import type { Problem } from '../../server/contract/basics.ts';
import { reasonNotRun } from '../../server/contract/not-run.ts';
import {
  type CacheReason,
  isFinal,
  type LeftOut,
  type RunDetail,
  type RunEvent,
  type RunState,
  type RunSummary,
  type WatchedResult,
} from '../../server/contract/run.ts';
import { type Recipes, recipesOf } from './recipes.ts';

/** The message of an event, without its other fields. */
const messageIn = ({ code, args, message }: Message): Message => ({ code, args, message });

/** The state of a node in the shown run. */
export interface NodeRunState {
  readonly state: 'idle' | 'queued' | 'running' | 'cached' | 'done' | 'warning' | 'failed' | 'skipped';
  readonly done?: number;
  readonly total?: number;
  readonly ms?: number;
  /** Start time, in milliseconds since 1970. */
  readonly since?: number;
  readonly cache?: CacheReason;
  /** Why it failed or did not run. `nodeId` is the node where the problem is. */
  readonly error?: Problem;
  /** Warnings: the node still has a result. */
  readonly warnings?: readonly Message[];
  readonly skipped?: readonly LeftOut[];
  /** The result of the node as JSON of a View. While a newer run is in progress, it may come from an earlier run. */
  readonly view?: unknown;
  readonly preview?: unknown;
  /** The result is of an earlier run than the last one that tried this node. */
  readonly older?: true;
  /** The run that produced the result, and the recipe of the node in that run. */
  readonly from?: { readonly runId: string; readonly recipe: string | undefined };
}

/** A run as the studio follows it. */
export interface ShownRun {
  readonly id: string;
  readonly status: RunState;
  /** The number of the last event that was applied. */
  readonly seq: number;
  readonly nodes: Readonly<Record<string, NodeRunState>>;
  /** The nodes that the run executes, known once it has started. */
  readonly planned: readonly string[];
  readonly problems: readonly Problem[];
  readonly device?: string;
  /** Start time, in milliseconds since 1970. */
  readonly since?: number;
  readonly ms?: number;
  /** Why the run waits or did not complete: a sentence. */
  readonly message?: Said;
  readonly files: RunDetail['files'];
  /** Whether the results of the ended run are loaded. */
  readonly complete: boolean;
  /** The nodes that were requested; null for all. */
  readonly targets: readonly string[] | null;
  /** The recipe of each node. */
  readonly recipes: Recipes;
}

export const IDLE: NodeRunState = { state: 'idle' };

/** Makes the state of a run that was just submitted. Nodes keep showing the results of the run before. */
export function newRun(
  { id, status, targets }: RunSummary,
  before?: ShownRun,
  recipes: Recipes = {},
): ShownRun {
  const nodes = before ? Object.fromEntries(Object.entries(before.nodes).map(settled)) : {};
  const empty = { seq: 0, planned: [], problems: [], files: [], complete: false };
  return { id, status, nodes, targets, recipes, ...empty };
}

/** All runs whose results are in the nodes, including this one. */
export function sourcesOf(run: ShownRun): string[] {
  const sources = new Set(Object.values(run.nodes).flatMap(({ from }) => (from ? [from.runId] : [])));
  if (run.id !== '') sources.add(run.id);
  return [...sources];
}

/** The result of a node without its state. */
const resultOf = ({ view, from, older }: NodeRunState) =>
  view === undefined ? {} : { view, ...(from && { from }), ...(older && { older }) };

/** The result of a node that a newer run tries to replace. It stays until the new one is there. */
const earlierResultOf = (node: NodeRunState) =>
  node.view === undefined ? {} : { ...resultOf(node), older: true as const };

/** A node of an earlier run: keeps its result, but is no longer running or waiting. */
function settled([id, node]: [string, NodeRunState]): [string, NodeRunState] {
  const { state, view } = node;
  if (state === 'queued' || state === 'running' || state === 'failed' || state === 'skipped')
    return [id, view === undefined ? IDLE : { state: 'idle', ...resultOf(node) }];
  return [id, node];
}

function withNode(run: ShownRun, id: string, node: NodeRunState): ShownRun {
  return { ...run, nodes: { ...run.nodes, [id]: node } };
}

const stateAfter = (end: 'done' | 'cached', node: NodeRunState, skipped?: readonly LeftOut[]) =>
  (skipped?.length ?? 0) > 0 || node.warnings ? 'warning' : end;

/** The fields that a node keeps when its state changes. */
const kept = (node: NodeRunState) => {
  const { preview, cache, warnings, since, total } = node;
  return {
    ...(total !== undefined && { total }),
    ...resultOf(node),
    ...(preview !== undefined && { preview }),
    ...(cache && { cache }),
    ...(warnings && { warnings }),
    ...(since !== undefined && { since }),
  };
};

const fromOf = ({ id, recipes }: ShownRun, nodeId: string) => ({ runId: id, recipe: recipes[nodeId] });

/** Applies an event to a run. Events that were already applied, and events that come too early, change nothing. */
export function applyEvent(run: ShownRun, event: RunEvent): ShownRun {
  if (event.seq !== run.seq + 1) return run;
  return { ...reduce(run, event), seq: event.seq };
}

function reduce(run: ShownRun, event: RunEvent): ShownRun {
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'runQueued':
      return { ...run, status: 'queued' };
    case 'runRequeued':
      return { ...run, status: 'queued', message: messageIn(event) };
    case 'runStarted': {
      const nodes = { ...run.nodes };
      for (const id of event.nodes)
        nodes[id] = { state: 'queued', ...earlierResultOf(run.nodes[id] ?? IDLE) };
      const { device, nodes: planned } = event;
      return {
        ...run,
        status: 'running',
        nodes,
        planned,
        device,
        since: at,
        message: undefined,
        problems: [],
      };
    }
    case 'runFinished': {
      const { status, ms, problems } = event;
      // Nodes that did not run stop waiting.
      const nodes = Object.fromEntries(
        Object.entries(run.nodes).map(([id, node]) =>
          node.state === 'queued' || node.state === 'running' ? settled([id, node]) : [id, node],
        ),
      );
      return { ...run, status, ms, problems, nodes, message: problems[0] };
    }
  }
  const { nodeId } = event;
  const node = run.nodes[nodeId] ?? IDLE;
  switch (event.type) {
    case 'nodeStarted': {
      return withNode(run, nodeId, { state: 'running', since: at, cache: event.cache, ...resultOf(node) });
    }
    case 'nodeProgressed': {
      const { done, total } = event;
      return withNode(run, nodeId, { ...node, state: 'running', done, total });
    }
    case 'nodePreviewed':
      return withNode(run, nodeId, { ...node, preview: event.view });
    case 'nodeWarned':
      return withNode(run, nodeId, { ...node, warnings: [...(node.warnings ?? []), messageIn(event)] });
    case 'nodeCached': {
      const { cache, ms, skipped } = event;
      return withNode(run, nodeId, {
        ...kept(node),
        state: stateAfter('cached', node, skipped),
        // What it shows is loaded at the end of the run, and is the same if its run is.
        ...(node.older ? {} : { from: fromOf(run, nodeId) }),
        cache,
        ms,
        skipped,
      });
    }
    case 'nodeFinished': {
      const { ms, skipped } = event;
      const state = stateAfter('done', node, skipped);
      const from = node.older ? {} : { from: fromOf(run, nodeId) };
      return withNode(run, nodeId, { ...kept(node), state, ...from, ms, skipped });
    }
    case 'nodeFailed':
      return withNode(run, nodeId, {
        state: 'failed',
        ms: event.ms,
        error: event.error,
        ...earlierResultOf(node),
      });
    case 'nodeSkipped': {
      const error = { ...messageIn(event), nodeId: event.because };
      return withNode(run, nodeId, { state: 'skipped', error, ...earlierResultOf(node) });
    }
  }
}

const sameJson = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Applies the results of an ended run, and the state of each node. */
export function withResults(run: ShownRun, { nodes: outcomes, views, files }: WatchedResult): ShownRun {
  const nodes = { ...run.nodes };
  for (const [id, outcome] of Object.entries(outcomes)) {
    const before = nodes[id] ?? IDLE;
    const { status, ms, cache, error, skipped } = outcome;
    const view = views[id];
    const own = sameJson(view, before.view) ? before.view : view;
    const warned = (skipped?.length ?? 0) > 0 || before.warnings !== undefined;
    const state =
      status === 'cancelled'
        ? 'idle'
        : warned && (status === 'done' || status === 'cached')
          ? 'warning'
          : status;
    // In runs of older versions, only the event says why a node did not run.
    const why = error ?? (state === 'skipped' ? before.error : undefined);
    const ended = { ...(cache && { cache }), ...(why && { error: why }), ...(skipped && { skipped }) };
    nodes[id] = {
      state,
      ...(state !== 'skipped' && { ms }),
      ...ended,
      ...(skipped && before.total !== undefined && { total: before.total }),
      ...(before.warnings && { warnings: before.warnings }),
      ...(status === 'done' || status === 'cached'
        ? { from: fromOf(run, id), ...(own !== undefined && { view: own }) }
        : earlierResultOf(before)),
    };
  }
  return { ...run, nodes, files, complete: true };
}

/** Applies what the server has stored about an ended run. */
export function withDetail(run: ShownRun, detail: RunDetail): ShownRun {
  const { status, problems, message, lastSeq, targets } = detail;
  if (!isFinal(status)) return run;
  return {
    ...withResults(run, detail),
    status,
    seq: lastSeq,
    problems,
    targets,
    ms: detail.ms ?? run.ms,
    message: message ?? undefined,
  };
}

/** A run that was not followed from its start. It replaces the run that was shown before. */
export const runFromDetail = (detail: RunDetail, before?: ShownRun): ShownRun =>
  withDetail(newRun(detail, before, recipesOf(detail.workflow)), detail);

/** A run of which nothing can run: each problem at its node, and the first thing to do as the first problem. */
export function refusedRun(problems: readonly Problem[], message: Said, before?: ShownRun): ShownRun {
  // No node has run again, so what they show is of an earlier run.
  const nodes = Object.fromEntries(
    Object.entries(before?.nodes ?? {})
      .map(settled)
      .map(([id, node]) => [id, node.view === undefined ? node : { ...node, older: true as const }]),
  );
  for (const problem of problems)
    for (const id of problem.nodes ?? [problem.nodeId])
      if (id !== undefined && nodes[id]?.state !== 'skipped')
        nodes[id] = {
          ...resultOf(nodes[id] ?? IDLE),
          state: 'skipped',
          error: { ...reasonNotRun(problem), nodeId: id },
        };
  const shared = { seq: 0, planned: [], files: [], complete: true, targets: null, recipes: {} };
  return { ...shared, id: '', status: 'failed', nodes, problems, message };
}

/** Progress of a run: how many nodes have ended, of how many. The running node counts with its own progress. */
export function progressOf({ planned, nodes }: ShownRun): { readonly done: number; readonly total: number } {
  let done = 0;
  for (const id of planned) {
    const { state, done: part = 0, total = 0 } = nodes[id] ?? IDLE;
    if (state === 'running') done += total > 0 ? Math.min(1, part / total) : 0;
    else if (state !== 'queued') done += 1;
  }
  return { done, total: planned.length };
}

/** The running nodes that report progress, and how many of their pictures or texts are done; undefined if there is none. */
export function stageOf({
  planned,
  nodes,
}: ShownRun): { readonly ids: readonly string[]; readonly done: number; readonly total: number } | undefined {
  const counting = planned.filter((id) => nodes[id]?.state === 'running' && (nodes[id]?.total ?? 0) > 1);
  if (counting.length === 0) return undefined;
  const sum = (of: 'done' | 'total') => counting.reduce((total, id) => total + (nodes[id]?.[of] ?? 0), 0);
  return { ids: counting, done: sum('done'), total: sum('total') };
}
