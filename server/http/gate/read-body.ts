import type { z } from 'zod';
import type { ErrorDetails } from '../../../nodes/sdk/index.ts';
import { formatProblems } from '../../../workflows/format-problems.ts';
import { parseWorkflowJson } from '../../../workflows/parse.ts';
import { scanJson } from '../../../workflows/scan-json.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { ROUTES } from '../../contract/http.ts';
import type { BodyOf, BodyRoute, ParsedBody, ReadWorkflow } from './bodies.ts';

/** A checked body, or all that is wrong with it. */
export type Reading<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly ErrorDetails[]; readonly value?: undefined };

/** More values than this are no body of ours, and would keep a thread busy. */
const MAX_VALUES = 1_500_000;

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

// The sentences of the file format speak of a workflow; codes and words of a request are its own.
function asRequest({ code, message, ...rest }: ErrorDetails): ErrorDetails {
  return {
    ...rest,
    code: code.replace(/^workflow\./, 'request.'),
    message: message.replace(/^The (file|workflow)\b/, 'The body'),
  };
}

/** Separators outside of texts, at least: an upper bound would refuse long texts full of commas. */
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
    return {
      problems: [{ code: 'request.too-complex', message: `The body has more than ${MAX_VALUES} values.` }],
    };
  const problem = scanJson(text);
  if (problem) return { problems: [asRequest(problem)] };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const reason = (error as Error).message.slice(0, 200);
    return { problems: [{ code: 'request.not-json', message: `The body is not JSON: ${reason}.` }] };
  }
}

/**
 * Parses a JSON body once: size of its structure, nesting, keys that come twice or name machinery, its schema, and the workflow
 * in it by the rules of the file format. Total: it never throws.
 */
export function parseBody<N extends BodyRoute>(route: N, text: string): Reading<ParsedBody<N>> {
  const json = parse(text);
  if (json.problems) return json;
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return { problems: [{ code: 'request.invalid-value', message: 'The body must be an object.' }] };
  const schema: z.ZodObject = ROUTES[route].body;
  if (!('workflow' in schema.shape)) {
    const parsed = schema.safeParse(json.value);
    if (!parsed.success) return { problems: formatProblems(parsed.error, json.value).map(asRequest) };
    return { value: parsed.data as ParsedBody<N> };
  }
  const { workflow: given, ...others } = json.value as Record<string, unknown>;
  const rest = schema.omit({ workflow: true }).safeParse(others);
  if (!rest.success) return { problems: formatProblems(rest.error, others).map(asRequest) };
  if (given === undefined)
    return { problems: [{ code: 'request.missing', message: '"workflow" is missing.' }] };
  const { workflow, problems } = parseWorkflowJson(given);
  return problems ? { problems } : { value: { ...rest.data, workflow } as ParsedBody<N> };
}

/** Parses a body and makes text of its workflow, for the journal. */
export function readBody<N extends BodyRoute>(route: N, text: string): Reading<BodyOf<N>> {
  const { value, problems } = parseBody(route, text);
  if (problems) return { problems };
  const { workflow } = value as { readonly workflow?: Workflow };
  const body: object = workflow ? { ...value, workflow: describeWorkflow(workflow) } : value;
  return { value: body as BodyOf<N> };
}
