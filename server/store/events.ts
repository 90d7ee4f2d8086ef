import type { RunEventMessage } from '../protocol.ts';
import type { Database } from './sqlite.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An event before it has its place in the journal. */
export type EventBody = DistributiveOmit<RunEventMessage, 'runId' | 'seq' | 'at'>;

/** Events of runs, each with its number. */
export interface EventStore {
  /** Appends in order; inside a transaction of the caller. */
  append(runId: string, bodies: readonly EventBody[]): RunEventMessage[];
  /** Events after a number, in order; none for a run that is not known. */
  after(runId: string, seq: number, limit: number): RunEventMessage[];
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
        return { runId, seq: run.last_seq + 1 + i, at, ...body } as RunEventMessage;
      });
      advance.run(run.last_seq + bodies.length, run.ord);
      return events;
    },
    after: (runId, seq, limit) =>
      after
        .all(runId, seq, limit)
        .map((row) => ({ runId, seq: row.seq, ...JSON.parse(row.body) }) as RunEventMessage),
  };
}
