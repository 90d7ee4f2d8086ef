import { isAbsolute, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputName, safeName, safePath, uniqueNames, withExtension } from '../../nodes/sdk/index.ts';

describe('a name for a file', () => {
  test.each([
    ['cat.jpg', 'cat.jpg'],
    ['a/b', 'a_b'],
    ['what?.png', 'what_.png'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['dots...', 'dots'],
    ['..', '_'],
    ['', 'unnamed'],
    ['日本.png', '日本.png'],
  ])('%j becomes %j', (given, expected) => {
    expect(safeName(given)).toBe(expected);
  });

  test('no path leads out of its folder', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', 'C:', '~', 'a', '\0', '%2e%2e', 'CON');
    fc.assert(
      fc.property(
        fc.array(piece).map((parts) => parts.join('')),
        (path) => {
          const inside = relative('/root', join('/root', safePath(path)));
          expect(inside.startsWith('..') || isAbsolute(inside) || inside === '').toBe(false);
        },
      ),
    );
  });

  test.each([
    ['../a/b.csv', 'a/b.csv'],
    ['/home/me/.config/a?.csv', '/home/me/.config/a_.csv'],
    ['~/Documents/a.csv', '~/Documents/a.csv'],
    ['C:\\Users\\Ana\\nul.csv', 'C:\\Users\\Ana\\_nul.csv'],
    ['/tmp/', '/tmp'],
    ['c:x', 'c_x'],
  ])('the output %j is written to %j', (given, expected) => {
    expect(outputName(given)).toBe(expected);
  });

  test('names are unique, also where only case differs', () => {
    const unique = uniqueNames();
    expect(['a/x.png', 'a/X.png', 'a/x.png', 'b/x.png', '.hidden', '.hidden'].map(unique)).toEqual([
      'a/x.png',
      'a/X-2.png',
      'a/x-3.png',
      'b/x.png',
      '.hidden',
      '.hidden-2',
    ]);
  });

  test('an extension is added once', () => {
    expect([withExtension('a', '.csv'), withExtension('a.CSV', '.csv')]).toEqual(['a.csv', 'a.CSV']);
  });
});
