import type { PortValue, View } from '../../nodes/sdk/index.ts';
import type { RunEnd, RunEventBody } from '../contract/run.ts';

type Of<T extends RunEventBody['type']> = Extract<RunEventBody, { readonly type: T }>;

/**
 * The events of a run, in order, as the engine emits them. They are the events of the contract, but a preview holds the
 * view itself. The journal of the server numbers them.
 */
export type EngineEvent =
  | Exclude<RunEventBody, Of<'runQueued' | 'runRequeued' | 'runStarted' | 'nodePreviewed' | 'runFinished'>>
  | Omit<Of<'runStarted'>, 'attempt'>
  | (Omit<Of<'nodePreviewed'>, 'view'> & { readonly view: View })
  | (Omit<Of<'runFinished'>, 'status'> & { readonly status: RunEnd });

/** Passes events on until it is closed. */
export interface EventStream {
  emit(event: EngineEvent): void;
  /** Drops all later events, because a node that the run no longer waits for may still report. */
  close(): void;
}

/** Makes a stream to a listener. If the listener throws, that event is lost and the run continues. */
export function createEventStream(listener: (event: EngineEvent) => void): EventStream {
  let open = true;
  return {
    emit(event) {
      if (!open) return;
      try {
        listener(event);
      } catch {
        // An error in a listener must not break the run.
      }
    },
    close() {
      open = false;
    },
  };
}

/** The values of a run by node and port. Nodes without a result have none. The caller must release them. */
export interface ResultValues {
  get(nodeId: string, port: string): PortValue | undefined;
  release(): void;
}
