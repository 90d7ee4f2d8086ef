import { randomBytes } from 'node:crypto';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

function digits(value: number, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i++, rest = Math.floor(rest / 32))
    text = (DIGITS[rest % 32] as string) + text;
  return text;
}

/** Makes an id of a kind, the time in milliseconds, and 80 random bits, in an alphabet without look-alikes. */
export function newId(kind: 'run' | 'wf', now = Date.now()): string {
  return `${kind}_${digits(now, 9)}${[...randomBytes(16)].map((byte) => DIGITS[byte % 32]).join('')}`;
}
