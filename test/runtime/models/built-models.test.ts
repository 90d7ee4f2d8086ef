import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb } from '../../../server/runtime/images/sharp.ts';
import { builtGraph } from '../../../server/runtime/models/builtin/built-graphs.ts';
import { builtModels } from '../../../server/runtime/models/builtin/built-models.ts';
import { readFacts } from '../../../server/runtime/models/structure/tower-facts.ts';
import { createRealiser } from '../../../server/runtime/preprocess/realise.ts';
import { imagesOf, never, openWorld } from '../encoders/encoding-world.ts';
import { cosine, largestDifference } from '../encoders/oracle-cases.ts';
import {
  colorLayoutReference,
  gradientOrientationsReference,
  type Planes,
  perceptualHashReference,
} from './descriptor-references.ts';

const picture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/oracles/images/${name}`, import.meta.url));
const NAMES = ['photo0.jpg', 'photo1.jpg', 'tall.png', 'noise.png', 'grey.png', 'small.png'];

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld([]);
});
afterAll(() => world.close());

/** The vectors from the service, and the pixels that it got. */
async function both(id: string) {
  const encoder = await world.encoders.open(id);
  const spec = { ...encoder.preprocess!, exif: false };
  const options = { signal: never, layer: 'embedding', batchSize: 4, exif: false };
  const { tensor } = await world.encoders.encodeImages(encoder, imagesOf(NAMES.map(picture)), options);
  const { data, dims } = await tensor.toHost();
  const realiser = createRealiser(world.pool);
  const planes: Planes[] = [];
  for (const name of NAMES) {
    const pixels = await realiser.pixels(await decodeRgb(readFileSync(picture(name)), false), spec);
    planes.push({ side: pixels.dims[2]!, data: pixels.data });
  }
  const size = dims[1]!;
  expect(size).toBe(encoder.towers.image!.dims);
  return planes.map((pixels, row) => ({ pixels, vector: data.subarray(row * size, (row + 1) * size) }));
}

describe('encoders without weights equal their definition in float64', () => {
  it('colour layout within 1e-5', async () => {
    for (const { pixels, vector } of await both('builtin/color-layout'))
      expect(largestDifference(vector, colorLayoutReference(pixels))).toBeLessThan(1e-5);
  });

  it('gradient orientations within 1e-4', async () => {
    for (const { pixels, vector } of await both('builtin/gradient-orientations'))
      expect(largestDifference(vector, gradientOrientationsReference(pixels))).toBeLessThan(1e-4);
  });

  it('perceptual hash in each bit that rounding cannot change', async () => {
    for (const { pixels, vector } of await both('builtin/perceptual-hash')) {
      const { waves, median } = perceptualHashReference(pixels);
      expect(vector.length).toBe(64);
      waves.forEach((wave, i) => {
        if (Math.abs(wave - median) > 2e-4) expect(vector[i]).toBe(wave > median ? 1 : -1);
        else expect(Math.abs(vector[i]!)).toBe(1);
      });
      expect(waves.filter((wave) => Math.abs(wave - median) > 2e-4).length).toBeGreaterThan(50);
    }
  });
});

describe('encoders without weights', () => {
  it.each(builtModels())('$id says what its graph says', ({ image, configHash }) => {
    const { source, facts } = image!;
    const bytes = builtGraph(source.kind === 'built' ? source.key : '');
    expect(facts).toEqual(readFacts(source));
    expect(configHash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('come first in every list and need no files', () => {
    const ids = world.store.list().map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual([
      'builtin/color-layout',
      'builtin/gradient-orientations',
      'builtin/perceptual-hash',
    ]);
    expect(world.store.catalogue().describe('builtin/perceptual-hash')).toMatchObject({
      title: 'Perceptual hash',
      towers: { image: { dims: 64, layers: ['embedding'] } },
    });
  });

  it('find a smaller copy of a picture before any other picture', async () => {
    for (const { id } of builtModels()) {
      const encoder = await world.encoders.open(id);
      const options = { signal: never, layer: 'embedding', batchSize: 4, exif: false };
      const spec = encoder.preprocess!;
      const half = { op: 'resize', mode: 'exact', width: 150, height: 120, resample: 3 } as const;
      const smaller = {
        kind: 'pixels' as const,
        items: imagesOf([picture('photo0.jpg')]).items,
        skipped: [],
        spec: { exif: false, steps: [half, ...spec.steps] },
      };
      const copies = await world.encoders.encodeImages(encoder, smaller, options);
      const all = await world.encoders.encodeImages(encoder, imagesOf(NAMES.map(picture)), options);
      const [copy, gallery] = [(await copies.tensor.toHost()).data, await all.tensor.toHost()];
      const size = gallery.dims[1]!;
      const scores = NAMES.map((_, row) => cosine(copy, gallery.data.subarray(row * size, (row + 1) * size)));
      expect(scores.indexOf(Math.max(...scores)), id).toBe(0);
      expect(scores[0]!, id).toBeGreaterThan(0.9);
    }
  });

  it('give finite numbers for a flat picture', async () => {
    for (const { id } of builtModels()) expect((await world.store.verify(id)).ok, id).toBe(true);
  });
});
