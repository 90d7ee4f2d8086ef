import { englishOf, type Message, type Said } from '../../nodes/sdk/messages.ts';
import { nearestName } from '../../nodes/sdk/nearest-name.ts';
import type { ParamSpec } from '../../nodes/sdk/params.ts';
import { didYouMean } from '../../nodes/sdk/words.ts';
import { workflowMessage } from '../../workflows/messages.ts';
import type { Problem } from './basics.ts';
import { paramMessage } from './messages/params.ts';
import type { ParamFault, ParamRule, WrongSize } from './params.ts';

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
  if (path !== undefined) return paramMessage(`fill.${path}`);
  const example = placeholder ? paramMessage('fill.example', { text: placeholder }) : undefined;
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

function measured(bound: number, unit: string | undefined): Message | number {
  if (unit === undefined) return bound;
  return paramMessage('value.with-unit', {
    value: bound,
    unit: unit === 'px' ? paramMessage('unit.px') : unit,
  });
}

/** A size that fits. */
const sizeText = ({ of }: WrongSize, count: number): Message => paramMessage(`size.${of}`, { count });

/** The value, or the part of it that does not fit. */
function gotText(value: unknown, fault: ParamFault): Message | string {
  const entry =
    fault.code === 'param.wrong-type'
      ? fault.entry
      : 'size' in fault && fault.size?.of === 'entry'
        ? fault.size.entry
        : undefined;
  if (entry !== undefined && Array.isArray(value)) {
    const one: unknown = value[entry - 1];
    if (typeof one === 'string' && fault.code !== 'param.wrong-type')
      return paramMessage('value.long-line', { entry, count: one.length });
    return paramMessage('value.list-with', { entry, got: valueText(one) });
  }
  if (typeof value === 'string' && 'size' in fault && fault.size)
    return paramMessage('value.text-of-length', { count: value.length });
  return valueText(value);
}

/** The values that the param accepts. */
function expectedText(spec: FaultyParam, fault: ParamFault): Message {
  switch (fault.code) {
    case 'param.too-small':
      if (fault.size) return sizeText(fault.size, fault.min);
      return workflowMessage('value.at-least', { limit: measured(fault.min, fault.unit) });
    case 'param.too-large':
      if (fault.size) return sizeText(fault.size, fault.max);
      return workflowMessage('value.at-most', { limit: measured(fault.max, fault.unit) });
    case 'param.url':
      return paramMessage('value.web-address');
    default:
      return typeText(spec);
  }
}

/**
 * Makes the message for a refused value: which values the param accepts, and which value it got.
 * @param field the name of the param for the message: its title, or its title and that of its node
 */
export function paramProblem(field: Said, spec: FaultyParam, value: unknown, fault: ParamFault): Problem {
  const { code } = fault;
  if (code === 'param.required') {
    const state = paramMessage(spec.path === undefined ? 'fill.empty' : 'fill.not-chosen');
    const message = paramMessage(code, { field, state, advice: toFill(spec) });
    return { ...message, expected: 'something', got: 'nothing' };
  }
  const got = gotText(value, fault);
  if (code === 'param.file-name') {
    const example = String(spec.default) || 'tables/result.csv';
    const message = paramMessage(code, { field, got, reason: fault.reason, example });
    return { ...message, got: String(value).slice(0, 200) };
  }
  if (code === 'param.collection-name') {
    const name = String(value).trim().slice(0, 80);
    return { ...paramMessage(code, { field, name, count: fault.most }), got: String(value).slice(0, 200) };
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
