import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { listText } from '../ui/format.ts';
import type { StringKey } from '../ui/strings/index.ts';

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

function numberProblem(spec: ParamDescriptor, value: unknown): ParamProblem | null {
  const { type, min, max, title, unit } = spec;
  const whole = type === 'integer';
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isSafeInteger(value)))
    return {
      key: whole ? 'widgets.notInteger' : 'widgets.notNumber',
      vars: { example: example(spec) },
    };
  const measured = (bound: number) => (unit === undefined ? String(bound) : `${bound} ${unit}`);
  if (min !== undefined && value < min)
    return { key: 'widgets.tooSmall', vars: { title, min: measured(min) } };
  if (max !== undefined && value > max)
    return { key: 'widgets.tooLarge', vars: { title, max: measured(max) } };
  return null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get in.
const NO_FILE_NAME = /[\u0000-\u001f/\\:*?"<>|]|^\.|[. ]$/;

function textProblem({ widget, required }: ParamDescriptor, value: unknown): ParamProblem | null {
  if (typeof value !== 'string') return { key: 'widgets.notText' };
  if (value.trim() === '') return required ? { key: 'widgets.empty' } : null;
  if (widget === 'url' && !/^https?:\/\/[^\s/]+/i.test(value.trim())) return { key: 'widgets.notUrl' };
  if (widget === 'file-name' && NO_FILE_NAME.test(value)) return { key: 'widgets.notFileName' };
  return null;
}

/** What is wrong with a param's value, while it is typed; null when nothing is. The server checks again. */
export function problemOf(spec: ParamDescriptor, value: unknown): ParamProblem | null {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return numberProblem(spec, value);
    case 'boolean':
      return typeof value === 'boolean' ? null : { key: 'widgets.notBoolean', vars: { value: shown(value) } };
    case 'choice': {
      const choices = spec.choices ?? [];
      if (choices.some((choice) => choice.value === value)) return null;
      const titles = listText(choices.map(({ title }) => title));
      return { key: 'widgets.notChoice', vars: { value: shown(value), choices: titles } };
    }
    case 'strings':
      if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string'))
        return { key: 'widgets.notList' };
      return spec.required && value.every((entry) => entry.trim() === '') ? { key: 'widgets.empty' } : null;
    case 'numbers':
      return Array.isArray(value) && value.every((entry) => Number.isFinite(entry))
        ? null
        : { key: 'widgets.notNumbers', vars: { example: shown(spec.default) } };
    case 'string':
      return textProblem(spec, value);
    default:
      return null;
  }
}

/** Any value as a short text for people. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((entry) => shown(entry)).join(', ');
  return JSON.stringify(value) ?? '';
}
