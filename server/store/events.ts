import type { RunEvent, RunEventBody } from '../contract/run.ts';
import type { Database } from './sqlite.ts';

/** The events of runs. Only this store numbers them. */
export interface EventStore {
  /** Appends events in order, inside a transaction of the caller. */
  append(runId: string, bodies: readonly RunEventBody[]): RunEvent[];
  /** The events after a number, in order; none for an unknown run. */
  after(runId: string, seq: number, limit: number): RunEvent[];
}

/** The events of a journal. */
export function eventStore(db: Database): EventStore {
  const place = db.prepare<{ ord: number; last_seq: number }>('SELECT ord, last_seq FROM runs WHERE id = ?');
  const insert = db.prepare('INSERT INTO events (run, seq, body) VALUES (?, ?, ?)');
  const advance = db.prepare('UPDATE runs SET last_seq = ? WHERE ord = ?');
  const after = db.prepare<{ seq: number; body: string }>(
    'SELECT seq, body FROM events WHERE run = (SELECT ord FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?',
  );
  return {
    append(runId, bodies) {
      const run = place.get(runId);
      if (!run) return [];
      const at = new Date().toISOString();
      const events = bodies.map((body, i) => {
        insert.run(run.ord, run.last_seq + 1 + i, JSON.stringify({ ...body, at }));
        return { runId, seq: run.last_seq + 1 + i, at, ...body } as RunEvent;
      });
      advance.run(run.last_seq + bodies.length, run.ord);
      return events;
    },
    after: (runId, seq, limit) =>
      after
        .all(runId, seq, limit)
        .map((row) => ({ runId, seq: row.seq, ...JSON.parse(row.body) }) as RunEvent),
  };
}
