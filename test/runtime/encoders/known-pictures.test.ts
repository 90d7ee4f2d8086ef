import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderRef } from '../../../nodes/sdk/index.ts';
import {
  createEmbeddingCache,
  type EmbeddingCache,
} from '../../../server/runtime/encoders/embedding-cache.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';

const OWN = fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url));
const picture = (name: string) => `${OWN}images/${name}`;
const SEVEN = ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png', 'grey.png', 'tall.png', 'noise.png'].map(
  picture,
);
const options = { signal: never, layer: 'embedding', batchSize: 3 };

type World = Awaited<ReturnType<typeof openWorld>>;
let folder: string;
let clip: EncoderRef;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-known-'));
  const world = await openWorld([`${OWN}clip`]);
  clip = await world.encoders.open('clip');
  await world.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the cache of single embeddings', () => {
  const withCache = async <T>(cache: EmbeddingCache, use: (cached: World) => Promise<T>) => {
    const cached = await openWorld([`${OWN}clip`], cache);
    try {
      return await use(cached);
    } finally {
      await cached.close();
    }
  };
  const vectorsOf = async (cached: World, paths: readonly string[], extra: object = {}) => {
    cached.batches.length = 0;
    const result = await cached.encoders.encodeImages(clip, imagesOf(paths), { ...options, ...extra });
    return { data: Float32Array.from((await result.tensor.toHost()).data), encoded: cached.batches.flat() };
  };

  it('encodes only new pictures, also after a restart, and returns known ones to the last bit', async () => {
    const place = join(folder, 'cache');
    const first = await withCache(createEmbeddingCache(place, { maxBytes: 1e9 }), (cached) =>
      vectorsOf(cached, SEVEN.slice(0, 5)),
    );
    expect(first.encoded.length).toBe(5);
    const again = await withCache(createEmbeddingCache(place, { maxBytes: 1e9 }), (cached) =>
      vectorsOf(cached, SEVEN),
    );
    expect(again.encoded).toEqual(['tall.png', 'noise.png']);
    expect(again.data.slice(0, 5 * 20)).toEqual(first.data);
  });

  it('knows a renamed picture, but not an edited one', async () => {
    const cache = createEmbeddingCache(join(folder, 'renamed'), { maxBytes: 1e9 });
    const [before, after] = [join(folder, 'before.png'), join(folder, 'after.png')];
    copyFileSync(picture('grey.png'), before);
    copyFileSync(picture('grey.png'), after);
    await withCache(cache, async (cached) => {
      await vectorsOf(cached, [before]);
      expect((await vectorsOf(cached, [after])).encoded).toEqual([]);
      copyFileSync(picture('odd.png'), before);
      expect((await vectorsOf(cached, [before])).encoded).toEqual(['before.png']);
    });
  });

  it('does not mix layers, EXIF settings or preprocessing', async () => {
    const cache = createEmbeddingCache(join(folder, 'kinds'), { maxBytes: 1e9 });
    await withCache(cache, async (cached) => {
      await vectorsOf(cached, [SEVEN[0]!]);
      expect((await vectorsOf(cached, [SEVEN[0]!])).encoded.length).toBe(0);
      expect((await vectorsOf(cached, [SEVEN[0]!], { layer: 'pre-projection' })).encoded.length).toBe(1);
      expect((await vectorsOf(cached, [SEVEN[0]!], { exif: false })).encoded.length).toBe(1);
      const spec = { ...clip.preprocess!, steps: clip.preprocess!.steps.slice(0, -1) };
      const pixels = { kind: 'pixels' as const, items: imagesOf([SEVEN[0]!]).items, skipped: [], spec };
      cached.batches.length = 0;
      await cached.encoders.encodeImages(clip, pixels, options);
      expect(cached.batches.flat().length).toBe(1);
    });
  });
});
