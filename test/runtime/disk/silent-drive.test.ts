import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { ImageItem } from '../../../nodes/sdk/index.ts';
import { Disk, NO_ANSWER } from '../../../server/runtime/disk/disk.ts';
import { createContentKeys } from '../../../server/runtime/images/content-keys.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'dist/server/runtime/disk');
const folder = temporaryFolder();

/**
 * The built thread on a drive that stops answering: a call for a path below `silent` never returns, as that of a dead network
 * drive. No test can attach such a drive without rights of the administrator.
 */
function threadOfSilentDrive(): URL {
  const file = join(folder, 'thread.mjs');
  const text = `import { parentPort } from 'node:worker_threads';
const { doTask } = await import(${JSON.stringify(pathToFileURL(join(built, 'tasks.js')).href)});
parentPort.on('message', async ({ id, name, request, state }) => {
  const place = (request.paths ?? [request.path]).findIndex((path) => path.includes('/silent/'));
  if (place >= 0) {
    Atomics.store(state, 2, place);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  parentPort.postMessage({ id, answer: await doTask(name, request, () => Atomics.add(state, 1, 1)) });
});
`;
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const item = (path: string): ImageItem => ({
  kind: 'image',
  name: path.split('/').at(-1)!,
  path,
  source: { kind: 'file', path: join(folder, path), size: 1, mtimeMs: 0 },
});

// Needs the built program, as all tests of processes and threads do.
it.skipIf(!existsSync(built))(
  'a drive that does not answer costs its own pictures ten seconds once, and no others anything',
  async () => {
    const disk = new Disk({ entry: threadOfSilentDrive() });
    for (const place of ['silent', 'well']) mkdirSync(join(folder, place));
    for (const name of ['silent/a', 'silent/b', 'well/c', 'well/d']) writeFileSync(join(folder, name), name);
    const read = (path: string) =>
      disk.run('read', { path: join(folder, path), maxBytes: 100 }, () => join(folder, path));
    const began = performance.now();
    const lost = read('silent/a').catch((error: NodeJS.ErrnoException) => error.code);
    expect(Buffer.from((await read('well/c')) as Uint8Array).toString()).toBe('well/c');
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(await lost).toBe(NO_ANSWER);
    const after = performance.now();
    await expect(read('silent/b')).rejects.toMatchObject({ code: NO_ANSWER });
    expect(performance.now() - after).toBeLessThan(1_000);

    const keys = createContentKeys(undefined, {}, new Disk({ entry: threadOfSilentDrive() }));
    const found = await keys.keys(['well/c', 'silent/a', 'silent/b', 'well/d'].map(item));
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(found[0]).toBe(sha256('well/c'));
    expect(found[1]).toMatchObject({ code: 'image.no-answer', args: { name: 'a' } });
    expect(found[2]).toMatchObject({ code: 'image.no-answer', args: { name: 'b' } });
    expect(found[3]).toBe(sha256('well/d'));
  },
  60_000,
);
