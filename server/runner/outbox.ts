import type { FromChild, RunnerEvent } from './messages.ts';

/** How many messages can be in the channel, not yet written. Further messages wait here, where they can be merged. */
const WINDOW = 32;

type Entry =
  | { readonly kind: 'message'; readonly message: FromChild }
  | { readonly kind: 'event'; readonly id: number; event: RunnerEvent };

/** Events that come within this many milliseconds of the last message are sent together. */
const TOGETHER_MS = 5;

/** Sends messages to the supervisor in order, and never faster than it reads them. */
export interface Outbox {
  send(message: FromChild): void;
  /** Sends an event of a run. If the supervisor is slow, newer progress and previews of a node replace waiting ones. */
  event(id: number, event: RunnerEvent): void;
  /** Resolves when all messages are written. */
  drained(): Promise<void>;
}

/** The key under which a newer event replaces a waiting one; undefined if the event must not be replaced. */
function replaceable(id: number, event: RunnerEvent): string | undefined {
  return event.type === 'nodeProgressed' || event.type === 'nodePreviewed'
    ? `${id} ${event.type} ${event.nodeId}`
    : undefined;
}

/** Makes an outbox for a channel. `post` calls back when the channel has written the message. */
export function createOutbox(post: (message: FromChild, written: () => void) => void): Outbox {
  const queue: Entry[] = [];
  const latest = new Map<string, Entry & { kind: 'event' }>();
  let inFlight = 0;
  let head = 0;
  let idle: (() => void)[] = [];

  let posted = Number.NEGATIVE_INFINITY;
  let soon: NodeJS.Immediate | undefined;

  /** The next message: an entry, or all events of one run that follow each other. */
  const next = (): FromChild => {
    const first = queue[head++]!;
    if (first.kind === 'message') return first.message;
    const { id } = first;
    const events: RunnerEvent[] = [];
    for (let entry: Entry | undefined = first; entry?.kind === 'event' && entry.id === id; ) {
      const key = replaceable(id, entry.event);
      if (key !== undefined && latest.get(key) === entry) latest.delete(key);
      events.push(entry.event);
      entry = queue[head];
      if (entry?.kind === 'event' && entry.id === id) head += 1;
    }
    return { type: 'events', id, events };
  };

  const flush = () => {
    if (soon) clearImmediate(soon);
    soon = undefined;
    while (inFlight < WINDOW && head < queue.length) {
      inFlight += 1;
      posted = performance.now();
      post(next(), () => {
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
        // Merged, so that a field that only the older one has is not lost.
        waiting.event = { ...waiting.event, ...event } as RunnerEvent;
        return;
      }
      const entry: Entry & { kind: 'event' } = { kind: 'event', id, event };
      if (key !== undefined) latest.set(key, entry);
      queue.push(entry);
      // A node that starts may compute for long without a pause, and so may one that reports progress.
      if (event.type === 'nodeStarted' || performance.now() - posted > TOGETHER_MS) flush();
      else soon ??= setImmediate(flush);
    },
    drained: () =>
      inFlight === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idle.push(resolve);
          }),
  };
}
