import { io, type Socket } from 'socket.io-client';
import type {
  ClientMessages,
  DownloadMessage,
  QueueMessage,
  RunEventMessage,
  RunResultsMessage,
  ServerMessages,
  WatchAck,
} from '../../../server/protocol.ts';

/** Whether the server is reached at the moment. */
export type Connection = 'connecting' | 'online' | 'offline';

/** What a live connection tells of. */
export interface LiveHooks {
  /** `results` come with the end of a run, unless they are large. */
  onEvent(event: RunEventMessage, results?: RunResultsMessage): void;
  onQueue(queue: QueueMessage): void;
  onDownloads?(downloads: readonly DownloadMessage[]): void;
  /** Other models are there than before. */
  onModels?(): void;
  /** Online again means: watch again whatever is followed. */
  onConnection(connection: Connection): void;
}

/** The socket to the server; it comes back by itself. */
export interface LiveConnection {
  /** Asks for a run's events after a number. Resolves undefined where the network ended it: ask again when online. */
  watch(runId: string, afterSeq: number): Promise<WatchAck | undefined>;
  unwatch(runId: string): void;
  close(): void;
}

/** How long an answer is waited for, in milliseconds. */
const ACK_MS = 10_000;

/** Opens the socket. @param url another server than the page's own, for tests */
export function openLive(hooks: LiveHooks, url?: string): LiveConnection {
  const options = {
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    transports: ['websocket', 'polling'],
  };
  const socket: Socket<ServerMessages, ClientMessages> = url === undefined ? io(options) : io(url, options);
  socket.on('run:event', hooks.onEvent);
  socket.on('queue:changed', hooks.onQueue);
  socket.on('downloads:changed', (downloads) => hooks.onDownloads?.(downloads));
  socket.on('models:changed', () => hooks.onModels?.());
  socket.on('connect', () => hooks.onConnection('online'));
  socket.on('disconnect', (reason) => {
    hooks.onConnection('offline');
    // Sent away for taking nothing, or by a server that stops: neither is tried again by itself.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => hooks.onConnection('offline'));
  return {
    async watch(runId, afterSeq) {
      if (!socket.connected) return undefined;
      return await socket
        .timeout(ACK_MS)
        .emitWithAck('run:watch', { runId, afterSeq })
        .catch(() => undefined);
    },
    unwatch(runId) {
      if (socket.connected) socket.emit('run:unwatch', { runId });
    },
    close: () => void socket.close(),
  };
}
