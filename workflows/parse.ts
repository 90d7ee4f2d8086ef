import { formatProblems, type ParseProblem } from './format-problems.ts';
import { inspectJson } from './inspect-json.ts';
import { jsonFault } from './json-fault.ts';
import { migrate, type RawWorkflow } from './migrations.ts';
import { scanJson } from './scan-json.ts';
import { WORKFLOW_VERSION, type Workflow, workflowSchema } from './workflow.ts';

export { serializeWorkflow } from './serialize.ts';

/** Largest file that is read. */
export const MAX_WORKFLOW_BYTES = 8 * 1024 * 1024;

/** A workflow, or all that keeps the text from being one. */
export type ParseResult =
  | { readonly workflow: Workflow; readonly migratedFrom?: number; readonly problems?: undefined }
  | { readonly problems: readonly ParseProblem[]; readonly workflow?: undefined };

function refuse(code: string, message: string, details?: Partial<ParseProblem>): ParseResult {
  return { problems: [{ code, message, ...details }] };
}

function isTooLarge(text: string): boolean {
  if (text.length > MAX_WORKFLOW_BYTES) return true;
  // A UTF-16 unit is at most three bytes of UTF-8.
  return 3 * text.length > MAX_WORKFLOW_BYTES && new TextEncoder().encode(text).length > MAX_WORKFLOW_BYTES;
}

/** Reads a workflow file of any version up to the present. Total: it never throws. */
export function parseWorkflow(text: string): ParseResult {
  if (isTooLarge(text)) {
    const limit = `${MAX_WORKFLOW_BYTES / 1024 / 1024} MB`;
    return refuse('workflow.too-large', `The file is larger than ${limit}, so it was not read.`, {
      expected: `at most ${limit}`,
    });
  }
  if (text.replace(/^\uFEFF/, '').trim() === '') return refuse('workflow.not-json', jsonFault(text));
  const problem = scanJson(text);
  if (problem) return { problems: [problem] };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse('workflow.not-json', jsonFault(text));
  }
  return readValue(value);
}

/** Reads a workflow that is parsed JSON already, such as a request's body. Total: it never throws. */
export function parseWorkflowJson(value: unknown): ParseResult {
  try {
    const problem = inspectJson(value);
    return problem ? { problems: [problem] } : readValue(value);
  } catch {
    // Getters and proxies that throw: no JSON has them.
    return refuse('workflow.not-json', 'The workflow is not plain JSON, so it was not read.');
  }
}

/** Ids that two nodes have. Of a file that can be read validation says so; of one that cannot, nobody else would. */
function duplicateIds({ nodes }: RawWorkflow): ParseProblem[] {
  const ids = (Array.isArray(nodes) ? nodes : []).map(
    (node: unknown) => (node as { id?: unknown } | null)?.id,
  );
  const seen = new Set<unknown>();
  const twice = new Set(ids.filter((id) => typeof id === 'string' && (seen.has(id) || !seen.add(id))));
  return [...twice].slice(0, 100).map((id) => ({
    code: 'node.duplicate-id',
    message: `Two nodes have the id "${String(id).slice(0, 100)}". Give one of them another id.`,
    got: String(id).slice(0, 100),
  }));
}

function readValue(value: unknown): ParseResult {
  if (typeof value !== 'object' || value === null || (value as RawWorkflow).format !== 'patchbay') {
    const message = 'This is JSON, but not a Patchbay workflow: it does not say "format": "patchbay".';
    return refuse('workflow.format', message, { expected: '"format": "patchbay"' });
  }
  const { version } = value as RawWorkflow;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    const message = `"version" must be a whole number from 1 to ${WORKFLOW_VERSION}.`;
    return refuse('workflow.version', message, { expected: `1 to ${WORKFLOW_VERSION}` });
  }
  if (version > WORKFLOW_VERSION) {
    const message = `The workflow was saved by a newer Patchbay (format ${version}); this one reads up to format ${WORKFLOW_VERSION}. Update Patchbay to open it.`;
    return refuse('workflow.newer-version', message, {
      expected: `at most ${WORKFLOW_VERSION}`,
      got: String(version),
    });
  }
  let current: RawWorkflow;
  try {
    current = migrate(value as RawWorkflow, version);
  } catch {
    const message = `The workflow says that it has format ${version}, but its content does not. It was not read.`;
    return refuse('workflow.migration', message);
  }
  const parsed = workflowSchema.safeParse(current);
  if (!parsed.success)
    return { problems: [...formatProblems(parsed.error, current), ...duplicateIds(current)] };
  return { workflow: parsed.data, ...(version < WORKFLOW_VERSION && { migratedFrom: version }) };
}
