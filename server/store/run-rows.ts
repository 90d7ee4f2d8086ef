import type { Problem } from '../contract/basics.ts';
import type { RunState, RunSummary } from '../contract/run.ts';

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
}

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

/** A run as clients see it. */
export function runOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    status: row.status,
    workflowId: row.workflow_id,
    workflowRevision: row.workflow_revision,
    name: row.name,
    targets: row.targets === null ? null : (JSON.parse(row.targets) as string[]),
    useCache: row.cache === 1,
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
