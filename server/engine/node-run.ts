import {
  asMessage,
  CancelledError,
  type Message,
  type Said,
  type View,
  word,
} from '../../nodes/sdk/index.ts';
import type { EventStream } from './events.ts';
import { checkOutputs, type NodeInputs, newlyLeftOut } from './node-io.ts';
import type { PlannedNode } from './plan.ts';
import { createProgress } from './progress.ts';
import type { NodeResult } from './result-cache.ts';
import type { EngineServices } from './services.ts';

/** A node to run, with its inputs and services. */
export interface NodeJob {
  readonly node: PlannedNode;
  readonly inputs: NodeInputs;
  readonly services: EngineServices;
  readonly signal: AbortSignal;
  /** Asks a node that can to end early. */
  readonly stop?: AbortSignal;
  readonly emit: EventStream['emit'];
  /** Takes the result and retains its tensors before the lease releases them. */
  readonly accept: (result: NodeResult) => void;
}

/** A node that warns in a loop is cut off after this many warnings. */
const MOST_WARNINGS = 50;
/** A preview that follows sooner than this is dropped, in milliseconds. */
const PREVIEW_INTERVAL_MS = 200;

function createWarnings(nodeId: string, emit: EventStream['emit']) {
  const told = new Map<string, Message>();
  return {
    warn(said: Said) {
      const warning = asMessage(said);
      if (told.has(warning.message) || told.size > MOST_WARNINGS) return;
      const isLast = told.size === MOST_WARNINGS;
      const { code, args, message } = isLast ? word('warnings.more') : warning;
      const heard = { code, ...(args !== undefined && { args }), message };
      told.set(warning.message, heard);
      emit({ type: 'nodeWarned', nodeId, ...heard });
    },
    heard: (): readonly Message[] => [...told.values()],
  };
}

function createPreviews(nodeId: string, emit: EventStream['emit']): (view: View) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  return (view) => {
    const now = performance.now();
    if (now - shownAt < PREVIEW_INTERVAL_MS) return;
    shownAt = now;
    emit({ type: 'nodePreviewed', nodeId, view });
  };
}

/**
 * Runs a node and passes its result on. Everything else that the node made is released.
 * @throws whatever the node throws, an error about its result, or CancelledError if the signal fired
 */
export async function runNode({
  node,
  inputs,
  services,
  signal,
  stop,
  emit,
  accept,
}: NodeJob): Promise<void> {
  const nodeId = node.id;
  const progress = createProgress((step) => emit({ type: 'nodeProgressed', nodeId, ...step }));
  const warnings = createWarnings(nodeId, emit);
  const lease = services.lease({
    nodeId,
    signal,
    ...(stop && { stop }),
    progress: progress.report,
    warn: warnings.warn,
    preview: createPreviews(nodeId, emit),
  });
  try {
    const given: unknown = await node.definition!.run({ inputs, params: node.params, ctx: lease.ctx });
    if (signal.aborted) throw new CancelledError();
    const outputs = checkOutputs(node, given);
    const heard = warnings.heard();
    accept({
      outputs,
      skipped: newlyLeftOut(outputs, inputs),
      ...(heard.length > 0 && { warnings: heard }),
    });
  } finally {
    progress.end();
    lease.end();
  }
}
