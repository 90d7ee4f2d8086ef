import type { Message, Said } from '../../nodes/sdk/messages.ts';
import type { Skipped } from '../../nodes/sdk/values.ts';
import {
  FINAL_STATES,
  type ProblemMessage,
  type RunDetailMessage,
  type RunEventMessage,
  type RunMessage,
  type RunResultsMessage,
  type RunState,
} from '../../server/protocol.ts';
import { type Recipes, recipesOf } from './recipes.ts';

/** The message that an event carries, without the rest of it. */
const messageIn = ({ code, args, message }: Message): Message => ({ code, args, message });

/** How a node stands in the run that is shown. */
export interface NodeRunState {
  readonly state: 'idle' | 'queued' | 'running' | 'cached' | 'done' | 'warning' | 'failed' | 'skipped';
  readonly done?: number;
  readonly total?: number;
  readonly ms?: number;
  /** When it began, in milliseconds since 1970. */
  readonly since?: number;
  readonly cache?: Message & { readonly hit: boolean; readonly reason: string };
  readonly error?: ProblemMessage;
  /** Sentences that are no failure. */
  readonly warnings?: readonly Message[];
  readonly skipped?: readonly Skipped[];
  /** What the node shows, as JSON of a View; of an earlier run while a newer one is under way. */
  readonly view?: unknown;
  readonly preview?: unknown;
  /** The run that its result is of, and what it was made from. */
  readonly from?: { readonly runId: string; readonly recipe: string | undefined };
}

/** A run as the editor follows it. */
export interface ShownRun {
  readonly id: string;
  readonly status: RunState;
  /** The last event that is in here. */
  readonly seq: number;
  readonly nodes: Readonly<Record<string, NodeRunState>>;
  /** Nodes of its plan, once it has begun. */
  readonly planned: readonly string[];
  readonly problems: readonly ProblemMessage[];
  readonly device?: string;
  /** When it began, in milliseconds since 1970. */
  readonly since?: number;
  readonly ms?: number;
  /** Why it waits or did not end well: a sentence. */
  readonly message?: Said;
  readonly files: RunDetailMessage['files'];
  /** Whether the results of a run that has ended are here. */
  readonly complete: boolean;
  /** Only some nodes were asked for. */
  readonly targets: readonly string[] | null;
  /** What each of its nodes is made from. */
  readonly recipes: Recipes;
}

export const IDLE: NodeRunState = { state: 'idle' };

/** Whether a run has ended. */
export const isFinal = (status: RunState): boolean => FINAL_STATES.includes(status);

/** A run that was just submitted; nodes keep showing what the one before left there. */
export function newRun(
  { id, status, targets }: RunMessage,
  before?: ShownRun,
  recipes: Recipes = {},
): ShownRun {
  const nodes = before ? Object.fromEntries(Object.entries(before.nodes).map(settled)) : {};
  const empty = { seq: 0, planned: [], problems: [], files: [], complete: false };
  return { id, status, nodes, targets, recipes, ...empty };
}

/** Runs whose results are in the nodes, this one among them. */
export function sourcesOf(run: ShownRun): string[] {
  const sources = new Set(Object.values(run.nodes).flatMap(({ from }) => (from ? [from.runId] : [])));
  if (run.id !== '') sources.add(run.id);
  return [...sources];
}

/** The result of a node, without how it stands. */
const resultOf = ({ view, from }: NodeRunState) =>
  view === undefined ? {} : { view, ...(from && { from }) };

/** What an earlier run leaves of a node: its result, and no claim to be at work. */
function settled([id, node]: [string, NodeRunState]): [string, NodeRunState] {
  const { state, view } = node;
  if (state === 'queued' || state === 'running' || state === 'failed' || state === 'skipped')
    return [id, view === undefined ? IDLE : { state: 'idle', ...resultOf(node) }];
  return [id, node];
}

function withNode(run: ShownRun, id: string, node: NodeRunState): ShownRun {
  return { ...run, nodes: { ...run.nodes, [id]: node } };
}

const stateAfter = (end: 'done' | 'cached', node: NodeRunState, skipped?: readonly Skipped[]) =>
  (skipped?.length ?? 0) > 0 || node.warnings ? 'warning' : end;

