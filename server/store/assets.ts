import type { Asset } from '../contract/http.ts';
import type { Database } from './sqlite.ts';

/** The names, types and sizes of stored files. */
export interface AssetRecords {
  /** Adds a file. A file that was added before keeps its first name. */
  add(asset: Omit<Asset, 'createdAt'>): Asset;
  get(hash: string): Asset | undefined;
  remove(hash: string): void;
}

interface Row {
  readonly hash: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly created_at: number;
}

const assetOf = ({ created_at, ...row }: Row): Asset => ({
  ...row,
  // A damaged time must not hide the file.
  createdAt: new Date(Math.abs(created_at) <= 8.64e15 ? created_at : 0).toISOString(),
});

/** The asset records of a journal. */
export function assetRecords(db: Database): AssetRecords {
  const add = db.prepare('INSERT INTO assets VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING');
  const get = db.prepare<Row>('SELECT * FROM assets WHERE hash = ?');
  const remove = db.prepare('DELETE FROM assets WHERE hash = ?');
  return {
    remove: (hash) =>
      db.transaction('durable', () => {
        remove.run(hash);
      }),
    add: ({ hash, name, type, size }) =>
      db.transaction('durable', () => {
        add.run(hash, name, type, size, Date.now());
        return assetOf(get.get(hash) as Row);
      }),
    get(hash) {
      const row = get.get(hash);
      return row && assetOf(row);
    },
  };
}
