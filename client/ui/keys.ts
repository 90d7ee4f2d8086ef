/** A key with its modifiers, as commands name it: `Mod+Shift+V`. `Mod` is Command on a Mac and Control elsewhere. */
export type KeyName = string;

interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Whether this is a Mac: Command replaces Control there. */
export const isMac = (): boolean => /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/** Characters that need Shift on some keyboards, so Shift is ignored for them. */
const SHIFT_FREE = new Set(['?', '.']);

/** Whether a key press is the named key. */
export function isKey(name: KeyName, press: Press, mac = isMac()): boolean {
  const parts = name.split('+');
  const key = parts.at(-1) === '' ? '+' : parts.at(-1)!;
  const wants = new Set(parts.slice(0, -1));
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wants.has('Mod') || other || press.altKey !== wants.has('Alt')) return false;
  if (!SHIFT_FREE.has(key) && press.shiftKey !== wants.has('Shift')) return false;
  if (key === 'Space') return press.code === 'Space';
  // With Alt, some keyboards produce another character, so the position of the key counts.
  if (wants.has('Alt') && /^[A-Z]$/.test(key) && press.code === `Key${key}`) return true;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** The digit of a key press, also with Shift: then the key is a sign that depends on the keyboard, but its place is that of the digit. */
export function digitOf({ code, key }: Pick<Press, 'code' | 'key'>): number | undefined {
  const found = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? /^\d$/.exec(key)?.[0];
  return found === undefined ? undefined : Number(found);
}

const MAC_SIGNS: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };

/** A key as people read it: `Ctrl+Shift+V`; on a Mac `⌘⇧V`. */
export function keyText(name: KeyName, mac = isMac()): string {
  if (!mac) return name.replace('Mod', 'Ctrl');
  return name
    .split('+')
    .map((part) => MAC_SIGNS[part] ?? part)
    .join('');
}
