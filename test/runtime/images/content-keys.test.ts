import { createHash } from 'node:crypto';
import {
  appendFileSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ImageItem } from '../../../nodes/sdk/index.ts';
import { createContentKeys } from '../../../server/runtime/images/content-keys.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const folder = temporaryFolder();
const memory = join(folder, 'cache/content-keys');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Files of this test are new, and new files are not remembered otherwise. */
const YOUNG = { youngMs: 0 };

/** Replaces all keys of a key file by another one: what is not read again has this key. */
const FORGED = sha256('forged');
const forge = (file: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^[0-9a-f]{64} /gm, `${FORGED} `));

/** Writes a file with an old modification time. */
function make(name: string, text: string, seconds = 1000): ImageItem {
  const path = join(folder, name);
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
  return {
    kind: 'image',
    name,
    path: name,
    source: { kind: 'file', path, size: text.length, mtimeMs: seconds * 1000 },
  };
}

it('a key is the hash of the bytes, wherever they are stored', async () => {
  const keys = createContentKeys();
  expect(await keys.key(make('a', 'same'))).toBe(sha256('same'));
  expect(await keys.key(make('b', 'same'))).toBe(sha256('same'));
  expect(
    await keys.key({ kind: 'image', name: 'x', path: 'x', source: { kind: 'asset', hash: 'h', size: 1 } }),
  ).toBe('h');
});

it('an unchanged file is not read again, not even by another process', async () => {
  const item = make('quiet', 'first');
  const keys = createContentKeys(memory, YOUNG);
  await keys.key(item);
  await keys.flush();
  forge(memory);
  expect(await createContentKeys(memory).key(item)).toBe(FORGED);
  expect(await keys.key(item)).toBe(sha256('first'));
});

it('a file with other bytes is read again, even under the same size and modification time', async () => {
  const keys = createContentKeys(undefined, YOUNG);
  const item = make('restored', 'first');
  expect(await keys.key(item)).toBe(sha256('first'));
  make('restored', 'other');
  expect(await keys.key(item)).toBe(sha256('other'));
});

it('many items get their keys at once, each its own or its own fault', async () => {
  const items = [make('m1', 'one'), make('m2', 'two'), make('m3', 'x')];
  rmSync(join(folder, 'm3'));
  const asset = {
    kind: 'image',
    name: 'x',
    path: 'x',
    source: { kind: 'asset', hash: 'h', size: 1 },
  } as const;
  const [one, lost, stored, two] = await createContentKeys().keys([items[0]!, items[2]!, asset, items[1]!]);
  expect([one, stored, two]).toEqual([sha256('one'), 'h', sha256('two')]);
  expect(lost).toMatchObject({ code: 'image.gone' });
});

it('a changed file is read again, even when it comes from an old list', async () => {
  const keys = createContentKeys(memory);
  const item = make('edited', 'one');
  await keys.key(item);
  make('edited', 'two', 2000);
  expect(await keys.key(item)).toBe(sha256('two'));
});

it('a file changed a moment ago is not remembered, because it may change again under the same time', async () => {
  const keys = createContentKeys();
  const item = make('busy', 'one', Date.now() / 1000);
  await keys.key(item);
  make('busy', 'two', statSync(join(folder, 'busy')).mtimeMs / 1000);
  expect(await keys.key(item)).toBe(sha256('two'));
});

it('a key file that a crash cut off loses only its last line', async () => {
  const file = join(folder, 'torn');
  const keys = createContentKeys(file, YOUNG);
  const [kept, torn, later] = [make('kept', 'kept'), make('torn-item', 'torn'), make('later', 'later')];
  await keys.key(kept);
  await keys.flush();
  await keys.key(torn);
  await keys.flush();
  truncateSync(file, statSync(file).size - 20);
  const after = createContentKeys(file, YOUNG);
  await after.key(later);
  await after.flush();
  forge(file);
  const read = createContentKeys(file);
  expect(await read.key(kept)).toBe(FORGED);
  expect(await read.key(later)).toBe(FORGED);
  expect(await read.key(torn)).toBe(sha256('torn'));
});

it('a key file of garbage is ignored', async () => {
  const file = join(folder, 'garbage');
  writeFileSync(file, Buffer.from([0, 255, 10, 13, 7]));
  expect(await createContentKeys(file).key(make('g', 'g'))).toBe(sha256('g'));
});

it('the key file does not grow without end', async () => {
  const file = join(folder, 'bounded');
  const keys = createContentKeys(file, { maxEntries: 10, ...YOUNG });
  const item = make('one', 'one');
  await keys.key(item);
  await keys.flush();
  appendFileSync(file, readFileSync(file, 'utf8').repeat(3000));
  const next = createContentKeys(file, { maxEntries: 10, ...YOUNG });
  await next.key(make('two', 'two'));
  await next.flush();
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
});

it('a missing file fails with a sentence', async () => {
  const item = make('gone', 'x');
  const missing = { ...item, source: { ...item.source, path: join(folder, 'nowhere') } } as ImageItem;
  await expect(createContentKeys().key(missing)).rejects.toMatchObject({
    code: 'image.gone',
    args: { name: 'gone' },
    message: 'Picture gone was not found. The file was moved or deleted.',
  });
});

it('a picture that is too large is refused by its size and not read', async () => {
  const item = make('huge.tif', '');
  // A sparse file: reading its 6 GB would take most of a minute.
  truncateSync(join(folder, 'huge.tif'), 6e9);
  await expect(createContentKeys().key(item)).rejects.toMatchObject({ code: 'image.file-too-large' });
});
