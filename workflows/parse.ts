import { comfyNodes } from './comfyui.ts';
import { formatProblems, type ParseProblem } from './format-problems.ts';
import { inspectJson } from './inspect-json.ts';
import { jsonFault } from './json-fault.ts';
import { workflowMessage } from './messages.ts';
import { migrate, type RawWorkflow } from './migrations.ts';
import { scanJson } from './scan-json.ts';
import { WORKFLOW_VERSION, type Workflow, workflowSchema } from './workflow.ts';

export { serializeWorkflow } from './serialize.ts';

/** Largest workflow file, in bytes. */
export const MAX_WORKFLOW_BYTES = 8 * 1024 * 1024;

/** A workflow, or every problem that keeps the text from being one. */
export type ParseResult =
  | { readonly workflow: Workflow; readonly migratedFrom?: number; readonly problems?: undefined }
  | { readonly problems: readonly ParseProblem[]; readonly workflow?: undefined };

const refuse = (problem: ParseProblem): ParseResult => ({ problems: [problem] });

function isTooLarge(text: string): boolean {
  if (text.length > MAX_WORKFLOW_BYTES) return true;
  // A UTF-16 unit is at most three bytes of UTF-8.
  return 3 * text.length > MAX_WORKFLOW_BYTES && new TextEncoder().encode(text).length > MAX_WORKFLOW_BYTES;
}

/** Reads a workflow file of the current or an older version. It never throws. */
export function parseWorkflow(text: string): ParseResult {
  if (isTooLarge(text)) {
    const megabytes = MAX_WORKFLOW_BYTES / 1024 / 1024;
    const expected = `at most ${megabytes} MB`;
    return refuse({ ...workflowMessage('workflow.too-large', { megabytes }), expected });
  }
  if (text.replace(/^\uFEFF/, '').trim() === '') return refuse(jsonFault(text));
  const problem = scanJson(text);
  if (problem) return refuse(problem);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse(jsonFault(text));
  }
  return readValue(value);
}

/** Reads a workflow from parsed JSON, such as a request's body. It never throws. */
export function parseWorkflowJson(value: unknown): ParseResult {
  try {
    const problem = inspectJson(value);
    return problem ? refuse(problem) : readValue(value);
  } catch {
    // A getter or proxy threw; parsed JSON has neither.
    return refuse(workflowMessage('workflow.not-plain'));
  }
}

/** The most entries of each list. Larger lists would take seconds to check, and no canvas shows them. */
const MOST_ENTRIES: Readonly<Record<string, number>> = {
  nodes: 20_000,
  edges: 50_000,
  groups: 10_000,
  notes: 10_000,
  inputs: 10_000,
  outputs: 10_000,
};
/** The most params of all nodes together. */
const MOST_PARAMS = 60_000;

function tooMany(workflow: RawWorkflow): ParseProblem | undefined {
  const problem = (path: string, count: number): ParseProblem => ({
    ...workflowMessage('workflow.too-many', { where: workflowMessage('value.place', { path }), count }),
    expected: `at most ${count}`,
  });
  for (const [list, most] of Object.entries(MOST_ENTRIES)) {
    const value = (workflow as Readonly<Record<string, unknown>>)[list];
    if (Array.isArray(value) && value.length > most) return problem(list, most);
  }
  let params = 0;
  for (const node of Array.isArray(workflow.nodes) ? workflow.nodes : []) {
    const given = (node as { params?: unknown } | null)?.params;
    if (typeof given === 'object' && given !== null) params += Object.keys(given).length;
    if (params > MOST_PARAMS) return problem('nodes[].params', MOST_PARAMS);
  }
  return undefined;
}

/**
 * Finds duplicate ids of nodes. For a readable file, validation reports them. For an unreadable one, this is the only
 * check.
 */
function duplicateIds({ nodes }: RawWorkflow): ParseProblem[] {
  const ids = (Array.isArray(nodes) ? nodes : []).map(
    (node: unknown) => (node as { id?: unknown } | null)?.id,
  );
  const seen = new Set<unknown>();
  const twice = new Set(ids.filter((id) => typeof id === 'string' && (seen.has(id) || !seen.add(id))));
  return [...twice].slice(0, 100).map((id) => {
    const got = String(id).slice(0, 100);
    return { ...workflowMessage('node.duplicate-id', { id: got }), got };
  });
}

function readValue(value: unknown): ParseResult {
  if (typeof value !== 'object' || value === null || (value as RawWorkflow).format !== 'patchbay') {
    const count = comfyNodes(value);
    if (count !== undefined) return refuse(workflowMessage('workflow.comfyui', { count }));
    return refuse({ ...workflowMessage('workflow.format'), expected: '"format": "patchbay"' });
  }
  const { version } = value as RawWorkflow;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    const expected = `1 to ${WORKFLOW_VERSION}`;
    return refuse({ ...workflowMessage('workflow.version', { newest: WORKFLOW_VERSION }), expected });
  }
  if (version > WORKFLOW_VERSION) {
    return refuse({
      ...workflowMessage('workflow.newer-version', { version, newest: WORKFLOW_VERSION }),
      expected: `at most ${WORKFLOW_VERSION}`,
      got: String(version),
    });
  }
  let current: RawWorkflow;
  try {
    current = migrate(value as RawWorkflow, version);
  } catch {
    return refuse(workflowMessage('workflow.migration', { version }));
  }
  const excess = tooMany(current);
  if (excess) return refuse(excess);
  const parsed = workflowSchema.safeParse(current);
  if (!parsed.success)
    return { problems: [...formatProblems(parsed.error, current), ...duplicateIds(current)] };
  return { workflow: parsed.data, ...(version < WORKFLOW_VERSION && { migratedFrom: version }) };
}
