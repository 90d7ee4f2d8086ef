import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EncoderRef, englishOf, type Images, type Item } from '../../../nodes/sdk/index.ts';
import { imageItem, imagesOf, never, openWorld, textsOf } from './encoding-world.ts';
import { cosine, expectedJson, largestDifference, tensorsOf } from './oracle-cases.ts';

const OWN = {
  name: 'own' as const,
  path: fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url)),
};
const picture = (name: string) => `${OWN.path}images/${name}`;
const SEVEN = ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png', 'grey.png', 'tall.png', 'noise.png'].map(
  picture,
);

let folder: string;
let world: Awaited<ReturnType<typeof openWorld>>;
let clip: EncoderRef;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-encoding-'));
  world = await openWorld([OWN.path]);
  clip = await world.encoders.open('clip');
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = { signal: never, layer: 'embedding', batchSize: 3 };
const nameOf = (item: Item) => (item.kind === 'image' ? item.name : item.text);
const encode = async (
  images: Images,
  extra: Partial<typeof options> & { onProgress?: (done: number, total?: number) => void } = {},
) => {
  const result = await world.encoders.encodeImages(clip, images, { ...options, ...extra });
  return { ...result, host: await result.tensor.toHost() };
};

describe('pictures', () => {
  it('vectors are in the order of the pictures, and the batch size does not change them', async () => {
    const [one, three, many] = [
      await encode(imagesOf(SEVEN), { batchSize: 1 }),
      await encode(imagesOf(SEVEN)),
      await encode(imagesOf(SEVEN), { batchSize: 64 }),
    ];
    expect(one.host.dims).toEqual([7, 20]);
    expect(largestDifference(one.host.data, three.host.data)).toBeLessThan(1e-5);
    expect(largestDifference(one.host.data, many.host.data)).toBeLessThan(1e-5);
    const last = await encode(imagesOf(SEVEN.slice(-1)));
    expect(largestDifference(last.host.data, one.host.data.subarray(6 * 20))).toBeLessThan(1e-5);
    expect(one.items.map(nameOf)).toEqual(SEVEN.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  });

  it('no pictures are 0 x D, and their space is known', async () => {
    const { host, items, space } = await encode(imagesOf([]));
    expect(host.dims).toEqual([0, 20]);
    expect(items).toEqual([]);
    expect(space).toMatchObject({
      encoder: 'clip',
      revision: clip.hash,
      dims: 20,
      tower: 'image',
      layer: 'embedding',
    });
  });

  it('unreadable pictures and their copies are left out, and listed with a reason', async () => {
    const broken = [join(folder, 'broken.jpg'), join(folder, 'copy.jpg')];
    for (const path of broken) writeFileSync(path, 'no picture at all');
    const gone = {
      ...imageItem(broken[0]!, 'gone.jpg'),
      source: { ...imageItem(broken[0]!).source, path: '/none/gone.jpg' },
    };
    const images = imagesOf([SEVEN[0]!, broken[0]!, SEVEN[1]!, broken[1]!]);
    const mixed = {
      ...images,
      items: [...images.items, gone as (typeof images.items)[0]],
      skipped: [{ name: 'before', reason: 'earlier' }],
    };
    const { host, items, skipped } = await encode(mixed);
    expect(items.map(nameOf)).toEqual(['photo0.jpg', 'photo1.jpg']);
    expect(skipped.map(({ name }) => name)).toEqual(['before', 'broken.jpg', 'copy.jpg', 'gone.jpg']);
    for (const { reason } of skipped.slice(1)) expect(englishOf(reason)).toMatch(/^[A-Z\w].{10,}/);
    const alone = await encode(imagesOf(SEVEN.slice(0, 2)));
    expect(largestDifference(host.data, alone.host.data)).toBeLessThan(1e-5);
  });

  it('equal pictures are encoded once, and each gets its vector', async () => {
    const copy = join(folder, 'photo-copy.jpg');
    copyFileSync(SEVEN[0]!, copy);
    world.batches.length = 0;
    const { host, items } = await encode(imagesOf([SEVEN[0]!, SEVEN[1]!, copy, SEVEN[0]!]));
    expect(world.batches.flat()).toEqual(['photo0.jpg', 'photo1.jpg']);
    expect(items.length).toBe(4);
    for (const row of [2, 3])
      expect(host.data.slice(row * 20, (row + 1) * 20)).toEqual(host.data.slice(0, 20));
  });

  it('progress names the total at once and grows to it, batch by batch', async () => {
    const seen: number[] = [];
    await encode(imagesOf(SEVEN), {
      onProgress: (done, total) => void seen.push(done / total!),
    });
    expect(seen).toEqual([0, 3 / 7, 6 / 7, 1, 1]);
  });

  it('stops within a batch when asked to', async () => {
    const stop = new AbortController();
    world.batches.length = 0;
    const work = encode(imagesOf(SEVEN), {
      signal: stop.signal,
      batchSize: 2,
      onProgress: (done) => {
        if (done > 0) stop.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(world.batches.length).toBe(1);
  });

  it('pictures are turned by their EXIF, unless the caller switches it off', async () => {
    const images = imagesOf([picture('exif6.jpg')]);
    const vector = async (exif?: boolean) =>
      (await (await world.encoders.encodeImages(clip, images, { ...options, exif })).tensor.toHost()).data;
    expect(cosine(await vector(), await vector(true))).toBeCloseTo(1, 6);
    expect(cosine(await vector(), await vector(false))).toBeLessThan(0.999);
  });

  it('prepared pixels of another size are refused, with both sizes', async () => {
    const spec = {
      exif: false,
      steps: [{ op: 'resize', mode: 'exact', width: 40, height: 30, resample: 2 } as const],
    };
    const pixels = { kind: 'pixels' as const, items: imagesOf([SEVEN[0]!]).items, skipped: [], spec };
    await expect(world.encoders.encodeImages(clip, pixels, options)).rejects.toMatchObject({
      code: 'encode.size',
      expected: '64 x 64',
      got: '40 x 30',
      message: expect.stringMatching(
        / reads pictures of 64 x 64 pixels and got 40 x 30\. Resize or crop to that size, or use \*Preprocess for model\* with side 0\.$/,
      ),
    });
  });

  it('a layer that the model does not have is refused, with the layers it has', async () => {
    const vit = await world.encoders.open('vit');
    await expect(
      world.encoders.encodeImages(vit, imagesOf([]), { ...options, layer: 'pre-projection' }),
    ).rejects.toMatchObject({
      code: 'encode.no-vector-layer',
      message: 'vit has no layer pre-projection with one vector per picture. It has embedding.',
    });
    await expect(
      world.encoders.encodeImages(clip, imagesOf([]), { ...options, layer: 'hidden' }),
    ).rejects.toMatchObject({
      code: 'encode.layer-of-tokens',
    });
  });
});

describe('texts', () => {
  it('no texts are 0 x D, equal texts have equal vectors, and the batch size does not change them', async () => {
    const text = async (texts: readonly string[], batchSize: number) =>
      (await world.encoders.encodeTexts(clip, textsOf(texts), { signal: never, batchSize })).tensor.toHost();
    expect((await text([], 4)).dims).toEqual([0, 20]);
    const [one, many] = [
      await text(['a cat', 'a dog', 'a cat'], 1),
      await text(['a cat', 'a dog', 'a cat'], 8),
    ];
    expect(largestDifference(one.data, many.data)).toBeLessThan(1e-5);
    expect(one.data.slice(0, 20)).toEqual(one.data.slice(40, 60));
    expect(cosine(one.data.slice(0, 20), one.data.slice(20, 40))).toBeLessThan(0.9999);
  });

  it('a warning names a text whose end is not read, also when its vector is known', async () => {
    const told = async (...texts: string[]) => {
      const warnings: string[] = [];
      await world.encoders.encodeTexts(clip, textsOf(texts), {
        signal: never,
        batchSize: 4,
        onWarn: (said) => warnings.push(englishOf(said)),
      });
      return warnings;
    };
    const long = `a cat ${'and a dog '.repeat(40)}`;
    expect(await told('a cat', 'x'.repeat(20))).toEqual([]);
    for (let round = 0; round < 2; round++) {
      const [warning, ...others] = await told('a cat', long);
      expect(others).toEqual([]);
      expect(warning).toMatch(
        /^A text is longer than the 77 tokens that clip reads, so its end is not read: "a cat and .{1,60}…"\.$/,
      );
    }
    expect((await told(long, `${long}!`))[0]).toMatch(/^2 texts are longer .* is the first\.$/);
  });

  it('a model without a text tower refuses texts', async () => {
    const vit = await world.encoders.open('vit');
    await expect(
      world.encoders.encodeTexts(vit, textsOf(['a']), { signal: never, batchSize: 1 }),
    ).rejects.toMatchObject({
      code: 'encoder.no-text-tower',
      message:
        'vit does not read texts. Choose an encoder with a text tower, such as emoji-clip or any CLIP or SigLIP.',
    });
  });

  it('stops when asked to', async () => {
    const stop = new AbortController();
    const texts = textsOf(Array.from({ length: 10 }, (_, i) => `text ${i}`));
    const work = world.encoders.encodeTexts(clip, texts, {
      signal: stop.signal,
      batchSize: 2,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'run.cancelled' });
  });
});

describe('a joint graph alone', () => {
  it.each(['siglip'])('%s: both towers run, the other one with a blank row', async (family) => {
    const joint = join(folder, 'joint');
    mkdirSync(join(joint, 'onnx'), { recursive: true });
    for (const name of ['config', 'preprocessor_config', 'tokenizer', 'tokenizer_config'])
      copyFileSync(`${OWN.path}${family}/${name}.json`, join(joint, `${name}.json`));
    copyFileSync(`${OWN.path}${family}/onnx/model.onnx`, join(joint, 'onnx/model.onnx'));
    const own = await openWorld([joint]);
    const encoder = await own.encoders.open('joint');
    const { images, texts } = expectedJson(OWN, family);
    const expected = await tensorsOf(`${OWN.path}${family}/expected.safetensors`, (name) =>
      name.includes('pooler'),
    );
    const paths = images.map(picture);
    const image = await (
      await own.encoders.encodeImages(encoder, imagesOf(paths), { ...options, exif: false })
    ).tensor.toHost();
    const text = await (
      await own.encoders.encodeTexts(encoder, textsOf(texts), { signal: never, batchSize: 5 })
    ).tensor.toHost();
    for (const [got, name] of [
      [image, 'pooler_output'],
      [text, 'text_pooler_output'],
    ] as const) {
      const want = expected.get(name)!;
      expect(got.dims).toEqual(want.dims);
      const size = want.dims[1]!;
      for (let at = 0; at < want.data.length; at += size)
        expect(cosine(got.data.subarray(at, at + size), want.data.subarray(at, at + size))).toBeGreaterThan(
          0.99999,
        );
    }
    expect(encoder.probability).toMatchObject({ activation: 'sigmoid' });
    await own.close();
  });
});

it('a model whose weights changed since it was opened is refused', async () => {
  const changing = join(folder, 'changing');
  cpSync(`${OWN.path}vit`, changing, { recursive: true });
  const own = await openWorld([changing]);
  const encoder = await own.encoders.open('changing');
  const before = await own.encoders.fingerprint('changing');
  copyFileSync(`${OWN.path}resnet/onnx/model.onnx`, join(changing, 'onnx/model.onnx'));
  expect(await own.encoders.fingerprint('changing')).not.toBe(before);
  await expect(own.encoders.encodeImages(encoder, imagesOf([SEVEN[0]!]), options)).rejects.toMatchObject({
    code: 'model.changed',
  });
  await own.close();
});

it('a model without a preprocessor config reads prepared pixels only', async () => {
  const bare = join(folder, 'bare');
  cpSync(`${OWN.path}vit`, bare, { recursive: true });
  rmSync(join(bare, 'preprocessor_config.json'));
  const own = await openWorld([bare]);
  const encoder = await own.encoders.open('bare');
  await expect(own.encoders.encodeImages(encoder, imagesOf([SEVEN[0]!]), options)).rejects.toMatchObject({
    code: 'model.no-preprocess',
    message:
      'Patchbay cannot prepare pictures for the model bare. preprocessor_config.json is missing. Prepare them with the Preprocess nodes first.',
  });
  const vit = await world.encoders.open('vit');
  const pixels = {
    kind: 'pixels' as const,
    items: imagesOf([SEVEN[0]!]).items,
    skipped: [],
    spec: vit.preprocess!,
  };
  expect((await own.encoders.encodeImages(encoder, pixels, options)).items.length).toBe(1);
  await own.close();
});
