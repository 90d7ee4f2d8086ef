import { type Database, isDamaged } from './sqlite.ts';

/** `probed`: when the server last tried whether it can write again. `models`: the last list of models. With it, a server can check workflows before its runner has started. */
export type Setting = 'paused' | 'secret' | 'models' | 'probed';

/** Small values that the server keeps across restarts. */
export interface Settings {
  /** The value; undefined if it was never set, or is damaged. */
  get(name: Setting): string | undefined;
  set(name: Setting, value: string): void;
}

/** The settings of a journal. */
export function settingsStore(db: Database): Settings {
  const get = db.prepare<{ value: string }>('SELECT value FROM settings WHERE name = ?');
  const set = db.prepare(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get(name) {
      const row = get.get(name);
      return row && !isDamaged(row) ? row.value : undefined;
    },
    set: (name, value) => db.transaction('durable', () => void set.run(name, value)),
  };
}
