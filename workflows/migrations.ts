import { WORKFLOW_VERSION } from './workflow.ts';

/** A workflow file of an older version, as parsed JSON. */
export type RawWorkflow = Readonly<Record<string, unknown>>;

/** Changes a file of version `from` to the next version. */
export interface Migration {
  readonly from: number;
  /** The change, for people. */
  readonly title: string;
  readonly up: (workflow: RawWorkflow) => RawWorkflow;
}

/** One migration for each version before the current one, in order. Version 1 is the first, so there are none yet. */
export const MIGRATIONS: readonly Migration[] = [];

/**
 * Changes a file to the current version, one version at a time.
 * @param from version of the file; at least 1 and not newer than `to`
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
