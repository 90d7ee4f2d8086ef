import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { Message } from '../../nodes/sdk/messages.ts';
import { emphasize } from '../../nodes/sdk/words.ts';
import { paramProblem } from '../../server/contract/param-problem.ts';
import { paramFault } from '../../server/contract/params.ts';
import { listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { ownWords } from '../ui/strings/workflow-text.ts';

/** Replaces digits and marks of a Chinese keyboard by plain ones. */
const narrow = (text: string) => text.normalize('NFKC').replaceAll('。', '.').replaceAll('、', ',');

/** Reads a number as people write it, for example `0,5`, `０．５` or `1e-3`; undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  const plain = narrow(text).trim().replace('−', '-');
  const dotted = /^[^.,]*,[^.,]*$/.test(plain) ? plain.replace(',', '.') : plain;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(dotted)) return undefined;
  const value = Number(dotted);
  return Number.isFinite(value) ? value : undefined;
}

/** Reads numbers separated by commas, semicolons or spaces; undefined if one of them is not a number. */
export function parseNumbers(text: string): readonly number[] | undefined {
  const parts = narrow(text)
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const numbers = parts.map((part) => parseNumber(part));
  return numbers.every((value) => value !== undefined) ? (numbers as number[]) : undefined;
}

const decimals = (step: number): number => {
  const [, fraction = '', exponent = '0'] = /^[^.e]*(?:\.(\d+))?(?:e(-?\d+))?$/.exec(String(step)) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
};

/** Rounds to the nearest step within the limits, without errors such as 0.30000000000000004. */
export function snap(value: number, { min, max, step, type }: ParamDescriptor): number {
  const by = step ?? (type === 'integer' ? 1 : undefined);
  const base = min ?? 0;
  const even = by === undefined ? value : base + Math.round((value - base) / by) * by;
  const digits = by === undefined ? 6 : Math.max(decimals(by), decimals(base));
  const rounded = Number(even.toFixed(Math.min(12, digits)));
  return Math.min(max ?? rounded, Math.max(min ?? rounded, rounded));
}

/** How much one press of an arrow key changes the value. */
export function stepSize({ step, type, min, max }: ParamDescriptor): number {
  if (step !== undefined) return step;
  if (type === 'integer') return 1;
  if (min !== undefined && max !== undefined && max > min)
    return 10 ** Math.floor(Math.log10((max - min) / 100));
  return 0.1;
}

/**
 * The problem of a param's value while the user types; null if it is valid. Rule and message are those of the server.
 */
export function problemOf(spec: ParamDescriptor, value: unknown): Message | null {
  const fault = paramFault(spec, value);
  return fault ? paramProblem(emphasize(spec.title), spec, value, fault) : null;
}

/** Shortens any value to a text for people. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((entry) => shown(entry)).join(', ');
  return JSON.stringify(value) ?? '';
}

/** A value as its control shows it, in one line: the title of a choice, on or off, the words of a list. */
export function valueText({ choices }: Pick<ParamDescriptor, 'choices'>, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'widgets.on' : 'widgets.off');
  const words = ownWords(value);
  if (Array.isArray(words)) return listText(words.map(shown));
  return choices?.find((choice) => choice.value === value)?.title ?? shown(value);
}
