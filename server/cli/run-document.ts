import { type ErrorDetails, type Message, messageOf, PatchbayError } from '../../nodes/sdk/index.ts';
import type { RunEnd } from '../contract/run.ts';
import type { Executed } from '../engine/execution.ts';
import type { NamedResult } from '../results/named-results.ts';
import { type ResultTools, skippedJson, valueJson } from '../results/value-json.ts';

/** A file that a node of the run wrote. */
export interface WrittenFile {
  readonly nodeId: string;
  readonly path: string;
  readonly bytes: number;
}

/** A warning of a node. The run continued. */
export interface Warning extends Message {
  readonly nodeId: string;
}

/** The JSON document that `patchbay run --json` prints. */
export interface RunDocument {
  readonly status: RunEnd | 'invalid';
  readonly durationMs: number;
  readonly device: string | null;
  readonly nodes: Readonly<Record<string, object>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly files: readonly WrittenFile[];
  readonly warnings: readonly Warning[];
  readonly problems: readonly ErrorDetails[];
}

/** The document of a command that did not run a workflow. */
export function emptyDocument(status: RunDocument['status'], problems: readonly ErrorDetails[]): RunDocument {
  return { status, durationMs: 0, device: null, nodes: {}, outputs: {}, files: [], warnings: [], problems };
}

/** The document of a run. A result that cannot be written becomes a problem, and the other results remain. */
export async function runDocument(
  outcome: Executed,
  device: string,
  results: readonly NamedResult[],
  tools: ResultTools,
  said: Pick<RunDocument, 'files' | 'warnings'>,
): Promise<RunDocument> {
  const outputs: [string, unknown][] = [];
  const problems = [...outcome.problems];
  for (const { name, value } of results) {
    try {
      outputs.push([name, await valueJson(name, value, tools)]);
    } catch (error) {
      if (!(error instanceof PatchbayError)) throw error;
      problems.push(error.toJSON());
    }
  }
  const spoilt = outcome.status === 'completed' && problems.length > outcome.problems.length;
  const nodes = [...outcome.nodes].map(([id, { status, cache, ms, skipped, error }]) => {
    const reason = error ? { reason: messageOf(error) } : {};
    return [id, { status, cache: cache?.reason ?? null, ms, ...reason, ...skippedJson(skipped ?? []) }];
  });
  return {
    status: spoilt ? 'partial' : outcome.status,
    durationMs: outcome.ms,
    device,
    nodes: Object.fromEntries(nodes),
    outputs: Object.fromEntries(outputs),
    ...said,
    problems,
  };
}
