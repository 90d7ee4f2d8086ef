import { nameFault, nearestName, type ParamSpec } from '../../nodes/sdk/index.ts';
import type { GraphNode } from './graph.ts';

import type { Problem } from './problem.ts';
import { didYouMean, fieldName } from './wording.ts';

interface Finding {
  readonly code: string;
  readonly expected: string;
  readonly hint?: string;
}

const KINDS: Readonly<Record<ParamSpec['type'], string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
  choice: 'one of its choices',
  strings: 'a list of texts',
  numbers: 'a list of numbers',
};

function say(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : `"${value}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

function numberFinding(spec: ParamSpec, value: number): Finding | undefined {
  if (spec.type === 'integer' && !Number.isSafeInteger(value))
    return { code: 'param.wrong-type', expected: KINDS.integer };
  const unit = spec.unit ? ` ${spec.unit}` : '';
  if (spec.min !== undefined && value < spec.min)
    return { code: 'param.too-small', expected: `at least ${spec.min}${unit}` };
  if (spec.max !== undefined && value > spec.max)
    return { code: 'param.too-large', expected: `at most ${spec.max}${unit}` };
  return undefined;
}

function choiceFinding(spec: ParamSpec, value: string): Finding {
  const known = spec.choices?.map((choice) => choice.value) ?? [];
  const expected = `one of ${known.map((one) => `"${one}"`).join(', ')}`;
  return { code: 'param.not-a-choice', expected, hint: didYouMean(nearestName(value, known)) };
}

function finding(spec: ParamSpec, value: unknown): Finding {
  const isNumber = spec.type === 'number' || spec.type === 'integer';
  if (isNumber && typeof value === 'number' && Number.isFinite(value)) {
    const found = numberFinding(spec, value);
    if (found) return found;
  }
  if (spec.type === 'choice') {
    if (typeof value === 'string') return choiceFinding(spec, value);
    return { ...choiceFinding(spec, ''), code: 'param.wrong-type', hint: '' };
  }
  // The right kind, yet refused by a rule of its own: a list of another length, a text that is too long.
  const fits =
    (spec.type === 'string' && typeof value === 'string') ||
    ((spec.type === 'strings' || spec.type === 'numbers') && Array.isArray(value));
  const parsed = spec.schema.safeParse(value);
  const issue = parsed.success ? undefined : parsed.error.issues[0];
  if (fits && issue?.code === 'too_big')
    return { code: 'param.too-large', expected: `at most ${issue.maximum}` };
  if (fits && issue?.code === 'too_small')
    return { code: 'param.too-small', expected: `at least ${issue.minimum}` };
  return { code: 'param.wrong-type', expected: KINDS[spec.type] };
}

/** What to do about an empty setting. */
function toFill({ path, type, placeholder }: ParamSpec): string {
  const example = placeholder ? `, such as "${placeholder}"` : '';
  if (path !== undefined) return `choose a ${path}${example}.`;
  return type === 'strings' ? 'write at least one, one a line.' : `fill it in${example}.`;
}

/** The problem of a name for an output that would lead out of the output folder. */
export function nameProblem(
  node: GraphNode,
  param: string,
  spec: ParamSpec,
  value: string,
): Problem | undefined {
  const fault = nameFault(value);
  if (fault === undefined) return undefined;
  const message = `${fieldName(param, spec)} cannot be ${say(value)}. ${fault.message} Write a name such as "${String(spec.default)}".`;
  return { code: 'param.file-name', nodeId: node.id, param, message, got: value.slice(0, 200) };
}

/** Says why a param's value is refused: one sentence with the node, the field, what it must be and what it is. */
export function paramProblem(node: GraphNode, param: string, spec: ParamSpec, value: unknown): Problem {
  const field = fieldName(param, spec);
  const place = { nodeId: node.id, param };
  if (spec.schema.safeParse(value).success) {
    const message = `${node.name} needs ${field}, and it is empty: ${toFill(spec)}`;
    return { code: 'param.required', ...place, message, expected: 'something', got: 'nothing' };
  }
  const { code, expected, hint = '' } = finding(spec, value);
  const got = say(value);
  const message = `${field} of ${node.name} must be ${expected}, and is ${got}.${hint}`;
  return { code, ...place, message, expected, got };
}
