import type { ErrorDetails, Message } from '../../nodes/sdk/index.ts';
import type {
  RunDetailMessage,
  RunEventMessage,
  RunMessage,
  RunResultsMessage,
  RunState,
} from '../protocol.ts';
import { ordOf, type Page, pageOf } from './cursor.ts';
import type { EventBody, EventStore } from './events.ts';
import { newId } from './ids.ts';
import { type Lane, type RunRow, runOf } from './run-rows.ts';
import type { Database, Durability } from './sqlite.ts';

/** What is kept of how a run ended. */
export type StoredOutcome = Pick<RunDetailMessage, 'problems' | 'nodes' | 'outputs' | 'views' | 'files'>;

/** A run to be remembered. */
export interface NewRun {
  /** The checked workflow as JSON text, inputs applied. */
  readonly workflow: string;
  readonly name: string;
  readonly workflowId?: string;
  readonly workflowRevision?: number;
  readonly targets?: readonly string[];
  readonly cache: boolean;
  readonly lane: Lane;
  readonly front: boolean;
  /** Of the runs of one series, lists show the newest. */
  readonly series?: string;
  /** The same key and hash name the same run: it is made once. */
  readonly idempotency?: { readonly key: string; readonly hash: string };
}

/**
 * Runs, from their submission to their end and after. Every change is one transaction. What a run of a series leaves does not
 * wait for the disk: it outlives this process, and after a power cut the run is made again.
 */
export interface RunStore {
  /** `existing`: the key was used for this very request; `conflict`: for another one. */
  submit(run: NewRun): { readonly kind: 'new' | 'existing' | 'conflict'; readonly run: RunMessage };
  get(id: string): RunMessage | undefined;
  /** The run that a key names, and the hash of the request it came with. */
  byKey(key: string): { readonly run: RunMessage; readonly hash: string | null } | undefined;
  workflow(id: string): string | undefined;
  outcome(id: string): StoredOutcome | undefined;
  /** What a run that has ended shows, where all that is kept of its end has at most so many characters. */
  results(id: string, maxLength: number): RunResultsMessage | undefined;
  /** Newest first; of a series only the newest, and what is under way. */
  list(options: {
    readonly limit: number;
    readonly cursor?: string;
    readonly status?: readonly RunState[];
    readonly workflowId?: string;
  }): Page<RunMessage>;
  /** The next one that waits, of these lanes. */
  next(lanes: readonly Lane[]): { readonly id: string; readonly lane: Lane } | undefined;
  running(): readonly RunMessage[];
  waiting(limit: number): { readonly ids: readonly string[]; readonly total: number };
  start(id: string): RunMessage;
  append(events: readonly { readonly runId: string; readonly body: EventBody }[]): RunEventMessage[];
  /** Ends a run, once: what has ended already stays as it is and gives no event. */
  finish(id: string, status: RunState, ms: number, outcome: StoredOutcome): RunEventMessage[];
  /** Cancels up to so many that wait. */
  cancelWaiting(limit: number, outcome: StoredOutcome): RunEventMessage[];
  /** Puts a run that was under way back, before all others; `crashed` counts what it was lost to. */
  requeue(id: string, message: Message, crashed: boolean): RunEventMessage[];
  /** How often a run was lost to a crash so far. */
  crashes(id: string): number;
  /** @returns whether it waits. */
  toFront(id: string): boolean;
  /** Up to so many that have ended and are beyond the newest `keep` (0: all are kept) or superseded, oldest first. */
  expired(keep: number, limit: number): readonly string[];
  /** Forgets a run that has ended; `fast` where nobody was promised that. @returns whether there was one. */
  remove(id: string, durability: Durability): boolean;
}

/** Runs that others took the place of stay for a while: a page that comes back may have results of the last ones. */
const KEPT_SUPERSEDED = 20;

const NOTHING: Omit<StoredOutcome, 'problems'> = { nodes: {}, outputs: {}, views: {}, files: [] };

/** The outcome of a run of which nothing is left but why. */
export function outcomeOf(...problems: ErrorDetails[]): StoredOutcome {
  return { ...NOTHING, problems: [...problems] };
}

