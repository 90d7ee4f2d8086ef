import type { z } from 'zod';
import type { ErrorDetails, Message } from '../../../nodes/sdk/index.ts';
import { workflowMessage } from '../../../workflows/messages.ts';
import { parseWorkflowJson } from '../../../workflows/parse.ts';
import { scanJson } from '../../../workflows/scan-json.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { ROUTES } from '../../contract/http.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import { asRequest, requestProblems } from '../request-problems.ts';
import type { BodyOf, BodyRoute, ParsedBody, ReadWorkflow } from './bodies.ts';

const object = workflowMessage('value.object');
const kindOf = (value: unknown): string | Message => {
  if (value === null) return 'null';
  return workflowMessage(
    Array.isArray(value) ? 'value.list' : typeof value === 'string' ? 'value.text' : 'value.json',
  );
};
const mustBeObject = (value: unknown): Message =>
  requestMessage('request.invalid-value', {
    where: requestMessage('request.body'),
    expected: object,
    got: kindOf(value),
  });
const noWorkflow = (): Message => {
  const where = workflowMessage('value.place', { path: 'workflow' });
  return requestMessage('request.missing', { where, expected: object });
};

/** A checked body, or all its problems: at least one. */
export type Reading<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly ErrorDetails[]; readonly value?: undefined };

/** No real body has more values, and more would keep the thread busy for more than a second. */
const MAX_VALUES = 400_000;
/** The most entries of an object or list at the top of a body, besides the workflow. */
const MAX_ENTRIES = 10_000;

const plain = (text: string) => text.replaceAll('\0', '');

/** What lists show of a workflow, with its text. */
export function describeWorkflow(workflow: Workflow): ReadWorkflow {
  return {
    text: JSON.stringify(workflow),
    name: plain(workflow.name ?? ''),
    description: plain(workflow.description ?? ''),
    nodes: workflow.nodes.length,
  };
}

/** Counts commas outside of strings, so that a long text full of commas passes. */
function tooManyValues(text: string): boolean {
  let count = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c && inText) i++;
    else if (code === 0x22) inText = !inText;
    else if (code === 0x2c && !inText && ++count > MAX_VALUES) return true;
  }
  return false;
}

function parse(text: string): Reading<unknown> {
  if (tooManyValues(text))
    return { problems: [requestMessage('request.too-complex', { count: MAX_VALUES })] };
  const problem = scanJson(text);
  if (problem) return { problems: [asRequest(problem)] };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const reason = (error as Error).message.slice(0, 200);
    return { problems: [requestMessage('request.not-json', { reason })] };
  }
}

/** Finds what would make the schema report a problem for each of a hundred thousand entries. */
function tooMany(body: object): ErrorDetails | undefined {
  const problem = (where: Message) => requestMessage('request.too-many', { where, count: MAX_ENTRIES });
  if (Object.keys(body).length > MAX_ENTRIES) return problem(requestMessage('request.body'));
  for (const [path, value] of Object.entries(body)) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.keys(value).length > MAX_ENTRIES) return problem(workflowMessage('value.place', { path }));
  }
  return undefined;
}

/**
 * Parses a JSON body and checks its number of values, its nesting, duplicate and forbidden keys, its schema, and its workflow by
 * the rules of the file format. It never throws.
 */
export function parseBody<N extends BodyRoute>(route: N, text: string): Reading<ParsedBody<N>> {
  const json = parse(text);
  if (json.problems) return json;
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return { problems: [mustBeObject(json.value)] };
  const schema: z.ZodObject = ROUTES[route].body;
  const excess = tooMany(json.value);
  if (excess) return { problems: [excess] };
  if (!('workflow' in schema.shape)) {
    const parsed = schema.safeParse(json.value);
    if (!parsed.success) return { problems: requestProblems(parsed.error, json.value) };
    return { value: parsed.data as ParsedBody<N> };
  }
  const { workflow: given, ...others } = json.value as Record<string, unknown>;
  const rest = schema.omit({ workflow: true }).safeParse(others);
  if (!rest.success) return { problems: requestProblems(rest.error, others) };
  if (given === undefined) return { problems: [noWorkflow()] };
  const { workflow, problems } = parseWorkflowJson(given);
  return problems ? { problems } : { value: { ...rest.data, workflow } as ParsedBody<N> };
}

/** Parses a body and turns its workflow into text for the journal. */
export function readBody<N extends BodyRoute>(route: N, text: string): Reading<BodyOf<N>> {
  const { value, problems } = parseBody(route, text);
  if (problems) return { problems };
  const { workflow } = value as { readonly workflow?: Workflow };
  const body: object = workflow ? { ...value, workflow: describeWorkflow(workflow) } : value;
  return { value: body as BodyOf<N> };
}
