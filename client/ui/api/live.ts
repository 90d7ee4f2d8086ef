import { io, type Socket } from 'socket.io-client';
import type { CollectionsNotice } from '../../../server/contract/collections.ts';
import type { LabelsNotice } from '../../../server/contract/labels.ts';
import type {
  ClientMessages,
  ServerMessages,
  WatchAnswer,
  WorkflowChange,
} from '../../../server/contract/live.ts';
import type { Download } from '../../../server/contract/models.ts';
import type { QueueState, RunEvent, WatchedResult } from '../../../server/contract/run.ts';

/** Whether the page is connected to the server. */
export type Connection = 'connecting' | 'online' | 'offline';

/** Callbacks of the live connection. */
export interface LiveHooks {
  /** New events of one run, in order. `result` comes with the last event of a run, unless it is large. */
  onEvents(events: readonly RunEvent[], result?: WatchedResult): void;
  onQueue(queue: QueueState): void;
  onDownloads?(downloads: readonly Download[]): void;
  /** The list of models has changed. */
  onModels?(): void;
  /** A label set was made, changed, renamed or deleted. */
  onLabels?(notice: LabelsNotice): void;
  /** A collection was made, changed, renamed or deleted. */
  onCollections?(notice: CollectionsNotice): void;
  /** A saved workflow has changed, here or in another window. */
  onWorkflow?(change: WorkflowChange): void;
  /** On `online`, watch every followed run again. */
  onConnection(connection: Connection): void;
}

/** The socket to the server. It reconnects automatically. */
export interface LiveConnection {
  /** Requests the events of a run after a number. Resolves undefined if the connection broke: ask again once online. */
  watch(runId: string, afterSeq: number): Promise<WatchAnswer | undefined>;
  unwatch(runId: string): void;
  close(): void;
}

/** How long to wait for an answer, in milliseconds. */
const ACK_MS = 10_000;

/** Opens the socket. @param url another server than the page's own, for tests */
export function openLive(hooks: LiveHooks, url?: string): LiveConnection {
  const options = {
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    transports: ['websocket', 'polling'],
  };
  const socket: Socket<ServerMessages, ClientMessages> = url === undefined ? io(options) : io(url, options);
  socket.on('run:events', hooks.onEvents);
  socket.on('queue:changed', hooks.onQueue);
  socket.on('downloads:changed', (downloads) => hooks.onDownloads?.(downloads));
  socket.on('models:changed', () => hooks.onModels?.());
  socket.on('labels:changed', (notice) => hooks.onLabels?.(notice));
  socket.on('collections:changed', (notice) => hooks.onCollections?.(notice));
  socket.on('workflows:changed', (change) => hooks.onWorkflow?.(change));
  socket.on('connect', () => hooks.onConnection('online'));
  socket.on('disconnect', (reason) => {
    hooks.onConnection('offline');
    // The server disconnects a client that reads nothing, and all clients when it stops. Socket.IO does not reconnect
    // then.
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
