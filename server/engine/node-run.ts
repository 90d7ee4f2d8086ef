import { asMessage, CancelledError, type Said, type View, word } from '../../nodes/sdk/index.ts';
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
  readonly emit: EventStream['emit'];
  /** Takes the result and retains its tensors before the lease releases them. */
  readonly accept: (result: NodeResult) => void;
}

/** A node that warns in a loop is cut off after this many warnings. */
const MOST_WARNINGS = 50;
/** A preview that follows sooner than this is dropped, in milliseconds. */
const PREVIEW_INTERVAL_MS = 200;

function createWarnings(nodeId: string, emit: EventStream['emit']): (message: Said) => void {
  const told = new Set<string>();
  return (said) => {
    const warning = asMessage(said);
    if (told.has(warning.message) || told.size > MOST_WARNINGS) return;
    told.add(warning.message);
    const isLast = told.size > MOST_WARNINGS;
    emit({ type: 'nodeWarned', nodeId, ...(isLast ? word('warnings.more') : warning) });
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
export async function runNode({ node, inputs, services, signal, emit, accept }: NodeJob): Promise<void> {
  const nodeId = node.id;
  const progress = createProgress((step) => emit({ type: 'nodeProgressed', nodeId, ...step }));
  const lease = services.lease({
    nodeId,
    signal,
    progress: progress.report,
    warn: createWarnings(nodeId, emit),
    preview: createPreviews(nodeId, emit),
  });
  try {
    const given: unknown = await node.definition!.run({ inputs, params: node.params, ctx: lease.ctx });
    if (signal.aborted) throw new CancelledError();
    const outputs = checkOutputs(node, given);
    accept({ outputs, skipped: newlyLeftOut(outputs, inputs) });
  } finally {
    progress.end();
    lease.end();
  }
}
