import type { Socket } from 'socket.io';
import type { ClientMessages, ServerMessages } from '../../contract/live.ts';
import type { RunEvent } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';
import { tellingsOf } from './telling.ts';

/** The most characters that wait in memory for one client, plus one message. Later events wait in the journal. */
export const MAX_BUFFERED = 256 * 1024;
/** A client that reads nothing for this long is disconnected. It connects again and continues. */
const STALLED_MS = 30_000;
/** How many events are read from the journal at once. Events may be large, so the first page is small. */
const FIRST_PAGE = 8;
const LARGEST_PAGE = 128;

/** A connection with the types of its messages. */
export type LiveSocket = Socket<ClientMessages, ServerMessages>;

/** Watches runs for one client. It sends the missing events as fast as the client reads them. */
export interface Watcher {
  /** Watches a run until its end was sent. */
  watch(runId: string, afterSeq: number): void;
  unwatch(runId: string): void;
  /** Counts a message that will be sent to all current watchers. @returns false if this watcher has too much waiting */
  take(runId: string, events: readonly RunEvent[], size: number): boolean;
  has(runId: string): boolean;
  readonly size: number;
  close(): void;
}

/** Callbacks of a watcher. */
export interface WatcherHooks {
  /** The client has all events of the journal and gets new ones with all others. */
  onCurrent(runId: string): void;
  onBehind(runId: string): void;
  /** The client has stopped reading. */
  onStalled(): void;
}

interface Place {
  sent: number;
  current: boolean;
}

type Engine = LiveSocket['conn'];

/** The characters that still wait for the transport. */
function waitingIn(conn: Engine): number {
  // A private field, but the only place that shows which characters are on their way.
  const waiting: readonly { readonly data?: unknown }[] = Reflect.get(conn, 'writeBuffer');
  return waiting.reduce((size, { data }) => size + (typeof data === 'string' ? data.length : 0), 0);
}

/** Makes a watcher for the socket of a client. */
export function createWatcher(
  socket: LiveSocket,
  journal: Pick<Journal, 'events' | 'runs'>,
  hooks: WatcherHooks,
): Watcher {
  const places = new Map<string, Place>();
  const { conn } = socket;
  let buffered = 0;
  let stalled: NodeJS.Timeout | undefined;

  function count(place: Place, events: readonly RunEvent[], size: number): void {
    place.sent = events.at(-1)!.seq;
    buffered += size;
    stalled ??= setTimeout(hooks.onStalled, STALLED_MS).unref();
  }

  /** Sends missing events from the journal until the buffer is full. */
  function catchUp(runId: string, place: Place): void {
    for (let page = FIRST_PAGE; buffered < MAX_BUFFERED; ) {
      const events = journal.events.after(runId, place.sent, page);
      const before = buffered;
      for (const { message, size } of tellingsOf(journal, events)) {
        if (buffered >= MAX_BUFFERED) return;
        const [sent] = message;
        socket.emit('run:events', ...message);
        count(place, sent, size);
        if (sent.at(-1)?.type === 'runFinished') {
          places.delete(runId);
          return;
        }
      }
      if (events.length < page) {
        place.current = true;
        hooks.onCurrent(runId);
        return;
      }
      const each = (buffered - before) / events.length;
      page = Math.max(FIRST_PAGE, Math.min(LARGEST_PAGE, Math.floor((MAX_BUFFERED - buffered) / each)));
    }
  }

  // The "drain" event of the connection means that packets went to the transport. That of the transport means that they
  // went to the network.
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
    take(runId, events, size) {
      const place = places.get(runId);
      if (!place?.current) return false;
      if (buffered >= MAX_BUFFERED) {
        place.current = false;
        hooks.onBehind(runId);
        return false;
      }
      count(place, events, size);
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
