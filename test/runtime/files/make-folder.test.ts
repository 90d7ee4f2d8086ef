import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeFolderSync } from '../../../server/runtime/files/make-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = temporaryFolder();
const ways: [string, (path: string) => Promise<void>][] = [
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path) => makeFolderSync(path)],
];

describe.each(ways)('%s', (name, make) => {
  it('creates missing folders and keeps existing ones', async () => {
    const path = join(root, name, 'a/b/c');
    await make(path);
    await make(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('names the file that is in the way', async () => {
    await make(join(root, name));
    const file = join(root, name, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'x/y')])
      await expect(make(path)).rejects.toMatchObject({ code: 'ENOTDIR', path: file });
  });

  it.skipIf(!existsSync('/proc/self'))('ends where nothing can be created, and names the path', async () => {
    await expect(make('/proc/patchbay/a/b')).rejects.toMatchObject({
      code: 'ENOENT',
      path: '/proc/patchbay',
    });
  });
});

it('many calls can create one folder at the same time', async () => {
  const path = join(root, 'at/once');
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  expect(existsSync(path)).toBe(true);
});
