import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputPath } from '../../../server/runtime/files/output-path.ts';
import { isInside } from '../../../server/runtime/files/paths.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const out = join(folder, 'out');

describe('an output file', () => {
  it('lies below the output folder', async () => {
    expect(await outputPath(out, 'ranking.json')).toBe(join(out, 'ranking.json'));
    expect(await outputPath(out, 'a/b\\c.npy')).toBe(join(out, 'a', 'b', 'c.npy'));
    expect(await outputPath(out, 'ünïcode 猫.csv')).toBe(join(out, 'ünïcode 猫.csv'));
  });

  it.each([
    '..',
    '../x',
    'a/../../x',
    'a/..',
    '..\\x',
    'a\\..\\..\\x',
    './x',
    '',
    '/etc/x',
    '\\x',
    '//host/share',
    'C:\\x',
    'c:x',
    'x\0.txt',
    'x:ads',
    'a/x:ads',
    'CON',
    'con.txt',
    'a/NUL',
    'com1',
    'LPT9.json',
    'COM¹',
    'x.',
    'x ',
    'a /b',
    'a//b',
    'x?',
    'x\n',
    'x'.repeat(256),
  ])('is not written to %j', async (name) => {
    await expect(outputPath(out, name)).rejects.toMatchObject({
      code: expect.stringMatching(/^output-name\.(?!.*link)/),
    });
  });

  it.each([
    ['', 'empty', 'The name of the output file is empty. Write a name such as "ranking.csv".'],
    [
      'a/NUL.txt',
      'device',
      '"a/NUL.txt" cannot be written, because "NUL.txt" is the name of a device on Windows. Choose another name.',
    ],
    ['x\0', 'nul-character', '"x\\0" cannot be a file name, because it contains a NUL character.'],
    ['/x', 'absolute', expect.any(String)],
    ['a/../x', 'parts', expect.any(String)],
    ['x?', 'character', expect.any(String)],
    ['x.', 'trailing', expect.any(String)],
    ['x'.repeat(256), 'too-long', expect.any(String)],
  ])('named %j is refused with the reason: %s', async (name, fault, message) => {
    await expect(outputPath(out, name)).rejects.toMatchObject({ code: `output-name.${fault}`, message });
  });

  it('may have percent signs, which stay as they are', async () => {
    expect(await outputPath(out, '..%2f..%2fx')).toBe(join(out, '..%2f..%2fx'));
  });

  it('does not follow a link out of the folder and creates no folders behind it', async () => {
    const secret = join(folder, 'out-secret');
    mkdirSync(secret, { recursive: true });
    mkdirSync(out, { recursive: true });
    symlinkSync(secret, join(out, 'link'));
    symlinkSync(join(secret, 'new.txt'), join(out, 'file-link'));
    for (const name of ['link/x.txt', 'link/deep/x.txt'])
      await expect(outputPath(out, name)).rejects.toMatchObject({
        code: 'output-name.folder-link-outside',
        message: `"${name}" cannot be written, because a folder in it is a link that points outside the output folder. Choose another name.`,
      });
    expect(readdirSync(secret)).toEqual([]);
    expect(existsSync(join(secret, 'new.txt'))).toBe(false);
  });

  it('can go through a link that stays inside, and the output folder can be a link', async () => {
    mkdirSync(join(folder, 'real/inner'), { recursive: true });
    symlinkSync(join(folder, 'real'), join(folder, 'alias'));
    symlinkSync(join(folder, 'real/inner'), join(folder, 'real/shortcut'));
    expect(await outputPath(join(folder, 'alias'), 'shortcut/x')).toBe(join(folder, 'alias/shortcut/x'));
  });

  it('is inside or refused, whatever its name', async () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'con', 'x:y', '%2e%2e'),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 5 }),
        fc.constantFrom('/', '\\'),
        async (parts, separator) => {
          const path = await outputPath(join(folder, 'any'), parts.join(separator)).catch(() => undefined);
          if (path !== undefined) expect(isInside(join(folder, 'any'), path)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
