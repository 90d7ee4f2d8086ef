import type { Workflow } from '../../workflows/workflow.ts';
import type { Tab, View } from './tabs.ts';

/** An open workflow in the crash journal. */
export interface JournalTab extends Pick<Tab, 'key' | 'workflowId' | 'revision' | 'name' | 'dirty'> {
  /** Absent in sessions of older versions. */
  readonly run?: Tab['run'];
  readonly view?: Tab['view'];
  readonly workflow: Workflow;
}

/** Everything that one window has open. */
export interface JournalSession {
  /** The window's id. */
  readonly id: string;
  readonly active: string | null;
  readonly view: View;
  readonly tabs: readonly JournalTab[];
  /** Time of writing, in milliseconds since 1970. */
  readonly at: number;
}

/** Where sessions are kept; IndexedDB in a browser. */
export interface SessionStore {
  put(session: JournalSession): Promise<void>;
  all(): Promise<readonly JournalSession[]>;
  remove(id: string): Promise<void>;
}

const NAME = 'patchbay';
const TABLE = 'sessions';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Sessions in IndexedDB. When `put` resolves, the data is on disk and survives a killed browser. */
export async function openSessionStore(factory: IDBFactory = indexedDB): Promise<SessionStore> {
  const opening = factory.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'id' });
  const database = await done(opening);
  const within = (mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest) =>
    new Promise<unknown>((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  return {
    put: async (session) => void (await within('readwrite', (table) => table.put(session))),
    all: async () => (await within('readonly', (table) => table.getAll())) as JournalSession[],
    remove: async (id) => void (await within('readwrite', (table) => table.delete(id))),
  };
}
