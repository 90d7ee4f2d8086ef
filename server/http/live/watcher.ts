import type { Socket } from 'socket.io';
import type { ClientMessages, ServerMessages } from '../../contract/live.ts';
import type { RunEvent } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';
import { tellingOf } from './telling.ts';

/** Most that waits in memory for one client, and one event more; what comes after it waits in the journal. */
export const MAX_BUFFERED = 256 * 1024;
/** A client that takes nothing for so long is sent away, to come back and ask. */
const STALLED_MS = 30_000;
const PAGE = 100;

/** A connection as this server types it. */
export type LiveSocket = Socket<ClientMessages, ServerMessages>;

/** Follows runs for one client: sends what it has not had, at the pace at which it takes it. */
export interface Watcher {
  /** Follows a run until its end was sent. */
  watch(runId: string, afterSeq: number): void;
  unwatch(runId: string): void;
  /** Counts an event that is about to be sent to all who are up to date. @returns false when this one has too much already. */
  take(runId: string, event: RunEvent, size: number): boolean;
  has(runId: string): boolean;
  readonly size: number;
  close(): void;
}

/** What a watcher tells of. */
export interface WatcherHooks {
  /** It has all that is in the journal, and takes part in what is sent to everyone. */
  onCurrent(runId: string): void;
  onBehind(runId: string): void;
  /** It takes nothing any more. */
  onStalled(): void;
}

interface Place {
  sent: number;
  current: boolean;
}

type Engine = LiveSocket['conn'];

/** Characters that the transport has not been given yet. */
function waitingIn(conn: Engine): number {
  // Private in the types, and the only place that says what is on its way.
  const waiting: readonly { readonly data?: unknown }[] = Reflect.get(conn, 'writeBuffer');
  return waiting.reduce((size, { data }) => size + (typeof data === 'string' ? data.length : 0), 0);
}

/** @param socket the client's; closed with the watcher's life */
export function createWatcher(
  socket: LiveSocket,
  journal: Pick<Journal, 'events' | 'runs'>,
  hooks: WatcherHooks,
): Watcher {
  const places = new Map<string, Place>();
  const { conn } = socket;
  let buffered = 0;
  let stalled: NodeJS.Timeout | undefined;

  function count(place: Place, event: RunEvent, size: number): void {
    place.sent = event.seq;
    buffered += size;
    stalled ??= setTimeout(hooks.onStalled, STALLED_MS).unref();
  }

  /** Reads from the journal what is missing, until the client has enough to do. */
  function catchUp(runId: string, place: Place): void {
    while (buffered < MAX_BUFFERED) {
      const events = journal.events.after(runId, place.sent, PAGE);
      for (const event of events) {
        if (buffered >= MAX_BUFFERED) return;
        const { message, size } = tellingOf(journal, event);
        socket.emit('run:event', ...message);
        count(place, event, size);
        if (event.type === 'runFinished') {
          places.delete(runId);
          return;
        }
      }
      if (events.length < PAGE) {
        place.current = true;
        hooks.onCurrent(runId);
        return;
      }
    }
  }

  // The connection's own "drain" says that packets went to the transport; the transport's, that they left for the network.
  function onDrain(): void {
    buffered = waitingIn(conn);
    clearTimeout(stalled);
    stalled = buffered > 0 ? setTimeout(hooks.onStalled, STALLED_MS).unref() : undefined;
    for (const [runId, place] of places) if (!place.current) catchUp(runId, place);
  }
  let transport = conn.transport;
  const listen = () => {
    transport.off('drain', onDrain);
    transport = conn.transport;
    transport.on('drain', onDrain);
  };
  listen();
  conn.on('upgrade', listen);

  return {
    watch(runId, afterSeq) {
      const place: Place = { sent: afterSeq, current: false };
      if (places.get(runId)?.current) hooks.onBehind(runId);
      places.set(runId, place);
      catchUp(runId, place);
    },
    unwatch(runId) {
      if (places.get(runId)?.current) hooks.onBehind(runId);
      places.delete(runId);
    },
    take(runId, event, size) {
      const place = places.get(runId);
      if (!place?.current) return false;
      if (buffered >= MAX_BUFFERED) {
        place.current = false;
        hooks.onBehind(runId);
        return false;
      }
      count(place, event, size);
      return true;
    },
    has: (runId) => places.has(runId),
    get size() {
      return places.size;
    },
    close() {
      transport.off('drain', onDrain);
      conn.off('upgrade', listen);
      clearTimeout(stalled);
      for (const [runId, { current }] of places) if (current) hooks.onBehind(runId);
      places.clear();
    },
  };
}
