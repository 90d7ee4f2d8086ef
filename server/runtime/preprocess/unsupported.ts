import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { preprocessMessage } from '../../contract/messages/preprocess.ts';

/** A JSON object with settings. */
export type Config = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a setting that a spec cannot express; `expected` says what the setting must be. */
export function unsupported(field: string, got: unknown, expected: Message): PatchbayError {
  const value = JSON.stringify(got)?.slice(0, 60) ?? String(got);
  return new PatchbayError({
    ...preprocessMessage('preprocess.unsupported', { field, value, expected }),
    param: field,
    got: value,
  });
}
