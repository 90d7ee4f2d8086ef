import { storageMessage } from '../contract/messages/storage.ts';
import type { RunEvent, RunEventBody, RunSummary } from '../contract/run.ts';
import { runEventSchema } from '../contract/run.ts';
import { type RunRow, runOf } from './run-rows.ts';
import { type Database, isDamaged } from './sqlite.ts';

/** The events of runs. Only this store numbers them. */
export interface EventStore {
  /** Appends events in order, inside a transaction of the caller. */
  append(runId: string, bodies: readonly RunEventBody[]): RunEvent[];
  /** The events after a number, in order; none for an unknown run. */
  after(runId: string, seq: number, limit: number): RunEvent[];
}

/** The most bytes of a page that is read as one text. */
const MAX_PAGE_BYTES = 1024 * 1024;

type Stored = RunEventBody & { readonly at: string };

const TYPES: ReadonlySet<unknown> = new Set(runEventSchema.options.map(({ shape }) => shape.type.value));

/** @throws Error if the text is not an event */
function bodyOf(text: string): Stored {
  const body = JSON.parse(text) as Stored;
  const { type, at } = body;
  const isWhole =
    TYPES.has(type) &&
    typeof at === 'string' &&
    (!type.startsWith('node') || ('nodeId' in body && typeof body.nodeId === 'string')) &&
    (type !== 'runStarted' || Array.isArray(body.nodes));
  if (!isWhole) throw new Error('This is not an event.');
  return body;
}

/** The event that takes the place of a damaged one: the end of its run, or a warning that an event is lost. */
function substitute(body: string, run: RunSummary | undefined, seq: number): Stored {
  const at = run?.finishedAt ?? run?.createdAt ?? new Date(0).toISOString();
  if (run && run.finishedAt !== null && run.lastSeq === seq) {
    const { status, ms, problem } = run;
    return { type: 'runFinished', status, ms: ms ?? 0, problems: problem ? [problem] : [], at };
  }
  const nodeId = /"nodeId":"([\w.:-]{1,200})"/.exec(body)?.[1] ?? '?';
  return { type: 'nodeWarned', nodeId, ...storageMessage('event.unreadable', { seq }), at };
}

/** The events of a journal. */
export function eventStore(db: Database): EventStore {
  const place = db.prepare<{ ord: number; last_seq: number }>('SELECT ord, last_seq FROM runs WHERE id = ?');
  const insert = db.prepare('INSERT INTO events (run, seq, body) VALUES (?, ?, ?)');
  const advance = db.prepare('UPDATE runs SET last_seq = ? WHERE ord = ?');
  const PAGE =
    'SELECT seq, body FROM events WHERE run = (SELECT ord FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?';
  // A page is read as one text, because every text costs time of its own. A large one would cost memory for several copies.
  const page = db.prepare<{ page: string | null; bytes: number }>(
    `SELECT CASE WHEN total(octet_length(body)) <= ${MAX_PAGE_BYTES} THEN group_concat(seq || ' ' || body, x'00') END AS page,
      total(octet_length(body)) AS bytes FROM (${PAGE})`,
  );
  const after = db.prepare<{ seq: number; body: string }>(PAGE);
  const ends = db.prepare<RunRow>('SELECT * FROM runs WHERE id = ?');

  /** @throws Error if an event is damaged or missing */
  function oneByOne(runId: string, seq: number, limit: number): RunEvent[] {
    return after.all(runId, seq, limit).map((row, i) => {
      if (isDamaged(row) || row.seq !== seq + 1 + i) throw new Error('An event is damaged or missing.');
      return { runId, seq: row.seq, ...bodyOf(row.body) };
    });
  }

  /** @returns undefined if an event of the page is damaged */
  function whole(runId: string, seq: number, limit: number): RunEvent[] | undefined {
    try {
      const row = page.get(runId, seq, limit);
      if (!row || isDamaged(row)) return undefined;
      if (row.bytes > MAX_PAGE_BYTES) return oneByOne(runId, seq, limit);
      if (row.page === null) return [];
      let expected = seq;
      return row.page.split('\0').map((one) => {
        const space = one.indexOf(' ');
        expected += 1;
        if (Number(one.slice(0, space)) !== expected) throw new Error('An event is missing.');
        return { runId, seq: expected, ...bodyOf(one.slice(space + 1)) };
      });
    } catch {
      return undefined;
    }
  }

  /** Reads one event after the other. Others take the places of damaged ones, because clients count. */
  function rescued(runId: string, seq: number, limit: number): RunEvent[] {
    const rows = new Map(after.all(runId, seq, limit).map((row) => [row.seq, row.body]));
    const run = ends.get(runId);
    const last = Math.min(run?.last_seq ?? 0, seq + limit);
    const events: RunEvent[] = [];
    for (let at = seq + 1; at <= last; at++) {
      const body = rows.get(at) ?? '';
      try {
        events.push({ runId, seq: at, ...bodyOf(body) });
      } catch {
        events.push({ runId, seq: at, ...substitute(body, run && runOf(run), at) });
      }
    }
    return events;
  }

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
    after: (runId, seq, limit) => whole(runId, seq, limit) ?? rescued(runId, seq, limit),
  };
}
