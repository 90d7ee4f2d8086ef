import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picturesAtOnce } from '../../../server/runtime/encoders/picture-size.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';

const latents = { scale: 1, shift: 0 };
const GIB = 2 ** 30;

describe('the memory of attention in one batch is bounded', () => {
  const sides = [224, 288, 512, 768, 1024, 2048];

  it.each(sides)(
    'over the patches of pictures of %i: 12 heads stay below 1 GB, or it is one picture',
    (side) => {
      const count = picturesAtOnce({ patchSize: 16 }, [side, side]);
      expect(count === 1 || count * (side / 16) ** 4 * 12 * 4 <= GIB).toBe(true);
    },
  );

  it.each([2, 4, 8].flatMap((patchSize) => sides.map((side) => [patchSize, side] as const)))(
    'over latents of %i pixels a side, pictures of %i: half a GB, or it is one picture',
    (patchSize, side) => {
      const count = picturesAtOnce({ patchSize, latents }, [side, side]);
      expect(count === 1 || count * (side / patchSize) ** 4 * 4 <= GIB / 2).toBe(true);
    },
  );

  it('pictures of a model without patches are bounded by their pixels alone', () => {
    expect(picturesAtOnce({}, [4096, 4096])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('long pictures', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-long-'));
  const long = ['one.png', 'two.png', 'three.png'].map((name) => join(folder, name));
  beforeAll(async () => {
    world = await openWorld([join(import.meta.dirname, '../../fixtures/oracles/dinov2')]);
    for (const [n, path] of long.entries())
      await sharp({ create: { width: 3000, height: 4, channels: 3, background: { r: 80 * n, g: 9, b: 9 } } })
        .png()
        .toFile(path);
  });
  afterAll(() => world.close());

  it('count with their real size, not as a square of their shortest side', async () => {
    const encoder = await world.encoders.open('dinov2');
    const rest = encoder.preprocess!.steps.filter(({ op }) => op === 'rescale' || op === 'normalize');
    const size = { op: 'resize', mode: 'shortest', size: 28, resample: 2 } as const;
    const { items, skipped } = imagesOf(long);
    const spec = { exif: false, steps: [size, ...rest] };
    const { tensor } = await world.encoders.encodeImages(
      encoder,
      { kind: 'pixels', items, skipped, spec },
      { signal: never, layer: 'embedding', batchSize: 3 },
    );
    expect(tensor.dims[0]).toBe(3);
    expect(world.batches).toEqual([['one.png'], ['two.png'], ['three.png']]);
  });
});
