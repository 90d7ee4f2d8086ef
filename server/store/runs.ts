import { type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import type { Page, Problem } from '../contract/basics.ts';
import {
  isFinal,
  type RunEvent,
  type RunEventBody,
  type RunRequest,
  type RunResult,
  type RunState,
  type RunSummary,
  type WatchedResult,
} from '../contract/run.ts';
import { ordOf, pageFrom } from './cursor.ts';
import type { EventStore } from './events.ts';
import { newId } from './ids.ts';
import { isRunId, isSound, type Lane, type RunRow, runOf, unreadable } from './run-rows.ts';
import { type Database, type Durability, isDamaged, type Statement, sqliteCode } from './sqlite.ts';

/** A checked request for the queue, with its named inputs applied. */
export interface QueuedRun extends Omit<RunRequest, 'workflow' | 'inputs'> {
  /** The workflow as JSON text. */
  readonly workflowText: string;
  readonly name: string;
  readonly lane: Lane;
  readonly workflowRevision?: number;
  /** The same key and hash mean the same run, which is added once. */
  readonly idempotency?: { readonly key: string; readonly hash: string };
}

/**
 * The runs of a journal. Every change is one transaction. Results of automatic runs do not wait for the disk: they
 * survive the end of this process, but after a power cut the run is repeated.
 */
export interface RunStore {
  /** `existing`: the same request used the key before. `conflict`: another request did. */
  submit(run: QueuedRun): { readonly kind: 'new' | 'existing' | 'conflict'; readonly run: RunSummary };
  get(id: string): RunSummary | undefined;
  /** The run of an idempotency key, and the hash of its request. */
  byKey(key: string): { readonly run: RunSummary; readonly hash: string | null } | undefined;
  /** The workflow of a run as text. @throws PatchbayError `run.unreadable` if it is damaged */
  workflow(id: string): string | undefined;
  /** The result of a run. If it is damaged: an empty result with a problem that says so. */
  result(id: string): RunResult | undefined;
  /** The result for watchers of a run; undefined if the whole result has more than `maxLength` characters. */
  watchedResult(id: string, maxLength: number): WatchedResult | undefined;
  /** Newest first. Of a series, it lists only the newest run and unfinished runs. */
  list(options: {
    readonly limit: number;
    readonly cursor?: string;
    readonly status?: readonly RunState[];
    readonly workflowId?: string;
  }): Page<RunSummary>;
  /** The next queued run that somebody waits for and that uses a device; otherwise as {@link RunStore.next}. */
  nextInteractive(): { readonly id: string; readonly lane: Lane } | 'unreadable' | undefined;
  /**
   * The next queued run of these lanes, except those of {@link RunStore.nextInteractive}; `unreadable` if its row is damaged, see
   * {@link RunStore.setAside}.
   */
  next(lanes: readonly Lane[]): { readonly id: string; readonly lane: Lane } | 'unreadable' | undefined;
  /** Ends all unfinished runs whose rows are damaged as `failed`, so that they do not hold up the others. */
  setAside(): RunEvent[];
  running(): readonly RunSummary[];
  waiting(limit: number): { readonly ids: readonly string[]; readonly total: number };
  start(id: string): RunSummary;
  append(events: readonly { readonly runId: string; readonly body: RunEventBody }[]): RunEvent[];
  /** Ends a run. If the run has already ended, nothing changes and there is no event. */
  finish(id: string, status: RunState, ms: number, result: RunResult): RunEvent[];
  /** Cancels up to `limit` queued runs. */
  cancelWaiting(limit: number, result: RunResult): RunEvent[];
  /** Puts a running run back to the front of the queue. `crashed` counts a crash. */
  requeue(id: string, message: Message, crashed: boolean): RunEvent[];
  /** How many crashes a run had so far. */
  crashes(id: string): number;
  /** @returns whether the run is queued */
  toFront(id: string): boolean;
  /** Up to `limit` ended runs, oldest first, that were superseded or are not among the newest `keep` (0: keep all). */
  expired(keep: number, limit: number): readonly string[];
  /** Deletes a run that has ended. @returns whether there was one */
  remove(id: string, durability: Durability): boolean;
}

/** How many superseded runs are kept, because a page that is opened again may show their results. */
const KEPT_SUPERSEDED = 20;

const NOTHING: Omit<RunResult, 'problems'> = { nodes: {}, outputs: {}, views: {}, files: [] };

/** A result with problems only. */
export function resultOf(...problems: Problem[]): RunResult {
  return { ...NOTHING, problems };
}

/** The result in a row; undefined if it is damaged. */
function resultIn(row: { readonly body: string }): RunResult | undefined {
  if (isDamaged(row)) return undefined;
  try {
    const { problems, nodes, outputs, views, files } = JSON.parse(row.body) as RunResult;
    return Array.isArray(problems) && Array.isArray(files) && nodes && outputs && views
      ? { problems, nodes, outputs, views, files }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The runs of a journal. */
export function runStore(
  db: Database,
  events: EventStore,
): RunStore & {
  /** Ends and repairs a damaged row, inside a transaction of the caller. */
  bury(row: RunRow): RunEvent[];
} {
  const byId = db.prepare<RunRow>('SELECT * FROM runs WHERE id = ?');
  const byKey = db.prepare<RunRow>('SELECT * FROM runs WHERE idempotency_key = ?');
  const insert = db.prepare(
    `INSERT INTO runs (id, status, position, workflow_id, workflow_revision, name, targets, cache, lane, created_at,
      idempotency_key, request_hash, series, interactive, partial) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
  const result = db.prepare<{ body: string }>(
    'SELECT body FROM run_outcomes WHERE run = (SELECT ord FROM runs WHERE id = ?)',
  );
  const shortResult = db.prepare<{ body: string }>(
    'SELECT body FROM run_outcomes WHERE run = (SELECT ord FROM runs WHERE id = ?) AND length(body) <= ?',
  );
  // With IS, every run is found by one of the two, even if a damaged row has no value there.
  const next = db.prepare<RunRow>(
    `SELECT * FROM runs WHERE position IS NOT NULL AND finished_at IS NULL AND lane IN (?, ?)
      AND NOT (interactive IS 1 AND lane = 'device') ORDER BY position LIMIT 1`,
  );
  const nextInteractive = db.prepare<RunRow>(
    `SELECT * FROM runs WHERE position IS NOT NULL AND finished_at IS NULL AND interactive IS 1 AND lane = 'device'
      ORDER BY position LIMIT 1`,
  );
  // Both conditions are checked by SQLite, so that the start of a server does not read every run.
  const unfinished = db.prepare<RunRow>(
    `SELECT * FROM runs WHERE finished_at IS NULL OR length(id) <> ${newId('run').length} OR id GLOB '*[^0-9a-z_]*'`,
  );
  const replace = db.prepare(
    `UPDATE runs SET id = ?, status = ?, position = NULL, workflow_id = ?, name = ?, targets = NULL, lane = 'light',
      created_at = ?, started_at = NULL, finished_at = ?, ms = 0, message = ?, problem = ?, idempotency_key = NULL,
      request_hash = NULL, series = NULL WHERE ord = ?`,
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
    'UPDATE runs SET status = ?, position = NULL, finished_at = ?, ms = ?, message = ?, problem = ? WHERE id = ?',
  );
  const addResult = db.prepare('INSERT OR REPLACE INTO run_outcomes VALUES (?, ?)');
  const move = db.prepare("UPDATE runs SET status = 'queued', position = ? WHERE id = ?");
  const crash = db.prepare('UPDATE runs SET crashes = crashes + 1 WHERE id = ?');
  const remove = db.prepare('DELETE FROM runs WHERE id = ?');

  const lists = new Map<string, Statement<RunRow>>();

  const front = () => (bounds.get()?.low ?? 1) - 1;
  const back = () => (bounds.get()?.high ?? 0) + 1;
  const durabilityOf = (series: string | null | undefined): Durability =>
    series == null ? 'durable' : 'fast';

  function end(id: string, status: RunState, ms: number, ended: RunResult): RunEvent[] {
    const row = byId.get(id);
    if (!row || isFinal(row.status)) return [];
    const [problem] = ended.problems;
    const message = problem?.message.replaceAll('\0', '') ?? null;
    finish.run(status, Date.now(), ms, message, problem ? JSON.stringify(problem) : null, id);
    addResult.run(row.ord, JSON.stringify(ended));
    return events.append(id, [{ type: 'runFinished', status, ms, problems: ended.problems }]);
  }

  /** A queued run in the row that was found for it. */
  function ready(row: RunRow | undefined) {
    if (!row) return undefined;
    if (!isSound(row)) return 'unreadable';
    // The index of the ids can be damaged as well. Made anew, it has what the table has.
    if (byId.get(row.id)?.ord !== row.ord) db.exec('REINDEX runs');
    return { id: row.id, lane: row.lane };
  }

  /** Ends a run whose row is damaged, and repairs the row. A run whose id is damaged gets a new one. */
  function bury(row: RunRow): RunEvent[] {
    const { id: old } = row;
    const id = isRunId(old) ? old : newId('run');
    const { status, createdAt, workflowId, name } = runOf(row);
    const problem = unreadable(id);
    const wasOver = row.finished_at !== null && isFinal(status);
    const now = Date.now();
    const ended = typeof row.finished_at === 'number' ? row.finished_at : now;
    const asBefore = wasOver && status === 'completed';
    replace.run(
      id,
      wasOver ? status : 'failed',
      workflowId,
      name,
      Date.parse(createdAt),
      ended,
      asBefore ? null : problem.message,
      asBefore ? null : JSON.stringify(problem),
      row.ord,
    );
    if (wasOver) return [];
    addResult.run(row.ord, JSON.stringify(resultOf(problem)));
    return events.append(id, [{ type: 'runFinished', status: 'failed', ms: 0, problems: [problem] }]);
  }

  return {
    bury,
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
          run.useCache ? 1 : 0,
          run.lane,
          now,
          run.idempotency?.key ?? null,
          run.idempotency?.hash ?? null,
          run.series ?? null,
          run.front || run.series !== undefined ? 1 : 0,
          run.partial ? 1 : 0,
        );
        addWorkflow.run((byId.get(id) as RunRow).ord, run.workflowText);
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
    workflow(id) {
      const row = workflow.get(id);
      if (row && isDamaged(row)) throw new PatchbayError(unreadable(id));
      return row?.body;
    },
    result(id) {
      const row = result.get(id);
      return row && (resultIn(row) ?? resultOf(unreadable(id)));
    },
    watchedResult(id, maxLength) {
      const row = shortResult.get(id, maxLength);
      const known = row && resultIn(row);
      if (!known) return undefined;
      const { nodes, views, files } = known;
      return { nodes, views, files };
    },
    list({ limit, cursor, status, workflowId }) {
      const states = status ?? [];
      const sql = `SELECT * FROM runs WHERE ord < ? AND (superseded = 0 OR finished_at IS NULL)${states.length > 0 ? ` AND status IN (${states.map(() => '?').join(', ')})` : ''}${
        workflowId === undefined ? '' : ' AND workflow_id = ?'
      } ORDER BY ord DESC LIMIT ?`;
      const statement = lists.get(sql) ?? db.prepare<RunRow>(sql);
      // As many as there are numbers of states.
      lists.set(sql, statement);
      const rows = statement.all(
        cursor === undefined ? Number.MAX_SAFE_INTEGER : ordOf(cursor),
        ...states,
        ...(workflowId === undefined ? [] : [workflowId]),
        limit + 1,
      );
      return pageFrom(rows, limit, runOf);
    },
    nextInteractive: () => ready(nextInteractive.get()),
    next: ([first, second = first]) => ready(first && second ? next.get(first, second) : undefined),
    setAside() {
      const work = () =>
        db.transaction('durable', () =>
          unfinished
            .all()
            .filter((row) => !isSound(row))
            .flatMap(bury),
        );
      try {
        return work();
      } catch (error) {
        // An index has the damaged value, or the value from before the damage. Made anew, it has what the table has.
        if (!sqliteCode(error)?.startsWith('SQLITE_CORRUPT')) throw error;
        db.exec('REINDEX');
        return work();
      }
    },
    running: () => running.all().filter(isSound).map(runOf),
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
        const perRun = new Map<string, RunEventBody[]>();
        for (const { runId, body } of batch) {
          const bodies = perRun.get(runId);
          if (bodies) bodies.push(body);
          else perRun.set(runId, [body]);
        }
        return [...perRun].flatMap(([runId, bodies]) => events.append(runId, bodies));
      }),
    finish: (id, status, ms, ended) =>
      db.transaction(durabilityOf(byId.get(id)?.series), () => end(id, status, ms, ended)),
    cancelWaiting: (limit, ended) =>
      db.transaction('durable', () => waiting.all(limit).flatMap(({ id }) => end(id, 'cancelled', 0, ended))),
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
        return row !== undefined && isFinal(row.status) && remove.run(id) > 0;
      }),
  };
}
