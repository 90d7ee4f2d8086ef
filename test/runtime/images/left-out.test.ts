import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import type { Skipped } from '../../../nodes/sdk/index.ts';
import { openPicture } from '../../../server/runtime/images/sharp.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { imageWorld } from './image-world.ts';

const root = temporaryFolder();
const { images, pool } = imageWorld(root);
afterAll(() => pool.dispose());
const { signal } = new AbortController();
const progressive = join(import.meta.dirname, '../../fixtures/decode/progressive.jpg');

it('only reasons of the moment are passing: a damaged file stays as it is', async () => {
  const folder = join(root, 'some');
  mkdirSync(folder);
  for (const name of ['gone.jpg', 'cut.jpg', 'good.jpg']) copyFileSync(progressive, join(folder, name));
  writeFileSync(join(folder, 'notes.jpg'), 'dear diary');
  truncateSync(join(folder, 'cut.jpg'), 300);
  const { items } = await images.folder(folder, { recursive: true, labels: false, signal });
  rmSync(join(folder, 'gone.jpg'));
  const skipped: Skipped[] = [];
  const pixels = { kind: 'pixels', items, skipped: [], spec: { exif: true, steps: [] } } as const;
  const onSkip = (one: Skipped) => skipped.push(one);
  for await (const _ of images.batches(pixels, { batchSize: 4, signal, onSkip }));
  expect(skipped.map(({ name, passing }) => [name, passing])).toEqual([
    ['cut.jpg', undefined],
    ['gone.jpg', true],
    ['notes.jpg', undefined],
  ]);
});

/** A JPEG whose last pass is repeated. */
async function withPasses(more: number): Promise<Uint8Array> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const last = bytes.lastIndexOf(Buffer.of(0xff, 0xda));
  const pass = bytes.subarray(last, bytes.length - 2);
  return Buffer.concat([
    bytes.subarray(0, -2),
    ...Array.from({ length: more }, () => pass),
    bytes.subarray(-2),
  ]);
}

it('work is limited by pixels and passes, whatever the clock says', async () => {
  const few = await openPicture(await withPasses(0), { maxPixels: 5000 });
  expect((await few.decode(false)).width).toBe(64);
  await expect(openPicture(await withPasses(200), { maxPixels: 5000 })).rejects.toMatchObject({
    code: 'image.too-many-scans',
    args: { scans: expect.any(Number) },
  });
});
