import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ImageItem } from '../../../nodes/sdk/index.ts';
import { createAssetStore } from '../../../server/runtime/files/assets.ts';
import { DecodeAhead } from '../../../server/runtime/images/decode-ahead.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const folder = temporaryFolder();
copyFileSync(new URL('../../fixtures/decode/rgb.png', import.meta.url), join(folder, 'x.png'));
const assets = createAssetStore(folder);
const { signal } = new AbortController();

/** A list of `count` references to one picture of 52 x 37 that counts how many were read from it. */
function listOf(count: number) {
  const taken = { count: 0 };
  function* items(): Generator<ImageItem> {
    for (let i = 0; i < count; i++) {
      taken.count += 1;
      const source = { kind: 'file', path: join(folder, 'x.png'), size: 0, mtimeMs: 0 } as const;
      yield { kind: 'image', name: String(i), path: String(i), source };
    }
  }
  return { items: items(), taken };
}

const spec = { exif: false, steps: [] };

it.each([
  ['one at a time', 1, undefined],
  ['a few', 3, undefined],
  ['more than there are', 100, undefined],
  ['no more than fit in memory', 8, 52 * 37 * 2],
  ['one, though it is larger than the memory', 8, 1],
])('every picture comes once and in order, ahead %s', async (_, ahead, pixelsAhead) => {
  const decoder = new DecodeAhead(listOf(25).items, assets, { spec, ahead, pixelsAhead, signal });
  const names: string[] = [];
  for (let next = await decoder.next(); next !== undefined; next = await decoder.next()) {
    expect(next).toHaveProperty('picture.width', 52);
    names.push(next.item.name);
  }
  expect(names).toEqual(Array.from({ length: 25 }, (_, i) => String(i)));
});

it('a list is read only as far as pictures are decoded ahead', async () => {
  const { items, taken } = listOf(1000);
  const decoder = new DecodeAhead(items, assets, { spec, ahead: 4, signal });
  await decoder.next();
  await decoder.fill();
  expect(taken.count).toBeGreaterThan(4);
  expect(taken.count).toBeLessThan(20);
});
