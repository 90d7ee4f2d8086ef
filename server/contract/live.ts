import { z } from 'zod';
import { count, errorSchema, storedId } from './basics.ts';
import type { CollectionsNotice } from './collections.ts';
import type { LabelsNotice } from './labels.ts';
import type { Download } from './models.ts';
import type { QueueState, RunEvent, WatchedResult } from './run.ts';

/**
 * `run:watch`: requests the events of a run after `afterSeq`, missed events first. The answer is a {@link WatchAnswer}.
 */
export const watchSchema = z.object({ runId: storedId, afterSeq: count.default(0) });
/** `run:unwatch`. */
export const unwatchSchema = z.object({ runId: storedId });
export const watchAnswerSchema = z.union([
  z.object({ ok: z.literal(true), lastSeq: count }),
  z.object({ ok: z.literal(false), error: errorSchema.shape.error }),
]);
/** Whether the server now sends the events of the run to this client. */
export type WatchAnswer = z.infer<typeof watchAnswerSchema>;

/** Whether the message could be read. */
export type UnwatchAnswer = { readonly ok: true } | Extract<WatchAnswer, { readonly ok: false }>;

/** The messages that a client can send over Socket.IO. Without `ack`, the server logs a refusal. */
export interface ClientMessages {
  'run:watch': (message: z.input<typeof watchSchema>, ack?: (answer: WatchAnswer) => void) => void;
  'run:unwatch': (message: z.input<typeof unwatchSchema>, ack?: (answer: UnwatchAnswer) => void) => void;
}

/** A change of a saved workflow: its new revision, or null after it was deleted. */
export interface WorkflowChange {
  readonly id: string;
  readonly revision: number | null;
}

/** The messages that the server sends over Socket.IO. */
export interface ServerMessages {
  /**
   * New events of one run, in order. If the last one is `runFinished`, `result` comes with it unless it is large: then the
   * client asks `/api/runs/ID` for it.
   */
  'run:events': (events: readonly RunEvent[], result?: WatchedResult) => void;
  'queue:changed': (queue: QueueState) => void;
  /** All downloads of models. */
  'downloads:changed': (downloads: readonly Download[]) => void;
  /** The list of models has changed. */
  'models:changed': () => void;
  /** A label set was made, changed, renamed or deleted. */
  'labels:changed': (notice: LabelsNotice) => void;
  /** A collection was made, changed, renamed or deleted. */
  'collections:changed': (notice: CollectionsNotice) => void;
  /** A saved workflow has changed or was deleted. */
  'workflows:changed': (change: WorkflowChange) => void;
}
