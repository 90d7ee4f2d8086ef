import { nameFault } from '../../nodes/sdk/file-names.ts';
import type { Message } from '../../nodes/sdk/messages.ts';
import type { Choice, ParamSpec } from '../../nodes/sdk/params.ts';

/** What the rule needs to know of a param: its definition without the schema, as the editor has it too. */
export type ParamRule = Pick<
  ParamSpec,
  | 'type'
  | 'default'
  | 'widget'
  | 'min'
  | 'max'
  | 'unit'
  | 'choices'
  | 'required'
  | 'when'
  | 'maxLength'
  | 'length'
>;

/** Values of a node's params by name, as a workflow has them. */
export type ParamValues = Readonly<Record<string, unknown>>;

/** Why a value is refused. What is said about it is up to whoever asks. */
export type ParamFault =
  /** Not of the param's type: a text for a number, a half for a whole number, NaN. */
  | { readonly code: 'param.wrong-type' }
  /** A bound of a number, or of how many entries or characters there are. */
  | { readonly code: 'param.too-small'; readonly min: number; readonly unit?: string }
  | { readonly code: 'param.too-large'; readonly max: number; readonly unit?: string }
  | { readonly code: 'param.not-a-choice'; readonly choices: readonly Choice[] }
  /** Empty, blank, or a list of blanks, where something is required. */
  | { readonly code: 'param.required' }
  | { readonly code: 'param.url' }
  | { readonly code: 'param.file-name'; readonly reason: Message };

/** Most characters of a text, of one entry of a list, and most entries of a list, where a param does not say. */
const MAX_TEXT = 100_000;
const MAX_ENTRY = 10_000;
const MAX_ENTRIES = 100_000;

const WRONG_TYPE: ParamFault = { code: 'param.wrong-type' };

/** A param's value, or its default where the workflow has none. */
export function presentValue(name: string, rule: Pick<ParamRule, 'default'>, values: ParamValues): unknown {
  return Object.hasOwn(values, name) && values[name] !== undefined ? values[name] : rule.default;
}

/**
 * Whether a param is of use while the others are as they are: its `when` holds, and the param that it looks at is of use
 * itself. Only such a param is shown, and only such a param may be required: nobody can fill in a field that is not shown.
 * @param ruleOf the rule of another param of the node; undefined when the node has no such param, which then hides nothing
 */
export function isInUse(
  rule: Pick<ParamRule, 'when'>,
  values: ParamValues,
  ruleOf: (name: string) => ParamRule | undefined,
): boolean {
  const seen = new Set<string>();
  for (let { when } = rule; when && !seen.has(when.param); ) {
    const other = ruleOf(when.param);
    if (!other) return true;
    if (!when.is.includes(presentValue(when.param, other, values))) return false;
    seen.add(when.param);
    when = other.when;
  }
  return true;
}

function ofSize(size: number, min: number, max: number): ParamFault | undefined {
  if (size < min) return { code: 'param.too-small', min };
  return size > max ? { code: 'param.too-large', max } : undefined;
}

function numberFault({ type, min, max, unit }: ParamRule, value: unknown): ParamFault | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return WRONG_TYPE;
  if (type === 'integer' && !Number.isSafeInteger(value)) return WRONG_TYPE;
  const measured = unit === undefined ? {} : { unit };
  if (min !== undefined && value < min) return { code: 'param.too-small', min, ...measured };
  if (max !== undefined && value > max) return { code: 'param.too-large', max, ...measured };
  return undefined;
}

/**
 * Why a value cannot be one of the param's: another type, out of bounds, no choice. Asked of every param, {@link isInUse} or
 * not; undefined when the value fits.
 */
export function typeFault(rule: ParamRule, value: unknown): ParamFault | undefined {
  switch (rule.type) {
    case 'number':
    case 'integer':
      return numberFault(rule, value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : WRONG_TYPE;
    case 'choice': {
      const { choices = [] } = rule;
      if (choices.some((choice) => choice.value === value)) return undefined;
      return typeof value === 'string' ? { code: 'param.not-a-choice', choices } : WRONG_TYPE;
    }
    case 'strings': {
      if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) return WRONG_TYPE;
      const longest = value.reduce((most: number, { length }) => Math.max(most, length), 0);
      return ofSize(value.length, 0, MAX_ENTRIES) ?? ofSize(longest, 0, MAX_ENTRY);
    }
    case 'numbers': {
      if (!Array.isArray(value) || !value.every((entry) => Number.isFinite(entry))) return WRONG_TYPE;
      const { length } = rule;
      return length === undefined ? undefined : ofSize(value.length, length, length);
    }
    case 'string':
      return typeof value === 'string' ? ofSize(value.length, 0, rule.maxLength ?? MAX_TEXT) : WRONG_TYPE;
  }
}

/** Nothing, nothing but blanks, or a list of nothing else. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.trim() === '');
}

/**
 * Why a param that {@link isInUse} cannot have this value; undefined when it can. The server asks before a run, the editor while
 * somebody types: both by this rule.
 */
export function paramFault(rule: ParamRule, value: unknown): ParamFault | undefined {
  const fault = typeFault(rule, value);
  if (fault) return fault;
  // A file without a name cannot be written.
  if ((rule.required || rule.widget === 'file-name') && isEmpty(value)) return { code: 'param.required' };
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (rule.widget === 'url' && !/^https?:\/\/[^\s/]+/i.test(value.trim())) return { code: 'param.url' };
  const reason = rule.widget === 'file-name' ? nameFault(value) : undefined;
  return reason === undefined ? undefined : { code: 'param.file-name', reason };
}