/** The runs of a journal. */
export function runStore(db: Database, events: EventStore): RunStore {
  const byId = db.prepare<RunRow>('SELECT * FROM runs WHERE id = ?');
  const byKey = db.prepare<RunRow>('SELECT * FROM runs WHERE idempotency_key = ?');
  const insert = db.prepare(
    `INSERT INTO runs (id, status, position, workflow_id, workflow_revision, name, targets, cache, lane, created_at,
      idempotency_key, request_hash, series) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const supersede = db.prepare(
    'UPDATE runs SET superseded = 1 WHERE series = ? AND superseded = 0 AND series IS NOT NULL',
  );
  const expired = db.prepare<{ id: string }>(
    `SELECT id FROM runs WHERE superseded = ? AND finished_at IS NOT NULL
      AND ord <= (SELECT ord FROM runs WHERE superseded = ? ORDER BY ord DESC LIMIT 1 OFFSET ?) ORDER BY ord LIMIT ?`,
  );
  const bounds = db.prepare<{ low: number | null; high: number | null }>(
    'SELECT min(position) AS low, max(position) AS high FROM runs WHERE position IS NOT NULL',
  );
  const addWorkflow = db.prepare('INSERT INTO run_workflows VALUES (?, ?)');
  const workflow = db.prepare<{ body: string }>(
    'SELECT body FROM run_workflows WHERE run = (SELECT ord FROM runs WHERE id = ?)',
  );
  const outcome = db.prepare<{ body: string }>(
    'SELECT body FROM run_outcomes WHERE run = (SELECT ord FROM runs WHERE id = ?)',
  );
  const results = db.prepare<{ body: string }>(
    'SELECT body FROM run_outcomes WHERE run = (SELECT ord FROM runs WHERE id = ?) AND length(body) <= ?',
  );
  const next = db.prepare<{ id: string; lane: Lane }>(
    'SELECT id, lane FROM runs WHERE position IS NOT NULL AND lane IN (?, ?) ORDER BY position LIMIT 1',
  );
  const running = db.prepare<RunRow>("SELECT * FROM runs WHERE status = 'running' ORDER BY ord");
  const waiting = db.prepare<{ id: string }>(
    'SELECT id FROM runs WHERE position IS NOT NULL ORDER BY position LIMIT ?',
  );
  const waitingTotal = db.prepare<{ n: number }>('SELECT count(*) AS n FROM runs WHERE position IS NOT NULL');
  const start = db.prepare(
    "UPDATE runs SET status = 'running', position = NULL, started_at = ?, attempts = attempts + 1 WHERE id = ?",
  );
  const finish = db.prepare(
    'UPDATE runs SET status = ?, position = NULL, finished_at = ?, ms = ?, message = ? WHERE id = ?',
  );
  const addOutcome = db.prepare('INSERT INTO run_outcomes VALUES (?, ?)');
  const move = db.prepare("UPDATE runs SET status = 'queued', position = ? WHERE id = ?");
  const crash = db.prepare('UPDATE runs SET crashes = crashes + 1 WHERE id = ?');
  const remove = db.prepare('DELETE FROM runs WHERE id = ?');

  const front = () => (bounds.get()?.low ?? 1) - 1;
  const back = () => (bounds.get()?.high ?? 0) + 1;
  const durabilityOf = (series: string | null | undefined): Durability =>
    series == null ? 'durable' : 'fast';
  const isOver = (row: RunRow) => row.status !== 'queued' && row.status !== 'running';

  function end(id: string, status: RunState, ms: number, result: StoredOutcome): RunEventMessage[] {
    const row = byId.get(id);
    if (!row || isOver(row)) return [];
    finish.run(status, Date.now(), ms, result.problems[0]?.message.replaceAll('\0', '') ?? null, id);
    addOutcome.run(row.ord, JSON.stringify(result));
    return events.append(id, [{ type: 'runFinished', status, ms, problems: result.problems }]);
  }

  return {
    submit: (run) =>
      db.transaction(durabilityOf(run.series), () => {
        const known = run.idempotency && byKey.get(run.idempotency.key);
        if (known)
          return {
            kind: known.request_hash === run.idempotency?.hash ? 'existing' : 'conflict',
            run: runOf(known),
          };
        const now = Date.now();
        const id = newId('run', now);
        if (run.series !== undefined) supersede.run(run.series);
        insert.run(
          id,
          run.front ? front() : back(),
          run.workflowId ?? null,
          run.workflowRevision ?? null,
          run.name,
          run.targets ? JSON.stringify(run.targets) : null,
          run.cache ? 1 : 0,
          run.lane,
          now,
          run.idempotency?.key ?? null,
          run.idempotency?.hash ?? null,
          run.series ?? null,
        );
        addWorkflow.run((byId.get(id) as RunRow).ord, run.workflow);
        events.append(id, [{ type: 'runQueued' }]);
        return { kind: 'new', run: runOf(byId.get(id) as RunRow) };
      }),
    get(id) {
      const row = byId.get(id);
      return row && runOf(row);
    },
    byKey(key) {
      const row = byKey.get(key);
      return row && { run: runOf(row), hash: row.request_hash };
    },
    workflow: (id) => workflow.get(id)?.body,
    outcome(id) {
      const row = outcome.get(id);
      return row && (JSON.parse(row.body) as StoredOutcome);
    },
    results(id, maxLength) {
      const row = results.get(id, maxLength);
      if (!row) return undefined;
      const { nodes, views, files } = JSON.parse(row.body) as StoredOutcome;
      return { nodes, views, files };
    },
    list({ limit, cursor, status, workflowId }) {
      const states = status ?? [];
      // The number of states varies, so this one is prepared each time.
      const rows = db
        .prepare<RunRow>(
          `SELECT * FROM runs WHERE ord < ? AND (superseded = 0 OR finished_at IS NULL)${states.length > 0 ? ` AND status IN (${states.map(() => '?').join(', ')})` : ''}${
            workflowId === undefined ? '' : ' AND workflow_id = ?'
          } ORDER BY ord DESC LIMIT ?`,
        )
        .all(
          cursor === undefined ? Number.MAX_SAFE_INTEGER : ordOf(cursor),
          ...states,
          ...(workflowId === undefined ? [] : [workflowId]),
          limit + 1,
        );
      return pageOf(rows, limit, runOf);
    },
    next: ([first, second = first]) => (first && second ? next.get(first, second) : undefined),
    running: () => running.all().map(runOf),
    waiting: (limit) => ({
      ids: waiting.all(limit).map(({ id }) => id),
      total: waitingTotal.get()?.n ?? 0,
    }),
    start: (id) =>
      db.transaction('fast', () => {
        start.run(Date.now(), id);
        return runOf(byId.get(id) as RunRow);
      }),
    append: (batch) =>
      db.transaction('fast', () => {
        const perRun = new Map<string, EventBody[]>();
        for (const { runId, body } of batch) {
          const bodies = perRun.get(runId);
          if (bodies) bodies.push(body);
          else perRun.set(runId, [body]);
        }
        return [...perRun].flatMap(([runId, bodies]) => events.append(runId, bodies));
      }),
    finish: (id, status, ms, result) =>
      db.transaction(durabilityOf(byId.get(id)?.series), () => end(id, status, ms, result)),
    cancelWaiting: (limit, result) =>
      db.transaction('durable', () =>
        waiting.all(limit).flatMap(({ id }) => end(id, 'cancelled', 0, result)),
      ),
    crashes: (id) => byId.get(id)?.crashes ?? 0,
    requeue: (id, message, crashed) =>
      db.transaction('durable', () => {
        const row = byId.get(id);
        if (row?.status !== 'running') return [];
        if (crashed) crash.run(id);
        move.run(front(), id);
        return events.append(id, [{ type: 'runRequeued', ...message }]);
      }),
    toFront: (id) =>
      db.transaction('fast', () => {
        if (byId.get(id)?.status !== 'queued') return false;
        move.run(front(), id);
        return true;
      }),
    expired(keep, limit) {
      const rows = [
        ...expired.all(1, 1, KEPT_SUPERSEDED, limit),
        ...(keep > 0 ? expired.all(0, 0, keep, limit) : []),
      ];
      return rows.slice(0, limit).map(({ id }) => id);
    },
    remove: (id, durability) =>
      db.transaction(durability, () => {
        const row = byId.get(id);
        return row !== undefined && isOver(row) && remove.run(id) > 0;
      }),
  };
}
