import { describe, expect, test } from 'vitest';
import { isKey, keyText } from '../../../client/ui/keys.ts';

const press = (key: string, held: readonly string[] = [], code = '') => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});

describe('keys', () => {
  test('Mod is Control, and Command on a Mac', () => {
    expect(isKey('Mod+Z', press('z', ['ctrl']), false)).toBe(true);
    expect(isKey('Mod+Z', press('z', ['meta']), false)).toBe(false);
    expect(isKey('Mod+Z', press('z', ['meta']), true)).toBe(true);
  });
  test('more held down is another key', () => {
    expect(isKey('Mod+Z', press('Z', ['ctrl', 'shift']), false)).toBe(false);
    expect(isKey('Mod+Shift+Z', press('Z', ['ctrl', 'shift']), false)).toBe(true);
    expect(isKey('W', press('w', ['ctrl']), false)).toBe(false);
  });
  test('a question mark counts however it is typed', () => {
    expect(isKey('?', press('?', ['shift']), false)).toBe(true);
    expect(isKey('?', press('?'), false)).toBe(true);
  });
  test('Alt counts by the place of the key', () =>
    expect(isKey('Alt+C', press('ç', ['alt'], 'KeyC'), true)).toBe(true));
  test('they are written as people know them', () => {
    expect(keyText('Mod+Shift+V', false)).toBe('Ctrl+Shift+V');
    expect(keyText('Mod+Shift+V', true)).toBe('⌘⇧V');
  });
});
