import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFileService } from '../../../server/runtime/files/file-service.ts';
import { openOwnFiles } from '../../../server/runtime/files/own-files.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const list = join(folder, 'data', 'own-files.jsonl');
const paths = createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder });
const outDir = join(folder, 'out');
/** Another process, which knows only what is on the disk. */
const service = () => createFileService({ paths, outDir, own: openOwnFiles(list) });
const bytes = (text: string) => Buffer.from(text);

describe('a file at an absolute path', () => {
  test('is written there, and again by whoever wrote it', async () => {
    const file = join(folder, '我的 results', 'new', 'ranking.csv');
    const files = service();
    expect(await files.write(file, bytes('1'))).toEqual({ path: file, bytes: 1 });
    await files.write(file, bytes('22'));
    await service().write(file, bytes('333'));
    expect(readFileSync(file, 'utf8')).toBe('333');
  });

  test('does not replace a file of somebody else, nor one that was changed since', async () => {
    const theirs = join(folder, 'theirs.csv');
    writeFileSync(theirs, 'precious');
    await expect(service().write(theirs, bytes('1'))).rejects.toMatchObject({ code: 'output-name.taken' });
    expect(readFileSync(theirs, 'utf8')).toBe('precious');
    const ours = join(folder, 'ours.csv');
    const files = service();
    await files.write(ours, bytes('1'));
    appendFileSync(ours, ', and my notes');
    await expect(files.write(ours, bytes('2'))).rejects.toMatchObject({ code: 'output-name.taken' });
    expect(readFileSync(ours, 'utf8')).toBe('1, and my notes');
  });

  test("counts as somebody else's when the list is damaged", async () => {
    const file = join(folder, 'damaged.csv');
    await service().write(file, bytes('1'));
    writeFileSync(list, '["/x", "1 2"]\n["/y');
    await expect(service().write(file, bytes('2'))).rejects.toMatchObject({ code: 'output-name.taken' });
  });

  test.each(['C:\\x\\y.csv', '/tmp/con/x.csv', '/tmp/a\0b'])('%j is refused', async (name) => {
    if (process.platform === 'win32' && name.startsWith('C:')) return;
    await expect(service().write(name, bytes('1'))).rejects.toMatchObject({
      code: expect.stringMatching(/^output-name\./),
    });
  });

  test('may begin at the home folder', async () => {
    await expect(openOwnFiles(list).path('~/')).rejects.toBeDefined();
    expect(await openOwnFiles(list).path('~/patchbay-no-such-file.csv')).toBe(
      join(homedir(), 'patchbay-no-such-file.csv'),
    );
  });

  test('is refused where Patchbay writes only below the output folder', async () => {
    const files = createFileService({ paths, outDir });
    await expect(files.write(join(folder, 'x.csv'), bytes('1'))).rejects.toMatchObject({
      code: 'output-name.only-below',
    });
  });
});
