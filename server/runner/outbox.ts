import type { FromChild, RunnerEvent, RunnerEventBody } from './messages.ts';

/** Messages handed to the channel that are not written yet; beyond them they wait here, where they can still be merged. */
const WINDOW = 32;

type Entry =
  | { readonly kind: 'message'; readonly message: FromChild }
  | { readonly kind: 'event'; readonly id: number; body: RunnerEventBody };

/** The way to the supervisor: in order, without gaps, and never more than it takes. */
export interface Outbox {
  send(message: FromChild): void;
  /** Tells an event of a run. While the supervisor is slow, newer progress and previews of a node replace older ones. */
  event(id: number, body: RunnerEventBody): void;
  /** Resolves when everything is written. */
  drained(): Promise<void>;
}

/** What an event is replaced by a newer one of, if anything. */
function replaceable(id: number, body: RunnerEventBody): string | undefined {
  return body.type === 'nodeProgressed' || body.type === 'nodePreviewed'
    ? `${id} ${body.type} ${body.nodeId}`
    : undefined;
}

/** An outbox over a channel; `post` calls back when the channel has written the message. */
export function createOutbox(post: (message: FromChild, written: () => void) => void): Outbox {
  const queue: Entry[] = [];
  const latest = new Map<string, Entry & { kind: 'event' }>();
  /** Last sequence number by run. */
  const sequence = new Map<number, number>();
  let inFlight = 0;
  let head = 0;
  let idle: (() => void)[] = [];

  const toMessage = (entry: Entry): FromChild => {
    if (entry.kind === 'message') return entry.message;
    const { id, body } = entry;
    const key = replaceable(id, body);
    if (key !== undefined && latest.get(key) === entry) latest.delete(key);
    const seq = (sequence.get(id) ?? 0) + 1;
    sequence.set(id, seq);
    return { type: 'event', id, event: { seq, ...body } as RunnerEvent };
  };

  const flush = () => {
    while (inFlight < WINDOW && head < queue.length) {
      const entry = queue[head]!;
      head += 1;
      inFlight += 1;
      const message = toMessage(entry);
      if (message.type === 'done' || message.type === 'failed') sequence.delete(message.id);
      post(message, () => {
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
    event(id, body) {
      const key = replaceable(id, body);
      const waiting = key === undefined ? undefined : latest.get(key);
      if (waiting) {
        // The total comes only when it is news: what is replaced may have brought it.
        waiting.body = { ...waiting.body, ...body } as RunnerEventBody;
        return;
      }
      const entry: Entry & { kind: 'event' } = { kind: 'event', id, body };
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
