import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { NodeOutcome, RunEnd } from '../contract/run.ts';
import type { RunnerEvent, RunnerResult } from './messages.ts';

/** Tracks the state of a run outside its process, so that the run can be ended properly if its process is lost. */
export interface RunLedger {
  /** Passes an event on. Events after the end are dropped. */
  event(event: RunnerEvent): void;
  /** Ends the run with the outcome that its process reported. */
  finish(outcome: RunnerResult): RunnerResult;
  /** Ends the run without its process. Running nodes fail with `error`, or are cancelled if there is none. */
  end(status: RunEnd, error?: ErrorDetails): RunnerResult;
}

/** Makes a ledger for a run that has not started yet. */
export function createRunLedger(onEvent: (event: RunnerEvent) => void): RunLedger {
  const started = performance.now();
  const nodes = new Map<string, NodeOutcome>();
  const running = new Map<string, { readonly since: number; readonly cache: NodeOutcome['cache'] }>();
  const problems: ErrorDetails[] = [];
  let waiting: readonly string[] = [];
  let over = false;

  const since = (from: number) => Math.round(performance.now() - from);

  const note = (event: RunnerEvent) => {
    if (event.type === 'runStarted') waiting = event.nodes;
    if (!('nodeId' in event)) return;
    const { nodeId } = event;
    const skipped = 'skipped' in event && event.skipped ? { skipped: event.skipped } : {};
    const cache = running.get(nodeId)?.cache;
    const reason = cache ? { cache } : {};
    if (event.type === 'nodeStarted') running.set(nodeId, { since: performance.now(), cache: event.cache });
    else if (event.type === 'nodeCached')
      nodes.set(nodeId, { status: 'cached', ms: event.ms, cache: event.cache, ...skipped });
    else if (event.type === 'nodeFinished')
      nodes.set(nodeId, { status: 'done', ms: event.ms, ...reason, ...skipped });
    else if (event.type === 'nodeSkipped') {
      const { code, args, message, because } = event;
      nodes.set(nodeId, {
        status: 'skipped',
        ms: 0,
        error: { code, ...(args && { args }), message, nodeId: because },
      });
    } else if (event.type === 'nodeFailed') {
      nodes.set(nodeId, { status: 'failed', ms: event.ms, error: event.error, ...reason });
      problems.push(event.error);
    }
    if (nodes.has(nodeId)) running.delete(nodeId);
  };

  return {
    event(event) {
      if (over) return;
      note(event);
      onEvent(event);
    },
    finish(outcome) {
      const { status, ms, problems: found } = outcome;
      if (!over) onEvent({ type: 'runFinished', status, ms, problems: found });
      over = true;
      return outcome;
    },
    end(status, error) {
      const [only, ...others] = running.keys();
      const place = only !== undefined && others.length === 0 ? { nodeId: only } : {};
      for (const [nodeId, { since: from, cache }] of running) {
        const ms = since(from);
        const reason = cache ? { cache } : {};
        if (error) {
          const placed = { ...error, nodeId };
          nodes.set(nodeId, { status: 'failed', ms, error: placed, ...reason });
          if (!over) onEvent({ type: 'nodeFailed', nodeId, ms, error: placed });
        } else nodes.set(nodeId, { status: 'cancelled', ms, ...reason });
      }
      for (const id of waiting) if (!nodes.has(id)) nodes.set(id, { status: 'cancelled', ms: 0 });
      running.clear();
      if (error) problems.push({ ...place, ...error });
      const ms = since(started);
      if (!over) onEvent({ type: 'runFinished', status, ms, problems });
      over = true;
      return { status, ms, problems, nodes: Object.fromEntries(nodes), outputs: {}, views: {} };
    },
  };
}
