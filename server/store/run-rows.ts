import type { Message } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { isFinal, RUN_STATES, type RunState, type RunSummary } from '../contract/run.ts';
import { isDamaged } from './sqlite.ts';

/** The resource that a run mainly uses. Runs of different lanes can run at the same time. */
export type Lane = 'device' | 'light';

/** A row of the table of runs. */
export interface RunRow {
  readonly ord: number;
  readonly id: string;
  readonly status: RunState;
  readonly position: number | null;
  readonly workflow_id: string | null;
  readonly workflow_revision: number | null;
  readonly name: string;
  readonly targets: string | null;
  /** `useCache` of the request; the column keeps the name that it has in existing journals. */
  readonly cache: number;
  readonly lane: Lane;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly ms: number | null;
  readonly attempts: number;
  readonly crashes: number;
  readonly last_seq: number;
  readonly message: string | null;
  /** JSON. */
  readonly problem: string | null;
  readonly idempotency_key: string | null;
  readonly request_hash: string | null;
  readonly series: string | null;
  readonly superseded: number;
  readonly interactive: number;
  readonly partial: number;
}

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

const STATES: ReadonlySet<string> = new Set(RUN_STATES);

const isTime = (time: unknown) => typeof time === 'number' && Math.abs(time) <= 8.64e15;
const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isJson = (text: string | null, isRight: (value: unknown) => boolean): boolean => {
  if (text === null) return true;
  try {
    return isRight(JSON.parse(text));
  } catch {
    return false;
  }
};
const isTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isProblem = (value: unknown) =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;

/** Whether an id can be one of a run. */
export const isRunId = (id: unknown): id is string => typeof id === 'string' && /^run_[0-9a-z]{25}$/.test(id);

/** Whether every value of a row can be one that this server wrote. */
export function isSound(row: RunRow): boolean {
  return (
    !isDamaged(row) &&
    isRunId(row.id) &&
    STATES.has(row.status) &&
    (row.finished_at === null) === !isFinal(row.status) &&
    (row.lane === 'device' || row.lane === 'light') &&
    isTime(row.created_at) &&
    (row.started_at === null || isTime(row.started_at)) &&
    (row.finished_at === null || isTime(row.finished_at)) &&
    (row.ms === null || typeof row.ms === 'number') &&
    isCount(row.attempts) &&
    isCount(row.last_seq) &&
    isJson(row.targets, isTexts) &&
    isJson(row.problem, isProblem)
  );
}

/** The message for a run whose row is damaged. */
export const unreadable = (id: string): Message => storageMessage('run.unreadable', { id });

/** A run of a damaged row: what can still be read, and a problem that says so. */
function rescued(row: RunRow): RunSummary {
  const time = (value: unknown) => (isTime(value) ? (value as number) : null);
  const count = (value: unknown) => (isCount(value) ? (value as number) : 0);
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const id = text(row.id) ?? 'run';
  const problem = unreadable(id);
  const finished = time(row.finished_at);
  const known = STATES.has(row.status) && isFinal(row.status) === (finished !== null);
  return {
    id,
    status: known ? row.status : 'failed',
    workflowId: text(row.workflow_id),
    workflowRevision: typeof row.workflow_revision === 'number' ? row.workflow_revision : null,
    name: text(row.name) ?? '',
    targets: isJson(row.targets, isTexts) && row.targets !== null ? JSON.parse(row.targets) : null,
    useCache: row.cache === 1,
    partial: row.partial === 1,
    series: text(row.series),
    createdAt: iso(time(row.created_at) ?? finished ?? 0) as string,
    startedAt: iso(time(row.started_at)),
    finishedAt: iso(finished ?? (known ? null : 0)),
    ms: typeof row.ms === 'number' ? row.ms : null,
    attempts: count(row.attempts),
    lastSeq: count(row.last_seq),
    message: problem.message,
    problem,
  };
}

/** A run as clients see it. A damaged row becomes a run with a problem that says so. */
export function runOf(row: RunRow): RunSummary {
  if (!isSound(row)) return rescued(row);
  return {
    id: row.id,
    status: row.status,
    workflowId: row.workflow_id,
    workflowRevision: row.workflow_revision,
    name: row.name,
    targets: row.targets === null ? null : (JSON.parse(row.targets) as string[]),
    useCache: row.cache === 1,
    partial: row.partial === 1,
    series: row.series,
    createdAt: iso(row.created_at) as string,
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
    ms: row.ms,
    attempts: row.attempts,
    lastSeq: row.last_seq,
    message: row.message,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
  };
}
