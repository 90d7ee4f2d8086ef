import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { type ParamFault, paramFault } from '../../server/contract/params.ts';
import { listText } from '../ui/format.ts';
import type { StringKey } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';

/** What is wrong with a value, as a key of the catalogue and what to fill in. */
export interface ParamProblem {
  readonly key: StringKey;
  readonly vars?: Readonly<Record<string, string | number>>;
}

/** Digits and marks as a Chinese keyboard writes them, as plain ones. */
const narrow = (text: string) => text.normalize('NFKC').replaceAll('。', '.').replaceAll('、', ',');

/** A number as people write it, `0,5`, `０．５` and `1e-3` included; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  const plain = narrow(text).trim().replace('−', '-');
  const dotted = /^[^.,]*,[^.,]*$/.test(plain) ? plain.replace(',', '.') : plain;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(dotted)) return undefined;
  const value = Number(dotted);
  return Number.isFinite(value) ? value : undefined;
}

/** Numbers with commas, semicolons or spaces between them; undefined when one is none. */
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

/** The nearest multiple of the step within the bounds; without the noise of binary fractions. */
export function snap(value: number, { min, max, step, type }: ParamDescriptor): number {
  const by = step ?? (type === 'integer' ? 1 : undefined);
  const base = min ?? 0;
  const even = by === undefined ? value : base + Math.round((value - base) / by) * by;
  const digits = by === undefined ? 6 : Math.max(decimals(by), decimals(base));
  const rounded = Number(even.toFixed(Math.min(12, digits)));
  return Math.min(max ?? rounded, Math.max(min ?? rounded, rounded));
}

/** How far one press of an arrow goes. */
export function stepSize({ step, type, min, max }: ParamDescriptor): number {
  if (step !== undefined) return step;
  if (type === 'integer') return 1;
  if (min !== undefined && max !== undefined && max > min)
    return 10 ** Math.floor(Math.log10((max - min) / 100));
  return 0.1;
}

const example = ({ default: initial, min }: ParamDescriptor): string =>
  typeof initial === 'number' ? String(initial) : String(min ?? 1);

const WRONG_TYPE = {
  number: 'widgets.notNumber',
  integer: 'widgets.notInteger',
  boolean: 'widgets.notBoolean',
  choice: 'widgets.notChoice',
  string: 'widgets.notText',
  strings: 'widgets.notList',
  numbers: 'widgets.notNumbers',
} as const satisfies Record<ParamDescriptor['type'], StringKey>;

function wrongType(spec: ParamDescriptor, value: unknown): ParamProblem {
  const key = WRONG_TYPE[spec.type];
  const choices = listText((spec.choices ?? []).map(({ title }) => title));
  const examples = { number: example(spec), integer: example(spec), numbers: shown(spec.default) };
  const vars: Record<string, string> = {
    ...(spec.type in examples && { example: examples[spec.type as keyof typeof examples] }),
    ...((spec.type === 'boolean' || spec.type === 'choice') && { value: shown(value) }),
    ...(spec.type === 'choice' && { choices }),
  };
  return Object.keys(vars).length === 0 ? { key } : { key, vars };
}

type BoundFault = Extract<ParamFault, { readonly code: 'param.too-small' | 'param.too-large' }>;

function outOfBounds(spec: ParamDescriptor, value: unknown, fault: BoundFault): ParamProblem {
  const { title } = spec;
  const measured = (bound: number) => (fault.unit === undefined ? String(bound) : `${bound} ${fault.unit}`);
  if (typeof value === 'number')
    return fault.code === 'param.too-small'
      ? { key: 'widgets.tooSmall', vars: { title, min: measured(fault.min) } }
      : { key: 'widgets.tooLarge', vars: { title, max: measured(fault.max) } };
  // A list of another length than the node takes looks wrong as a whole; a text is only too long.
  return spec.type === 'numbers' || fault.code !== 'param.too-large'
    ? wrongType(spec, value)
    : { key: 'widgets.tooLong', vars: { title, max: fault.max } };
}

/** What is wrong with a param's value, while it is typed; null when nothing is. The rule is the server's. */
export function problemOf(spec: ParamDescriptor, value: unknown): ParamProblem | null {
  const fault = paramFault(spec, value);
  switch (fault?.code) {
    case undefined:
      return null;
    case 'param.too-small':
    case 'param.too-large':
      return outOfBounds(spec, value, fault);
    case 'param.required':
      return { key: 'widgets.empty' };
    case 'param.url':
      return { key: 'widgets.notUrl' };
    case 'param.file-name':
      return { key: 'widgets.notFileName', vars: { reason: told(fault.reason) } };
    default:
      return wrongType(spec, value);
  }
}

/** Any value as a short text for people. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((entry) => shown(entry)).join(', ');
  return JSON.stringify(value) ?? '';
}
