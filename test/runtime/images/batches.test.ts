import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pixels, PreprocessSpec, Skipped } from '../../../nodes/sdk/index.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { imageWorld } from './image-world.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/decode/', import.meta.url));
const folder = temporaryFolder();
const { images, pool } = imageWorld(folder, { limits: { maxPixels: 1_000_000 } });
afterAll(() => pool.dispose());
const { signal } = new AbortController();

const rescale = { op: 'rescale', factor: 1 / 255 } as const;
const square: PreprocessSpec = {
  exif: false,
  steps: [{ op: 'resize', mode: 'exact', width: 8, height: 6, resample: 2 }, rescale],
};

/** Writes a plain picture with one level, so that tests can tell pictures apart. */
async function plain(name: string, level: number, width = 10, height = 8): Promise<void> {
  const background = { r: level, g: level, b: level };
  mkdirSync(join(folder, name, '..'), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toFile(join(folder, name));
}

async function pixelsOf(place: string, spec: PreprocessSpec): Promise<Pixels> {
  const { items, skipped } = await images.folder(join(folder, place), {
    recursive: true,
    labels: false,
    signal,
  });
  return { kind: 'pixels', items, skipped, spec };
}

async function run(pixels: Pixels, batchSize: number) {
  const skipped: Skipped[] = [];
  const batches: { names: string[]; dims: readonly number[]; levels: number[] }[] = [];
  for await (const { items, tensor } of images.batches(pixels, {
    batchSize,
    signal,
    onSkip: (reason) => skipped.push(reason),
  })) {
    const { data, dims } = await tensor.toHost();
    const each = data.length / items.length;
    batches.push({
      names: items.map(({ name }) => name),
      dims,
      levels: items.map((_, i) => Math.round(data[i * each]! * 255)),
    });
  }
  return { batches, skipped };
}

describe('batches of pixels', () => {
  it('hold every picture once and in order; the last batch holds the rest', async () => {
    for (let i = 0; i < 11; i++) await plain(`even/${String(i).padStart(2, '0')}.png`, i * 10);
    const { batches, skipped } = await run(await pixelsOf('even', square), 4);
    expect(skipped).toEqual([]);
    expect(batches.map(({ dims }) => dims)).toEqual([
      [4, 3, 6, 8],
      [4, 3, 6, 8],
      [3, 3, 6, 8],
    ]);
    expect(batches.flatMap(({ levels }) => levels)).toEqual(Array.from({ length: 11 }, (_, i) => i * 10));
  });

  it('leave out each unreadable picture with its reason, in order, and keep the others', async () => {
    await plain('mixed/a.png', 1);
    copyFileSync(join(fixtures, 'baseline.jpg'), join(folder, 'mixed/b.jpg'));
    writeFileSync(join(folder, 'mixed/c.jpg'), '');
    writeFileSync(join(folder, 'mixed/d.png'), 'not a picture');
    writeFileSync(
      join(folder, 'mixed/e.png'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>',
    );
    await plain('mixed/f.png', 2, 1200, 1000);
    await plain('mixed/g.png', 3);
    await plain('mixed/h.png', 4);
    await plain('mixed/i.png', 5);
    const pixels = await pixelsOf('mixed', square);
    rmSync(join(folder, 'mixed/h.png'));
    const { batches, skipped } = await run(pixels, 2);
    expect(batches.map(({ names }) => names)).toEqual([
      ['a.png', 'b.jpg'],
      ['g.png', 'i.png'],
    ]);
    expect(skipped).toEqual([
      {
        name: 'c.jpg',
        path: 'c.jpg',
        reason: { code: 'image.empty', message: 'The picture file is empty. Copy it again.' },
      },
      {
        name: 'd.png',
        path: 'd.png',
        reason: {
          code: 'image.unknown-format',
          args: { formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF'] },
          message:
            'This file is not a picture that Patchbay can read. It reads JPEG, PNG, WebP, GIF, TIFF and AVIF.',
        },
      },
      {
        name: 'e.png',
        path: 'e.png',
        reason: {
          code: 'image.svg',
          message:
            'Patchbay does not read SVG drawings, because one drawing can take minutes. Export it as PNG.',
        },
      },
      {
        name: 'f.png',
        path: 'f.png',
        reason: expect.objectContaining({
          code: 'image.too-many-pixels',
          args: expect.objectContaining({ size: '1200 x 1000' }),
        }),
      },
      {
        name: 'h.png',
        path: 'h.png',
        reason: {
          code: 'image.gone',
          args: { name: 'h.png' },
          message: 'Picture h.png was not found. The file was moved or deleted.',
        },
        passing: true,
      },
    ]);
  });

  it('are split where the size changes, if the spec leaves sizes open', async () => {
    await plain('sizes/a.png', 1, 10, 10);
    await plain('sizes/b.png', 2, 10, 10);
    await plain('sizes/c.png', 3, 20, 10);
    await plain('sizes/d.png', 4, 10, 10);
    const spec: PreprocessSpec = {
      exif: false,
      steps: [{ op: 'resize', mode: 'shortest', size: 5, resample: 3 }, rescale],
    };
    const { batches } = await run(await pixelsOf('sizes', spec), 8);
    expect(batches.map(({ names, dims }) => [names, dims])).toEqual([
      [
        ['a.png', 'b.png'],
        [2, 3, 5, 5],
      ],
      [['c.png'], [1, 3, 5, 10]],
      [['d.png'], [1, 3, 5, 5]],
    ]);
  });

  it('without steps hold the levels of the pictures', async () => {
    const { batches } = await run(await pixelsOf('sizes', { exif: false, steps: [] }), 2);
    expect(batches[0]!.levels).toEqual([255, 510]);
  });

  it('follow EXIF only where the spec says so', async () => {
    mkdirSync(join(folder, 'turned'));
    copyFileSync(join(fixtures, 'orientation6.jpg'), join(folder, 'turned/x.jpg'));
    const asStored = await run(await pixelsOf('turned', { exif: false, steps: [] }), 1);
    const upright = await run(await pixelsOf('turned', { exif: true, steps: [] }), 1);
    expect(asStored.batches[0]!.dims).toEqual([1, 3, 37, 52]);
    expect(upright.batches[0]!.dims).toEqual([1, 3, 52, 37]);
  });

  it('of an empty list are empty', async () => {
    expect(await run({ kind: 'pixels', items: [], skipped: [], spec: square }, 4)).toEqual({
      batches: [],
      skipped: [],
    });
  });

  it('end between two batches when the run is cancelled', async () => {
    const stop = new AbortController();
    const taken: number[] = [];
    const reading = (async () => {
      const options = { batchSize: 2, signal: stop.signal, onSkip: () => undefined };
      for await (const { items } of images.batches(await pixelsOf('even', square), options)) {
        taken.push(items.length);
        stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(taken).toEqual([2]);
  });

  it('are released when the next one is requested, unless they are retained', async () => {
    const options = { batchSize: 4, signal, onSkip: () => undefined };
    const seen = [];
    for await (const { tensor } of images.batches(await pixelsOf('even', square), options)) {
      if (seen.length === 1) tensor.retain();
      seen.push(tensor);
    }
    await expect(seen[0]!.toHost()).rejects.toMatchObject({ code: 'tensor.released' });
    expect((await seen[1]!.toHost()).dims).toEqual([4, 3, 6, 8]);
    await expect(seen[2]!.toHost()).rejects.toMatchObject({ code: 'tensor.released' });
  });

  it('of an impossible spec fail once, not once per picture', async () => {
    const spec: PreprocessSpec = { exif: false, steps: [rescale, { op: 'crop', width: 2, height: 2 }] };
    await expect(run(await pixelsOf('even', spec), 4)).rejects.toMatchObject({
      code: 'preprocess.step-order',
    });
  });
});

describe('statistics', () => {
  it('equal those of all pixels, computed in two float64 passes', async () => {
    const names = ['baseline.jpg', 'rgb.png', 'grey.jpg', 'orientation6.jpg'];
    mkdirSync(join(folder, 'statistics'));
    for (const name of names) copyFileSync(join(fixtures, name), join(folder, 'statistics', name));
    writeFileSync(join(folder, 'statistics/broken.jpg'), 'x');
    const raw = await Promise.all(
      names.map((name) => sharp(join(fixtures, name)).toColourspace('srgb').raw().toBuffer()),
    );
    const channels = [0, 1, 2].map((channel) =>
      raw.flatMap((bytes) => [...bytes].filter((_, i) => i % 3 === channel)).map((level) => level / 255),
    );
    const mean = channels.map((levels) => levels.reduce((sum, level) => sum + level, 0) / levels.length);
    const std = channels.map((levels, i) =>
      Math.sqrt(levels.reduce((sum, level) => sum + (level - mean[i]!) ** 2, 0) / levels.length),
    );

    const skipped: Skipped[] = [];
    const progress: unknown[] = [];
    const got = await images.statistics(await pixelsOf('statistics', { exif: true, steps: [] }), {
      signal,
      onSkip: (reason) => skipped.push(reason),
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(got.images).toBe(4);
    expect(got.pixels).toBe(4 * 52 * 37);
    for (let channel = 0; channel < 3; channel++) {
      expect(got.mean[channel]).toBeCloseTo(mean[channel]!, 12);
      expect(got.std[channel]).toBeCloseTo(std[channel]!, 12);
    }
    expect(skipped.map(({ name }) => name)).toEqual(['broken.jpg']);
    expect(progress.at(-1)).toEqual([5, 5]);
  });

  it('follow only the resizes and crops of the spec', async () => {
    await plain('one/a.png', 51, 40, 20);
    const crop = { op: 'crop', width: 10, height: 10 } as const;
    const normalize = { op: 'normalize', mean: [9, 9, 9], std: [9, 9, 9] } as const;
    const got = await images.statistics(
      await pixelsOf('one', { exif: false, steps: [crop, rescale, normalize] }),
      {
        signal,
        onSkip: () => undefined,
      },
    );
    expect(got).toEqual({ mean: [0.2, 0.2, 0.2], std: [0, 0, 0], images: 1, pixels: 100 });
  });

  it('are exact for more pixels than one band holds', async () => {
    const half = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'white' } })
      .extend({ bottom: 1000, background: 'black' })
      .png()
      .toBuffer();
    mkdirSync(join(folder, 'large'));
    writeFileSync(join(folder, 'large/x.png'), half);
    const world = imageWorld(folder);
    const { items } = await world.images.folder(join(folder, 'large'), {
      recursive: false,
      labels: false,
      signal,
    });
    const got = await world.images.statistics(
      { kind: 'pixels', items, skipped: [], spec: { exif: false, steps: [] } },
      { signal, onSkip: () => undefined },
    );
    expect(got).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], images: 1, pixels: 2_000_000 });
    await world.pool.dispose();
  });
});

describe('an exported picture', () => {
  it('is the original file or a copy', async () => {
    const item = await images.file(join(fixtures, 'orientation6.jpg'));
    const original = await images.export(item, { format: 'original' });
    expect(original.extension).toBe('jpg');
    expect(original.bytes.byteLength).toBe((item.source as { size: number }).size);
    const copy = await images.export(item, { format: 'png', maxEdge: 16 });
    expect(copy.extension).toBe('png');
    expect(await sharp(copy.bytes).metadata()).toMatchObject({ format: 'png', height: 16 });
  });
});
