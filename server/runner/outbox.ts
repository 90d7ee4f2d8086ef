import type { FromChild, RunnerEvent } from './messages.ts';

/** Messages handed to the channel that are not written yet; beyond them they wait here, where they can still be merged. */
const WINDOW = 32;

type Entry =
  | { readonly kind: 'message'; readonly message: FromChild }
  | { readonly kind: 'event'; readonly id: number; event: RunnerEvent };

/** The way to the supervisor: in order, and never more than it takes. */
export interface Outbox {
  send(message: FromChild): void;
  /** Tells an event of a run. While the supervisor is slow, newer progress and previews of a node replace older ones. */
  event(id: number, event: RunnerEvent): void;
  /** Resolves when everything is written. */
  drained(): Promise<void>;
}

/** What an event is replaced by a newer one of, if anything. */
function replaceable(id: number, event: RunnerEvent): string | undefined {
  return event.type === 'nodeProgressed' || event.type === 'nodePreviewed'
    ? `${id} ${event.type} ${event.nodeId}`
    : undefined;
}

/** An outbox over a channel; `post` calls back when the channel has written the message. */
export function createOutbox(post: (message: FromChild, written: () => void) => void): Outbox {
  const queue: Entry[] = [];
  const latest = new Map<string, Entry & { kind: 'event' }>();
  let inFlight = 0;
  let head = 0;
  let idle: (() => void)[] = [];

  const toMessage = (entry: Entry): FromChild => {
    if (entry.kind === 'message') return entry.message;
    const { id, event } = entry;
    const key = replaceable(id, event);
    if (key !== undefined && latest.get(key) === entry) latest.delete(key);
    return { type: 'event', id, event };
  };

  const flush = () => {
    while (inFlight < WINDOW && head < queue.length) {
      const entry = queue[head]!;
      head += 1;
      inFlight += 1;
      post(toMessage(entry), () => {
        inFlight -= 1;
        flush();
      });
    }
    if (head === queue.length) {
      queue.length = 0;
      head = 0;
      if (inFlight === 0) {
        for (const resolve of idle) resolve();
        idle = [];
      }
    }
  };

  return {
    send(message) {
      queue.push({ kind: 'message', message });
      flush();
    },
    event(id, event) {
      const key = replaceable(id, event);
      const waiting = key === undefined ? undefined : latest.get(key);
      if (waiting) {
        // The total comes only when it is news: what is replaced may have brought it.
        waiting.event = { ...waiting.event, ...event } as RunnerEvent;
        return;
      }
      const entry: Entry & { kind: 'event' } = { kind: 'event', id, event };
      if (key !== undefined) latest.set(key, entry);
      queue.push(entry);
      flush();
    },
    drained: () =>
      inFlight === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idle.push(resolve);
          }),
  };
}
