import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createPathResolver, isInside, portablePath } from '../../../server/runtime/files/paths.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const workflowDir = join(folder, 'work');
const samplesDir = join(folder, 'samples');
const uploadsDir = join(folder, 'uploads');
const paths = createPathResolver({ workflowDir, samplesDir, uploadsDir, homeDir: join(folder, 'home') });

describe('a path', () => {
  it('starts at the workflow when it is relative', async () => {
    expect(await paths.resolve('pictures')).toBe(join(workflowDir, 'pictures'));
    expect(await paths.resolve('../pictures')).toBe(join(folder, 'pictures'));
    expect(await paths.resolve('/pictures')).toBe('/pictures');
  });

  it('may be a file: URL or a sample', async () => {
    expect(await paths.resolve(pathToFileURL('/a b/c').href)).toBe('/a b/c');
    expect(await paths.resolve('sample:fruit/apple.jpg')).toBe(join(samplesDir, 'fruit', 'apple.jpg'));
  });

  it.each(['sample:../secret', 'sample:a/../../secret', 'sample:/etc/passwd'])(
    '%s is refused',
    async (path) => {
      await expect(paths.resolve(path)).rejects.toMatchObject({ code: 'file.outside-samples' });
    },
  );

  it.each([
    ['', 'path.empty'],
    ['  ', 'path.empty'],
    ['a\0b', 'path.nul-character'],
    ['file://host%2f', 'path.not-local'],
  ])('%j is refused: %s', async (path, code) => {
    await expect(paths.resolve(path)).rejects.toMatchObject({ code });
  });
});

describe('a path as workflows write it', () => {
  it('leads back to where it came from', async () => {
    for (const absolute of [
      join(samplesDir, 'fruit', 'apple.jpg'),
      samplesDir,
      uploadsDir,
      join(uploadsDir, '我的 照片', 'a b.jpg'),
      join(folder, 'home'),
      join(folder, 'home', 'Pictures', '.hidden'),
      join(folder, 'home-of-another', 'x'),
      '/elsewhere/x',
    ])
      expect(await paths.resolve(paths.written(absolute)), absolute).toBe(absolute);
  });

  it('names no folder of this computer where it can', () => {
    expect(paths.written(join(uploadsDir, 'cats'))).toBe('uploads:cats');
    expect(paths.written(join(folder, 'home', 'Pictures', 'cats'))).toBe('~/Pictures/cats');
    expect(paths.written(join(folder, 'home-of-another', 'cats'))).toBe(
      join(folder, 'home-of-another', 'cats'),
    );
  });

  it.each([
    ['C:\\Users\\Anna\\Pictures\\cats', '~/Pictures/cats'],
    ['c:\\users\\anna\\pictures', '~/pictures'],
    ['C:\\Patchbay\\files\\a\\b.png', 'uploads:a/b.png'],
    ['C:\\Program Files\\patchbay\\samples', 'sample:'],
    ['D:\\Photos', 'D:\\Photos'],
    ['\\\\server\\share\\x', '\\\\server\\share\\x'],
  ])('on Windows, %s is written %s', (absolute, written) => {
    const folders = {
      samples: 'C:\\Program Files\\patchbay\\samples',
      uploads: 'C:\\Patchbay\\files',
      home: 'C:\\Users\\Anna',
    };
    expect(portablePath(absolute, folders, win32)).toBe(written);
  });

  it('does not take the root for a home', () => {
    const folders = { samples: '/s', uploads: '/u', home: '/' };
    expect(portablePath('/etc/passwd', folders, posix)).toBe('/etc/passwd');
  });

  it.each(['uploads:../secret', 'uploads:/etc/passwd', 'uploads:a/../../x'])(
    '%s is refused',
    async (path) => {
      await expect(paths.resolve(path)).rejects.toMatchObject({ code: 'file.outside-uploads' });
    },
  );

  it('takes a tilde only for the own home folder', async () => {
    expect(await paths.resolve('~')).toBe(join(folder, 'home'));
    expect(await paths.resolve('~anna/x')).toBe(join(workflowDir, '~anna/x'));
  });
});

describe('where only some folders may be read', () => {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'inner'), { recursive: true });
  mkdirSync(join(folder, 'root-sibling'));
  writeFileSync(join(folder, 'root-sibling/x'), '');
  symlinkSync(join(folder, 'root-sibling'), join(root, 'way-out'));
  const guarded = createPathResolver({ workflowDir: root, samplesDir, uploadsDir, roots: [root] });

  it('a path inside them may be read, whether it exists or not', async () => {
    expect(await guarded.resolve('inner/new.jpg')).toBe(join(root, 'inner/new.jpg'));
    expect(await guarded.resolve('sample:x.jpg')).toBe(join(samplesDir, 'x.jpg'));
  });

  it.each(['../root-sibling/x', '/etc/passwd', 'way-out/x', 'way-out/not-there'])(
    '%s may not be read',
    async (path) => {
      await expect(guarded.resolve(path)).rejects.toMatchObject({ code: 'file.forbidden' });
    },
  );
});

it('a folder with the same first letters is another folder', () => {
  expect(isInside('/data', '/data/x')).toBe(true);
  expect(isInside('/data', '/data')).toBe(true);
  expect(isInside('/data', '/database/x')).toBe(false);
  expect(isInside('/data', '/data/..hidden')).toBe(true);
});
