import type { Said } from './messages.ts';

/** Reports progress; `total` if it is known. */
export type OnProgress = (done: number, total?: number) => void;

/** Options of long work: how to stop it, and how it reports. */
export interface WorkOptions {
  readonly signal: AbortSignal;
  /** Ends the work early with the best result so far, where there is one. */
  readonly stop?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Receives warnings for the user; the work continues. */
  readonly onWarn?: (message: Said) => void;
}