/** What a node keeps from one state of a run to the next. */
const kept = (node: NodeRunState) => {
  const { preview, cache, warnings, since } = node;
  return {
    ...resultOf(node),
    ...(preview !== undefined && { preview }),
    ...(cache && { cache }),
    ...(warnings && { warnings }),
    ...(since !== undefined && { since }),
  };
};

const fromOf = ({ id, recipes }: ShownRun, nodeId: string) => ({ runId: id, recipe: recipes[nodeId] });

/** Takes an event into a run. Events that are in already change nothing; one that comes too early is not taken. */
export function applyEvent(run: ShownRun, event: RunEventMessage): ShownRun {
  if (event.seq !== run.seq + 1) return run;
  return { ...reduce(run, event), seq: event.seq };
}

function reduce(run: ShownRun, event: RunEventMessage): ShownRun {
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'runQueued':
      return { ...run, status: 'queued' };
    case 'runRequeued':
      return { ...run, status: 'queued', message: messageIn(event) };
    case 'runStarted': {
      const nodes = { ...run.nodes };
      for (const id of event.nodes) nodes[id] = { state: 'queued', ...resultOf(run.nodes[id] ?? IDLE) };
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
      // What had no turn is not waiting any more.
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
        from: fromOf(run, nodeId),
        cache,
        ms,
        skipped,
      });
    }
    case 'nodeFinished': {
      const { ms, skipped } = event;
      const state = stateAfter('done', node, skipped);
      return withNode(run, nodeId, { ...kept(node), state, from: fromOf(run, nodeId), ms, skipped });
    }
    case 'nodeFailed':
      return withNode(run, nodeId, { state: 'failed', ms: event.ms, error: event.error });
    case 'nodeSkipped': {
      const error = { ...messageIn(event), nodeId };
      return withNode(run, nodeId, { state: 'skipped', error });
    }
  }
}

const sameJson = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Takes in what came out of a run that has ended, and how each node did. */
export function withResults(run: ShownRun, { nodes: outcomes, views, files }: RunResultsMessage): ShownRun {
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
    // Why a node was passed over is told while it happens, and kept by nobody else.
    const why = error ?? (state === 'skipped' ? before.error : undefined);
    const ended = { ...(cache && { cache }), ...(why && { error: why }), ...(skipped && { skipped }) };
    nodes[id] = {
      state,
      ...(state !== 'skipped' && { ms }),
      ...ended,
      ...(before.warnings && { warnings: before.warnings }),
      ...(state !== 'failed' && state !== 'skipped' && { from: fromOf(run, id) }),
      ...(own !== undefined && state !== 'failed' && state !== 'skipped' && { view: own }),
    };
  }
  return { ...run, nodes, files, complete: true };
}

/** Takes in what the server keeps of a run that has ended. */
export function withDetail(run: ShownRun, detail: RunDetailMessage): ShownRun {
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

/** A run that was not followed from its beginning, after the one that was shown before it. */
export const runFromDetail = (detail: RunDetailMessage, before?: ShownRun): ShownRun =>
  withDetail(newRun(detail, before, recipesOf(detail.workflow)), detail);

/** What the server refused to run: its problems, each at its node. */
export function refusedRun(problems: readonly ProblemMessage[], message: Said, before?: ShownRun): ShownRun {
  const nodes = before ? Object.fromEntries(Object.entries(before.nodes).map(settled)) : {};
  for (const problem of problems)
    for (const id of problem.nodes ?? [problem.nodeId])
      if (id !== undefined && nodes[id]?.state !== 'failed')
        nodes[id] = { ...nodes[id], state: 'failed', error: problem };
  const shared = { seq: 0, planned: [], files: [], complete: true, targets: null, recipes: {} };
  return { ...shared, id: '', status: 'failed', nodes, problems, message };
}

/** How far a run is: nodes that ended, and how many there are; the node at work counts by its own progress. */
export function progressOf({ planned, nodes }: ShownRun): { readonly done: number; readonly total: number } {
  let done = 0;
  for (const id of planned) {
    const { state, done: part = 0, total = 0 } = nodes[id] ?? IDLE;
    if (state === 'running') done += total > 0 ? Math.min(1, part / total) : 0;
    else if (state !== 'queued') done += 1;
  }
  return { done, total: planned.length };
}
