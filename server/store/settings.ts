import type { Database } from './sqlite.ts';

/** Small facts that outlive the process. */
export interface Settings {
  get(name: 'paused' | 'secret'): string | undefined;
  set(name: 'paused' | 'secret', value: string): void;
}

/** The settings of a journal. */
export function settingsStore(db: Database): Settings {
  const get = db.prepare<{ value: string }>('SELECT value FROM settings WHERE name = ?');
  const set = db.prepare(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name) => get.get(name)?.value,
    set: (name, value) => db.transaction('durable', () => void set.run(name, value)),
  };
}
