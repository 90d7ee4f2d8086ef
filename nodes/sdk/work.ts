import type { Said } from './messages.ts';

/** Reports progress; `total` if it is known. */
export type OnProgress = (done: number, total?: number) => void;

/** Options of long work: how to stop it, and how it reports. */
export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Receives warnings for the user; the work continues. */
  readonly onWarn?: (message: Said) => void;
}
