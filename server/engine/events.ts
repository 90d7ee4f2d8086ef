import type { PortValue, View } from '../../nodes/sdk/index.ts';
import type { RunEnd, RunEventBody } from '../contract/run.ts';

type Of<T extends RunEventBody['type']> = Extract<RunEventBody, { readonly type: T }>;

/**
 * What happened in a run, in order, as the engine tells it: events of the contract, with the value of a view as a preview. The
 * journal numbers them, where there is one.
 */
export type EngineEvent =
  | Exclude<RunEventBody, Of<'runQueued' | 'runRequeued' | 'runStarted' | 'nodePreviewed' | 'runFinished'>>
  | Omit<Of<'runStarted'>, 'attempt'>
  | (Omit<Of<'nodePreviewed'>, 'view'> & { readonly view: View })
  | (Omit<Of<'runFinished'>, 'status'> & { readonly status: RunEnd });

/** Hands events on until it is closed. */
export interface EventStream {
  emit(event: EngineEvent): void;
  /** Later events are dropped: a node that was given up may still report. */
  close(): void;
}

/** A stream into a listener. A listener that throws loses that event; the run goes on. */
export function createEventStream(listener: (event: EngineEvent) => void): EventStream {
  let open = true;
  return {
    emit(event) {
      if (!open) return;
      try {
        listener(event);
      } catch {
        // Whoever watches must not break what is watched.
      }
    },
    close() {
      open = false;
    },
  };
}

/** The values of a run by node and port, for the nodes that have a result. The caller releases them when done. */
export interface ResultValues {
  get(nodeId: string, port: string): PortValue | undefined;
  release(): void;
}
