import { WORKFLOW_VERSION } from './workflow.ts';

/** A workflow file of an older version, as parsed JSON. */
export type RawWorkflow = Readonly<Record<string, unknown>>;

/** Brings a file of version `from` to the next one. */
export interface Migration {
  readonly from: number;
  /** What changed, for people. */
  readonly title: string;
  readonly up: (workflow: RawWorkflow) => RawWorkflow;
}

/** One for each version before the present one, in order. The first version has none before it. */
export const MIGRATIONS: readonly Migration[] = [];

/**
 * Brings a file to the present version, one step after another.
 * @param from version the file has; at least 1 and not newer than `to`.
 */
export function migrate(
  workflow: RawWorkflow,
  from: number,
  migrations: readonly Migration[] = MIGRATIONS,
  to: number = WORKFLOW_VERSION,
): RawWorkflow {
  let current = workflow;
  for (let version = from; version < to; version++) {
    const migration = migrations.find((one) => one.from === version);
    if (!migration) throw new Error(`No migration starts at version ${version}.`);
    current = { ...migration.up(current), version: version + 1 };
  }
  return current;
}
