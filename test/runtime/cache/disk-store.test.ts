import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDiskStore } from '../../../server/runtime/cache/disk-store.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;
function freshFolder(): string {
  count += 1;
  return join(folder, String(count));
}

const bytes = (length: number, fill = 1) => new Uint8Array(length).fill(fill);

/** The paths of all entries on disk. */
function filesOf(place: string): string[] {
  return readdirSync(place).flatMap((shard) =>
    readdirSync(join(place, shard)).map((name) => join(place, shard, name)),
  );
}

describe('a disk store', () => {
  it('returns what was written, also to another process', async () => {
    const place = freshFolder();
    await createDiskStore(place, { maxBytes: 10_000 }).write('key', [bytes(3, 1), bytes(2, 2)]);
    const other = createDiskStore(place, { maxBytes: 10_000 });
    expect(await other.read('key')).toEqual(Uint8Array.of(1, 1, 1, 2, 2));
    expect(await other.read('another')).toBeUndefined();
  });

  it.each(['../../escape', 'a/b', 'nul', '\0', 'x'.repeat(5000)])(
    'takes the key %j without leaving its folder',
    async (key) => {
      const place = freshFolder();
      const store = createDiskStore(place, { maxBytes: 10_000 });
      await store.write(key, [bytes(1)]);
      expect(await store.read(key)).toEqual(bytes(1));
      expect(filesOf(place)).toHaveLength(1);
    },
  );

  it.each<[string, (file: string) => void]>([
    ['cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, 60))],
    ['empty', (file) => writeFileSync(file, '')],
    [
      'changed in a bit',
      (file) => {
        const content = readFileSync(file);
        content[50]! ^= 1;
        writeFileSync(file, content);
      },
    ],
  ])('drops an entry that is %s', async (_, damage) => {
    const place = freshFolder();
    const store = createDiskStore(place, { maxBytes: 10_000 });
    await store.write('key', [bytes(100)]);
    const [file] = filesOf(place);
    damage(file!);
    expect(await store.read('key')).toBeUndefined();
    expect(existsSync(file!)).toBe(false);
  });

  it('removes the least recently used when it is full', async () => {
    const place = freshFolder();
    const store = createDiskStore(place, { maxBytes: 4000 });
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      await store.write(key, [bytes(1000)]);
      const newest = filesOf(place).find((file) => statSync(file).mtimeMs > Date.now() - 60_000)!;
      utimesSync(newest, 1000 + i, 1000 + i);
    }
    await store.read('a');
    await store.write('d', [bytes(1000)]);
    const present = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (key) => (await store.read(key)) !== undefined),
    );
    expect(present).toEqual([true, false, true, true]);
  });

  it('counts the entries of other processes before it removes any', async () => {
    const place = freshFolder();
    const [one, two] = [
      createDiskStore(place, { maxBytes: 4000 }),
      createDiskStore(place, { maxBytes: 4000 }),
    ];
    await one.write('a', [bytes(1000)]);
    await two.write('b', [bytes(1000)]);
    await one.write('c', [bytes(1000)]);
    await two.write('d', [bytes(1000)]);
    await two.write('e', [bytes(1000)]);
    const held = filesOf(place).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(held).toBeLessThanOrEqual(4000);
  });

  it('does not keep an entry larger than its limit', async () => {
    const place = freshFolder();
    const store = createDiskStore(place, { maxBytes: 100 });
    await store.write('key', [bytes(101)]);
    expect(await store.read('key')).toBeUndefined();
  });

  it('never fails: without a folder it is empty', async () => {
    const place = freshFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(place, 'a file where the folder should be');
    const store = createDiskStore(place, { maxBytes: 1000 });
    await store.write('key', [bytes(1)]);
    expect(await store.read('key')).toBeUndefined();
  });

  it('survives many writers and readers of one key', async () => {
    const place = freshFolder();
    const stores = [createDiskStore(place, { maxBytes: 1e6 }), createDiskStore(place, { maxBytes: 1e6 })];
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await stores[i % 2]!.write('key', [bytes(2000, i)]);
        const read = await stores[(i + 1) % 2]!.read('key');
        expect(new Set(read).size).toBe(1);
      }),
    );
    expect(filesOf(place)).toHaveLength(1);
  });

  it('removes temporary files of dead processes, and keeps those of live ones', async () => {
    const place = freshFolder();
    mkdirSync(join(place, 'ab'), { recursive: true });
    writeFileSync(join(place, 'ab/.old.tmp'), 'x');
    utimesSync(join(place, 'ab/.old.tmp'), 1000, 1000);
    writeFileSync(join(place, 'ab/.new.tmp'), 'x');
    await createDiskStore(place, { maxBytes: 1000 }).write('key', [bytes(1)]);
    expect(readdirSync(join(place, 'ab'))).toEqual(['.new.tmp']);
  });
});
