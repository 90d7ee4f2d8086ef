import type { RunEvent, RunEventBody } from './events.ts';

/** Numbers events and hands them on until it is closed. */
export interface EventStream {
  emit(body: RunEventBody): void;
  /** What comes later is dropped: nodes that were given up may still talk. */
  close(): void;
}

/** A stream into a listener. A listener that throws loses that event; the run goes on. */
export function createEventStream(listener: (event: RunEvent) => void): EventStream {
  let seq = 0;
  let open = true;
  return {
    emit(body) {
      if (!open) return;
      seq += 1;
      try {
        listener({ seq, ...body });
      } catch {
        // Whoever watches must not break what is watched.
      }
    },
    close() {
      open = false;
    },
  };
}
