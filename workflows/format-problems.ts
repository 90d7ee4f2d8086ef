import type { z } from 'zod';
import { englishOf, type Message, type Said } from '../nodes/sdk/messages.ts';
import { workflowMessage } from './messages.ts';

/** Why a file is not a workflow. */
export interface ParseProblem extends Message {
  readonly expected?: string;
  readonly got?: string;
}

/** The most problems in one answer. */
const MOST = 100;
/** The most keys in one message. */
const MOST_KEYS = 10;

const TYPES: Readonly<Record<string, Message>> = {
  string: workflowMessage('value.text'),
  number: workflowMessage('value.number'),
  int: workflowMessage('value.integer'),
  boolean: workflowMessage('value.boolean'),
  array: workflowMessage('value.list'),
  object: workflowMessage('value.object'),
  record: workflowMessage('value.object'),
};

/** `nodes[3].position.x` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('')
    .slice(0, 300);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
  return value;
}

/** @param sized whether the size of a text or list is what is wrong */
function nameOf(value: unknown, sized: boolean): Said {
  if (value === null) return 'null';
  if (sized && Array.isArray(value) && value.length > 0)
    return workflowMessage('value.list-of', { count: value.length });
  if (Array.isArray(value)) return workflowMessage(value.length === 0 ? 'value.empty-list' : 'value.list');
  if (typeof value === 'object') return workflowMessage('value.object');
  if (typeof value === 'string' && value.length > 40)
    return sized ? workflowMessage('value.text-of', { count: value.length }) : workflowMessage('value.text');
  if (typeof value === 'string') return `"${value}"`;
  return String(value);
}

/** Several forms of a value may have the same choices. Each is named once. */
function oneOf(choices: readonly Said[]): Said {
  const byText = new Map(choices.map((choice) => [englishOf(choice), choice]));
  const [only, ...others] = byText.values();
  if (only !== undefined && others.length === 0) return only;
  return workflowMessage('value.one-of', { choices: [...byText.values()] });
}

function expectation(issue: z.core.$ZodIssue): Said {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map((value) => JSON.stringify(value)));
    case 'too_big':
      if (issue.origin === 'string')
        return workflowMessage('value.short-text', { count: Number(issue.maximum) });
      if (issue.origin === 'array')
        return workflowMessage('value.short-list', { count: Number(issue.maximum) });
      return workflowMessage('value.at-most', { limit: Number(issue.maximum) });
    case 'too_small':
      if (issue.origin === 'string') return workflowMessage('value.not-empty');
      if (issue.origin === 'array')
        return workflowMessage('value.long-list', { count: Number(issue.minimum) });
      return workflowMessage('value.at-least', { limit: Number(issue.minimum) });
    case 'invalid_union':
      return oneOf(
        issue.errors.map(([first]) => (first ? expectation(first) : workflowMessage('value.json'))),
      );
    case 'custom':
      return workflowMessage(issue.params?.expected === 'no-nul' ? 'value.no-nul' : 'value.json');
    default:
      return workflowMessage('value.json');
  }
}

/** For a value with several possible forms: the problem inside the form that fits best. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap(([first]) => (first ? [first] : []));
  // A form of the right type and the wrong size fits better than forms of another type.
  const within =
    firsts.find(({ path }) => path.length > 0) ??
    firsts.find(({ code }) => code === 'too_big' || code === 'too_small');
  return within ? innermost({ ...within, path: [...issue.path, ...within.path] }) : issue;
}

function problemOf(found: z.core.$ZodIssue, root: unknown): ParseProblem {
  const issue = innermost(found);
  const where =
    issue.path.length === 0
      ? workflowMessage('value.file')
      : workflowMessage('value.place', { path: pathText(issue.path) });
  if (issue.code === 'unrecognized_keys') {
    const shown = issue.keys.slice(0, MOST_KEYS).map((key) => `"${key.slice(0, 50)}"`);
    const more = issue.keys.length > MOST_KEYS ? [workflowMessage('value.others')] : [];
    const keys = [...shown, ...more];
    return {
      ...workflowMessage('workflow.unknown-key', { where, count: issue.keys.length, keys }),
      expected: 'no other keys',
      got: keys.map(englishOf).join(', '),
    };
  }
  const value = valueAt(root, issue.path);
  const expected = expectation(issue);
  if (value === undefined)
    return { ...workflowMessage('workflow.missing', { where, expected }), expected: englishOf(expected) };
  const got = nameOf(value, issue.code === 'too_big' || issue.code === 'too_small');
  return {
    ...workflowMessage('workflow.invalid-value', { where, expected, got }),
    expected: englishOf(expected),
    got: englishOf(got),
  };
}

/** The first hundred problems that a schema found; each message names the place in the file. */
export function formatProblems(error: z.ZodError, root: unknown): ParseProblem[] {
  const problems = error.issues.slice(0, MOST).map((issue) => problemOf(issue, root));
  const count = error.issues.length - problems.length;
  if (count > 0) problems.push(workflowMessage('workflow.more-problems', { count }));
  return problems;
}
