import type { z } from 'zod';

/** Why a file is not a workflow. */
export interface ParseProblem {
  /** Stable: `workflow.not-json`, `workflow.too-deep`, ... */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
}

const MOST = 100;
/** Keys named in one sentence. */
const MOST_KEYS = 10;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
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

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value.length > 40 ? 'a text' : `"${value}"`;
  return String(value);
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_big':
      return issue.origin === 'string' ? `at most ${issue.maximum} characters` : `at most ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'array') return `a list of at least ${issue.minimum}`;
      return issue.origin === 'string' ? 'a text that is not empty' : `at least ${issue.minimum}`;
    case 'unrecognized_keys':
      return 'no other keys';
    case 'invalid_union':
      return [...new Set(issue.errors.map(([first]) => (first ? expectation(first) : 'a JSON value')))].join(
        ' or ',
      );
    default:
      return 'a JSON value';
  }
}

/** What is wrong with a value of several forms: in the form that it comes furthest in, where there is one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap(([first]) => (first ? [first] : []));
  const within = firsts.find(({ path }) => path.length > 0);
  return within ? innermost({ ...within, path: [...issue.path, ...within.path] }) : issue;
}

function sentence(found: z.core.$ZodIssue, root: unknown): ParseProblem {
  const issue = innermost(found);
  const where = issue.path.length === 0 ? 'The file' : `"${pathText(issue.path)}"`;
  const value = valueAt(root, issue.path);
  const expected = expectation(issue);
  if (issue.code === 'unrecognized_keys') {
    const shown = issue.keys.slice(0, MOST_KEYS).map((key) => `"${key.slice(0, 50)}"`);
    const keys = [...shown, ...(issue.keys.length > MOST_KEYS ? ['others'] : [])].join(', ');
    const message = `${where} has ${keys}, which means nothing there. Remove it.`;
    return { code: 'workflow.unknown-key', message, expected, got: keys };
  }
  if (value === undefined) {
    return { code: 'workflow.missing', message: `${where} is missing; it must be ${expected}.`, expected };
  }
  const got = nameOf(value);
  return {
    code: 'workflow.invalid-value',
    message: `${where} must be ${expected}, and is ${got}.`,
    expected,
    got,
  };
}

/** What a schema found, each as a sentence that names the place in the file; the first hundred. */
export function formatProblems(error: z.ZodError, root: unknown): ParseProblem[] {
  const problems = error.issues.slice(0, MOST).map((issue) => sentence(issue, root));
  const more = error.issues.length - problems.length;
  if (more > 0)
    problems.push({
      code: 'workflow.invalid-value',
      message: `There are ${more} more problems of this kind.`,
    });
  return problems;
}
