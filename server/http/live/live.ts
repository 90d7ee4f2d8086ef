import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'socket.io';
import type { Message } from '../../../nodes/sdk/messages.ts';
import {
  type ClientMessages,
  type ServerMessages,
  type UnwatchAnswer,
  unwatchSchema,
  type WatchAnswer,
  watchSchema,
} from '../../contract/live.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import type { Downloads } from '../../hub/downloads.ts';
import { errorFields, type Log } from '../../log.ts';
import type { Journal } from '../../store/journal.ts';
import { errorBody, notFound, toHttpError } from '../http-error.ts';
import type { Notices } from '../notices.ts';
import type { Queue } from '../queue.ts';
import { type AccessPolicy, type Refusal, refusalOf } from '../security.ts';
import { type Telling, tellingsOf } from './telling.ts';
import { createWatcher, type LiveSocket, type Watcher } from './watcher.ts';

/** The most runs that one client can watch at once. */
const MAX_WATCHED = 100;
const MAX_SOCKETS = 5000;
const QUEUE_EVERY_MS = 100;
const DOWNLOADS_EVERY_MS = 250;

/** The parts that live updates use. */
export interface LiveDeps {
  readonly journal: Journal;
  readonly notices: Notices;
  readonly queue: Queue;
  readonly downloads: Pick<Downloads, 'list'>;
  readonly policy: AccessPolicy;
  readonly log: Log;
}

/** The sockets of a server. */
export interface Live {
  readonly sockets: number;
  close(): Promise<void>;
}

function refusal(request: IncomingMessage, policy: AccessPolicy): Refusal | undefined {
  const { headers, method = 'GET', url = '' } = request;
  const queryToken = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('token') ?? undefined;
  return refusalOf({ headers, method, queryToken }, policy);
}

type WatchRefusal = Extract<WatchAnswer, { readonly ok: false }>;
const refuse = (error: Message): WatchRefusal => ({ ok: false, error });

/** Limits calls of `tell` to one per `ms` milliseconds. The last state is always told. */
function atMostEvery(ms: number, tell: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let told = 0;
  const now = () => {
    timer = undefined;
    told = performance.now();
    tell();
  };
  return {
    soon() {
      timer ??= setTimeout(now, Math.max(0, told + ms - performance.now()));
    },
    stop: () => clearTimeout(timer),
  };
}

