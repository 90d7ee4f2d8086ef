import { englishOf, type Message, type Said } from '../../nodes/sdk/messages.ts';
import { nearestName } from '../../nodes/sdk/nearest-name.ts';
import type { ParamSpec } from '../../nodes/sdk/params.ts';
import { didYouMean } from '../../nodes/sdk/words.ts';
import { workflowMessage } from '../../workflows/messages.ts';
import type { Problem } from './basics.ts';
import { paramMessage } from './messages/params.ts';
import type { ParamFault, ParamRule } from './params.ts';

/** The part of a param's definition that a message about its value needs. */
export type FaultyParam = ParamRule & Pick<ParamSpec, 'path' | 'placeholder'>;

function valueText(value: unknown): Message | string {
  if (typeof value === 'string')
    return value.length > 60
      ? paramMessage('value.text-of-length', { count: value.length })
      : paramMessage('value.quoted', { text: value });
  if (Array.isArray(value)) return paramMessage('value.list-of-length', { count: value.length });
  if (typeof value === 'object' && value !== null) return workflowMessage('value.object');
  return String(value);
}

/** What to do about an empty param. */
function toFill({ path, type, placeholder }: FaultyParam): Message {
  const example = placeholder ? paramMessage('fill.example', { text: placeholder }) : undefined;
  if (path !== undefined) return paramMessage(`fill.${path}`, { example });
  return type === 'strings' ? paramMessage('fill.lines') : paramMessage('fill.text', { example });
}

function typeText({ type, choices = [] }: FaultyParam): Message {
  switch (type) {
    case 'number':
    case 'integer':
    case 'boolean':
      return workflowMessage(`value.${type}`);
    case 'string':
      return workflowMessage('value.text');
    case 'strings':
      return paramMessage('value.texts');
    case 'numbers':
      return paramMessage('value.numbers');
    case 'choice':
      return paramMessage('value.choice', {
        choices: choices.map(({ value }) => paramMessage('value.quoted', { text: value })),
      });
  }
}

const measured = (bound: number, unit: string | undefined) => (unit ? `${bound} ${unit}` : bound);

/** The values that the param accepts. */
function expectedText(spec: FaultyParam, fault: ParamFault): Message {
  switch (fault.code) {
    case 'param.too-small':
      return workflowMessage('value.at-least', { limit: measured(fault.min, fault.unit) });
    case 'param.too-large':
      return workflowMessage('value.at-most', { limit: measured(fault.max, fault.unit) });
    case 'param.url':
      return paramMessage('value.web-address');
    default:
      return typeText(spec);
  }
}

const SIZE_CODES = [
  'param.too-long',
  'param.entry-too-long',
  'param.too-many',
  'param.not-as-many',
  'param.wrong-entry',
] as const;
type SizeFault = Extract<ParamFault, { readonly code: (typeof SIZE_CODES)[number] }>;

const isOfSize = (fault: ParamFault): fault is SizeFault => SIZE_CODES.some((code) => code === fault.code);

/** The message for a text or list of a wrong size, or with a wrong entry. */
function sizeProblem(field: Said, spec: FaultyParam, value: unknown, fault: SizeFault): Problem {
  switch (fault.code) {
    case 'param.too-long': {
      const { code, count, max } = fault;
      const message = paramMessage(code, { field, count, max });
      return { ...message, expected: `at most ${max} characters`, got: `${count} characters` };
    }
    case 'param.entry-too-long': {
      const { code, entry, count, max } = fault;
      const message = paramMessage(code, { field, entry, count, max });
      return { ...message, expected: `at most ${max} characters`, got: `${count} characters` };
    }
    case 'param.too-many': {
      const { code, count, max } = fault;
      const message = paramMessage(code, { field, count, max });
      return { ...message, expected: `at most ${max} entries`, got: `${count} entries` };
    }
    case 'param.not-as-many': {
      const { code, count, length } = fault;
      const message = paramMessage(code, { field, count, length });
      return { ...message, expected: `${length} numbers`, got: `${count} numbers` };
    }
    case 'param.wrong-entry': {
      const { code, entry } = fault;
      const got = valueText((value as readonly unknown[])[entry - 1]);
      const expected = workflowMessage(spec.type === 'numbers' ? 'value.number' : 'value.text');
      const message = paramMessage(code, { field, entry, expected, got });
      return { ...message, expected: expected.message, got: englishOf(got) };
    }
  }
}

/**
 * Makes the message for a refused value: which values the param accepts, and which value it got.
 * @param field the name of the param for the message: its title, or its title and that of its node
 */
export function paramProblem(field: Said, spec: FaultyParam, value: unknown, fault: ParamFault): Problem {
  if (isOfSize(fault)) return sizeProblem(field, spec, value, fault);
  const { code } = fault;
  if (code === 'param.required')
    return { ...paramMessage(code, { field, advice: toFill(spec) }), expected: 'something', got: 'nothing' };
  const got = valueText(value);
  if (code === 'param.file-name') {
    const example = String(spec.default) || 'tables/result.csv';
    const message = paramMessage(code, { field, got, reason: fault.reason, example });
    return { ...message, got: String(value).slice(0, 200) };
  }
  const expected = expectedText(spec, fault);
  const args = { field, expected, got };
  const named = (choices: readonly { readonly value: string }[]) =>
    didYouMean(
      nearestName(
        String(value),
        choices.map((choice) => choice.value),
      ),
    );
  const message =
    code === 'param.not-a-choice'
      ? paramMessage(code, { ...args, hint: named(fault.choices) })
      : paramMessage(code, args);
  return { ...message, expected: expected.message, got: englishOf(got) };
}
