import { nameFault } from '../../nodes/sdk/file-names.ts';
import type { Message } from '../../nodes/sdk/messages.ts';
import type { Choice, ParamSpec } from '../../nodes/sdk/params.ts';
import { collectionName, isKeptName, MAX_KEPT_NAME } from './kept-name.ts';

/** The part of a param's definition that these rules need. The editor has the same part, without the schema. */
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

/** The params of a node by name, as stored in a workflow. */
export type ParamValues = Readonly<Record<string, unknown>>;

/** Which size of a value does not fit: characters of a text or of an entry of a list (counted from 1), or entries of a list. */
export type WrongSize =
  | { readonly of: 'text' | 'texts' | 'numbers' }
  | { readonly of: 'entry'; readonly entry: number };

/** Why a value is refused. The caller turns it into a message. */
export type ParamFault =
  /** The value, or an entry of it (counted from 1), has another type: a text for a number, 1.5 for a whole number, NaN. */
  | { readonly code: 'param.wrong-type'; readonly entry?: number }
  /** A limit of a number, or of the number of entries or characters. */
  | {
      readonly code: 'param.too-small';
      readonly min: number;
      readonly unit?: string;
      readonly size?: WrongSize;
    }
  | {
      readonly code: 'param.too-large';
      readonly max: number;
      readonly unit?: string;
      readonly size?: WrongSize;
    }
  | { readonly code: 'param.not-a-choice'; readonly choices: readonly Choice[] }
  /** A required value is empty or consists of spaces only. */
  | { readonly code: 'param.required' }
  | { readonly code: 'param.url' }
  | { readonly code: 'param.file-name'; readonly reason: Message }
  | { readonly code: 'param.collection-name'; readonly most: number };

/** Default limits: characters of a text, characters of one entry of a list, and entries of a list. */
const MAX_TEXT = 100_000;
const MAX_ENTRY = 10_000;
const MAX_ENTRIES = 100_000;

const WRONG_TYPE: ParamFault = { code: 'param.wrong-type' };

/** The value of a param, or its default if the workflow has none. */
export function presentValue(name: string, rule: Pick<ParamRule, 'default'>, values: ParamValues): unknown {
  return Object.hasOwn(values, name) && values[name] !== undefined ? values[name] : rule.default;
}

/**
 * Whether a param has an effect: its `when` is fulfilled, and the param that `when` refers to has an effect too. Only
 * such a param is shown, and only such a param can be required, because users cannot fill in a hidden field.
 * @param ruleOf the rule of another param of the node. If the node has no such param, `when` hides nothing.
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

function ofSize(length: number, min: number, max: number, size: WrongSize): ParamFault | undefined {
  if (length < min) return { code: 'param.too-small', min, size };
  return length > max ? { code: 'param.too-large', max, size } : undefined;
}

/** The fault of the first entry of another type; undefined if all fit. */
function wrongEntry(entries: readonly unknown[], fits: (entry: unknown) => boolean): ParamFault | undefined {
  const at = entries.findIndex((entry) => !fits(entry));
  return at === -1 ? undefined : { code: 'param.wrong-type', entry: at + 1 };
}

function textsFault(value: readonly unknown[]): ParamFault | undefined {
  const fault =
    ofSize(value.length, 0, MAX_ENTRIES, { of: 'texts' }) ??
    wrongEntry(value, (entry) => typeof entry === 'string');
  if (fault) return fault;
  const at = value.findIndex((entry) => String(entry).length > MAX_ENTRY);
  return at === -1
    ? undefined
    : { code: 'param.too-large', max: MAX_ENTRY, size: { of: 'entry', entry: at + 1 } };
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
 * Checks the type, the limits and the choices of a value, also for a param without effect; undefined if the value fits.
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
    case 'strings':
      return Array.isArray(value) ? textsFault(value) : WRONG_TYPE;
    case 'numbers': {
      if (!Array.isArray(value)) return WRONG_TYPE;
      const { length } = rule;
      const wrong = wrongEntry(value, Number.isFinite);
      if (wrong || length === undefined) return wrong;
      return ofSize(value.length, length, length, { of: 'numbers' });
    }
    case 'string': {
      if (typeof value !== 'string') return WRONG_TYPE;
      return ofSize(value.length, 0, rule.maxLength ?? MAX_TEXT, { of: 'text' });
    }
  }
}

/** Whether a value is empty, consists of spaces only, or is a list of such values. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.trim() === '');
}

/**
 * Checks a value of a param that has an effect ({@link isInUse}); undefined if the value fits. The server uses this
 * rule before a run, and the editor while the user types.
 */
export function paramFault(rule: ParamRule, value: unknown): ParamFault | undefined {
  const fault = typeFault(rule, value);
  if (fault) return fault;
  // A file without a name cannot be written.
  if ((rule.required || rule.widget === 'file-name') && isEmpty(value)) return { code: 'param.required' };
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (rule.widget === 'url' && !/^https?:\/\/[^\s/]+/i.test(value.trim())) return { code: 'param.url' };
  if (rule.widget === 'collection-name' && !isKeptName(collectionName(value)))
    return { code: 'param.collection-name', most: MAX_KEPT_NAME };
  const reason = rule.widget === 'file-name' ? nameFault(value) : undefined;
  return reason === undefined ? undefined : { code: 'param.file-name', reason };
}