/** Serves Socket.IO: the events of runs to the clients that watch them, and the queue to all clients. */
export function serveLive(
  http: HttpServer,
  { journal, notices, queue, downloads, policy, log }: LiveDeps,
): Live {
  const io = new Server<ClientMessages, ServerMessages>(http, {
    // Checked here, because the CORS settings of Socket.IO would let pages of other sites connect.
    allowRequest: (request, decide) => {
      const refused = refusal(request, policy);
      if (refused) log.warn('socket refused', { code: refused.code, got: refused.got });
      decide(refused?.message ?? null, refused === undefined && io.engine.clientsCount < MAX_SOCKETS);
    },
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    connectTimeout: 10_000,
    pingInterval: 20_000,
    pingTimeout: 20_000,
  });
  // `allowRequest` checks only the first request of a session. Later requests must show the token too.
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (!refusal(request, policy)) return next();
    response.writeHead(403);
    response.end();
  });
  /** For each run, the watchers that already have all its events. */
  const current = new Map<string, Set<Watcher>>();

  /**
   * Acts on a message. The answer goes to its `ack`, if it has one; a refusal of a message without one goes to the log. It never
   * throws.
   */
  function take<A extends WatchAnswer | UnwatchAnswer>(
    event: string,
    sent: readonly unknown[],
    act: (message: unknown, answer: (answer: A) => void) => WatchRefusal | undefined,
  ): void {
    const ack = sent.find((part) => typeof part === 'function');
    const answer = (given: A | WatchRefusal) => {
      if (ack) ack(given);
      else if (!given.ok) log.warn('live request refused', { event, code: given.error.code });
    };
    try {
      const refused = act(typeof sent[0] === 'function' ? undefined : sent[0], answer);
      if (refused) answer(refused);
    } catch (error) {
      log.error('live request failed', { event, ...errorFields(error) });
      answer(refuse(errorBody(toHttpError(error)).error));
    }
  }

  function connect(socket: LiveSocket): void {
    const watcher: Watcher = createWatcher(socket, journal, {
      onCurrent(runId) {
        void socket.join(runId);
        const set = current.get(runId) ?? new Set();
        current.set(runId, set.add(watcher));
      },
      onBehind(runId) {
        void socket.leave(runId);
        const set = current.get(runId);
        set?.delete(watcher);
        if (set?.size === 0) current.delete(runId);
      },
      onStalled() {
        log.warn('a client stopped reading and was disconnected', { socket: socket.id });
        socket.disconnect(true);
      },
    });
    function watch(message: unknown, answer: (answer: WatchAnswer) => void) {
      const parsed = watchSchema.safeParse(message);
      if (!parsed.success) return refuse(requestMessage('request.watch'));
      const { runId, afterSeq } = parsed.data;
      const run = journal.runs.get(runId);
      if (!run) return refuse(errorBody(notFound('run', runId)).error);
      if (!watcher.has(runId) && watcher.size >= MAX_WATCHED)
        return refuse(requestMessage('request.too-many-watched', { count: MAX_WATCHED }));
      answer({ ok: true, lastSeq: run.lastSeq });
      // A client that has more events than the journal had another journal before.
      watcher.watch(runId, Math.min(afterSeq, run.lastSeq));
      return undefined;
    }
    function unwatch(message: unknown, answer: (answer: UnwatchAnswer) => void) {
      const parsed = unwatchSchema.safeParse(message);
      if (!parsed.success) return refuse(requestMessage('request.unwatch'));
      watcher.unwatch(parsed.data.runId);
      answer({ ok: true });
      return undefined;
    }
    socket.on('run:watch', (...sent: unknown[]) => take('run:watch', sent, watch));
    socket.on('run:unwatch', (...sent: unknown[]) => take('run:unwatch', sent, unwatch));
    socket.on('disconnect', () => watcher.close());
    socket.emit('queue:changed', queue.state());
    socket.emit('downloads:changed', downloads.list());
  }
  io.on('connection', connect);

  function send({ runId, message, size }: Telling): void {
    const [events] = message;
    for (const watcher of [...(current.get(runId) ?? [])]) watcher.take(runId, events, size);
    // Socket.IO encodes the message once for all clients in the room.
    if (!current.has(runId)) return;
    io.to(runId).emit('run:events', ...message);
    if (events.at(-1)?.type === 'runFinished')
      for (const watcher of [...(current.get(runId) ?? [])]) watcher.unwatch(runId);
  }
  const offEvents = notices.onEvents((events) => {
    const watched = events.filter(({ runId }) => current.has(runId));
    for (const telling of tellingsOf(journal, watched)) send(telling);
  });

  // Many changes become one message. A busy client may miss one, and gets the next.
  const queueTold = atMostEvery(QUEUE_EVERY_MS, () => void io.volatile.emit('queue:changed', queue.state()));
  const downloadsTold = atMostEvery(
    DOWNLOADS_EVERY_MS,
    () => void io.volatile.emit('downloads:changed', downloads.list()),
  );
  const offQueue = notices.onQueue(queueTold.soon);
  const offDownloads = notices.onDownloads(downloadsTold.soon);
  const offModels = notices.onModels(() => void io.emit('models:changed'));
  const offLabels = notices.onLabels((notice) => void io.emit('labels:changed', notice));
  const offCollections = notices.onCollections((notice) => void io.emit('collections:changed', notice));
  const offWorkflows = notices.onWorkflows((change) => void io.emit('workflows:changed', change));

  return {
    get sockets() {
      return io.engine.clientsCount;
    },
    async close() {
      offEvents();
      offQueue();
      offDownloads();
      offModels();
      offLabels();
      offCollections();
      offWorkflows();
      queueTold.stop();
      downloadsTold.stop();
      await io.close();
    },
  };
}
