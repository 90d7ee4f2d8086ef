import { z } from 'zod';
import { count, errorSchema, storedId } from './basics.ts';
import type { Download } from './models.ts';
import type { QueueState, RunEvent, WatchedResult } from './run.ts';

/** `run:watch`: asks for the events of a run after `afterSeq`, missed ones first. Answered with {@link WatchAnswer}. */
export const watchSchema = z.object({ runId: storedId, afterSeq: count.default(0) });
/** `run:unwatch`. */
export const unwatchSchema = z.object({ runId: storedId });
export const watchAnswerSchema = z.union([
  z.object({ ok: z.literal(true), lastSeq: count }),
  z.object({ ok: z.literal(false), error: errorSchema.shape.error }),
]);
/** Whether the server follows the run for this client. */
export type WatchAnswer = z.infer<typeof watchAnswerSchema>;

/** Whether the request could be read; a run that nobody watched is not watched afterwards either. */
export type UnwatchAnswer = { readonly ok: true } | Extract<WatchAnswer, { readonly ok: false }>;

/** What a client may send over Socket.IO. It may leave out `ack`; the server then logs what it refuses. */
export interface ClientMessages {
  'run:watch': (message: z.input<typeof watchSchema>, ack?: (answer: WatchAnswer) => void) => void;
  'run:unwatch': (message: z.input<typeof unwatchSchema>, ack?: (answer: UnwatchAnswer) => void) => void;
}

/** What the server sends over Socket.IO. */
export interface ServerMessages {
  /** `result` comes with `runFinished` unless it is large: then the client asks `/api/runs/ID` for it. */
  'run:event': (event: RunEvent, result?: WatchedResult) => void;
  'queue:changed': (queue: QueueState) => void;
  /** All downloads of models. */
  'downloads:changed': (downloads: readonly Download[]) => void;
  /** The list of models has changed. */
  'models:changed': () => void;
}
