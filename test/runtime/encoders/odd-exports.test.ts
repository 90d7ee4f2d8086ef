import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { englishOf, type HostTensor, type Said } from '../../../nodes/sdk/index.ts';
import type { ModelStore } from '../../../server/runtime/models/store.ts';
import { buildGraph, type GraphBuilder } from '../../../server/runtime/onnx/graph-builder.ts';
import { deviceOf } from '../../../server/runtime/ort/device.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';
import { largestDifference, tensorsOf } from './oracle-cases.ts';

const OWN = fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url));
const images = imagesOf(['photo0.jpg', 'photo1.jpg', 'odd.png'].map((name) => `${OWN}images/${name}`));
const options = { signal: never, batchSize: 2, exif: false };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-exports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a model folder with one graph for pictures of 32 x 32. */
function model(name: string, define: (g: GraphBuilder) => void, config: object): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'onnx'), { recursive: true });
  writeFileSync(join(path, 'onnx/model.onnx'), buildGraph(define));
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  const size = { height: 32, width: 32 };
  const preprocess = { image_processor_type: 'ViTImageProcessor', size, resample: 2 };
  writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify(preprocess));
  return path;
}

async function withModel<T>(path: string, use: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<T>) {
  const world = await openWorld([path]);
  try {
    return await use(world);
  } finally {
    await world.close();
  }
}

const int64 = (values: readonly number[], dims = [values.length]): HostTensor => ({
  dtype: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});
const PATCH = 8;

/** The mean colour of each patch of 8 x 8: n x 16 x 3. */
function patches(g: GraphBuilder): string {
  const pixels = g.input('pixel_values', 'float32', ['n', 3, 32, 32]);
  const pooled = g.node('AveragePool', [pixels], { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] });
  const rows = g.node('Reshape', [pooled, g.constant(int64([0, 3, 16]))]);
  return g.node('Transpose', [rows], { perm: [0, 2, 1] });
}

/** A masked autoencoder: it sorts patches by noise and keeps the first `kept`. */
function masked(kept: number) {
  return (g: GraphBuilder) => {
    const tokens = patches(g);
    const noise = g.input('noise', 'float32', ['n', 16]);
    const k = g.constant(int64([kept]));
    const [, order] = g.node('TopK', [noise, k], { axis: 1, largest: 0, sorted: 1 }, { outputs: 2 });
    const each = g.node('Unsqueeze', [order!, g.constant(int64([2]))]);
    const wide = g.node('Expand', [each, g.constant(int64([1, 1, 3]))]);
    const shuffled = g.node('GatherElements', [tokens, wide], { axis: 1 });
    g.output('last_hidden_state', shuffled, 'float32', ['n', kept, 3]);
  };
}
const MAE = { model_type: 'vit_mae', patch_size: PATCH, hidden_size: 3 };

it('a masked autoencoder with a noise input keeps every patch in its place', async () => {
  const plain = (g: GraphBuilder) => g.output('last_hidden_state', patches(g), 'float32', ['n', 16, 3]);
  const tokens = (path: string, id: string) =>
    withModel(path, async ({ encoders }) => {
      const { tensor, grid } = await encoders.tokens(await encoders.open(id), images, options);
      expect(grid).toEqual({ rows: 4, columns: 4, prefix: 0 });
      return (await tensor.toHost()).data;
    });
  const want = await tokens(model('plain', plain, MAE), 'plain');
  expect(largestDifference(await tokens(model('noisy', masked(16), MAE), 'noisy'), want)).toBe(0);
});

const problemOf = (store: ModelStore, model: string) => store.list().find(({ id }) => id === model)?.problem;

it('a masked autoencoder that still hides patches is refused', async () => {
  await withModel(model('masks', masked(4), MAE), async ({ encoders }) => {
    const encoder = await encoders.open('masks');
    const message = /masks looks at 4 of the 16 patches of a picture.*mask_ratio 0\.$/;
    await expect(encoders.tokens(encoder, images, options)).rejects.toThrow(message);
    await expect(
      encoders.encodeImages(encoder, images, { ...options, layer: 'embedding' }),
    ).rejects.toMatchObject({ code: 'model.masked' });
  });
});

describe('a file that gives only the last hidden state', () => {
  const states =
    (tokens: number, open = false) =>
    (g: GraphBuilder) => {
      const own = patches(g);
      const first = g.node('ReduceMean', [own, g.constant(int64([1]))], { keepdims: 1 });
      const all = tokens === 17 ? g.node('Concat', [first, own], { axis: 1 }) : own;
      g.output('last_hidden_state', all, 'float32', ['n', open ? 't' : tokens, 3]);
    };
  // The heads of these models make the vector of a picture, and the file has no head.
  it.each([
    ['siglip_vision_model', 16, {}],
    ['clip_vision_model', 17, {}],
    ['swin', 16, { window_size: 4, patch_size: 2 }],
    ['beit', 17, {}],
    ['data2vec-vision', 17, {}],
    ['something-new', 16, {}],
    ['ijepa', 16, { patch_size: PATCH }],
  ])('of %s with %i tokens has no vector, but tokens', async (model_type, tokens, config) => {
    const path = model(`head-${model_type}`, states(tokens), { model_type, ...config });
    await withModel(path, async ({ encoders }) => {
      const encoder = await encoders.open(`head-${model_type}`);
      expect(encoder.towers.image?.layers).not.toContain('embedding');
      const { tensor, grid } = await encoders.tokens(encoder, images, options);
      expect(tensor.dims).toEqual([3, tokens, 3]);
      if (model_type !== 'swin') expect(grid).toEqual({ rows: 4, columns: 4, prefix: tokens - 16 });
    });
  });

  it.each([
    ['vit', {}],
    ['beit', { use_mean_pooling: false }],
    ['something-new', {}],
    ['something-newer', { patch_size: PATCH }],
  ])('of %s %j gives its class token, which is there', async (model_type, config) => {
    const path = model(`class-${model_type}`, states(17), { model_type, ...config });
    await withModel(path, async ({ encoders }) => {
      const encoder = await encoders.open(`class-${model_type}`);
      const vectors = await encoders.encodeImages(encoder, images, { ...options, layer: 'embedding' });
      const { tensor, grid } = await encoders.tokens(encoder, images, options);
      expect(grid).toEqual({ rows: 4, columns: 4, prefix: 1 });
      const tokens = await tensor.toHost();
      expect(Array.from((await vectors.tensor.toHost()).data)).toEqual(
        [0, 1, 2].flatMap((row) => [...tokens.data.subarray(row * 51, row * 51 + 3)]),
      );
    });
  });

  it('whose size is open is refused with its first picture', async () => {
    const path = model('open', states(16, true), { model_type: 'something-new', patch_size: PATCH });
    await withModel(path, async ({ encoders }) => {
      const encoder = await encoders.open('open');
      await expect(
        encoders.encodeImages(encoder, images, { ...options, layer: 'embedding' }),
      ).rejects.toMatchObject({ code: 'encode.no-class-token' });
    });
  });
});

it('a graph that draws random numbers is refused', async () => {
  const random = (g: GraphBuilder) => {
    const tokens = patches(g);
    const noisy = g.node('Add', [tokens, g.node('RandomNormalLike', [tokens])]);
    g.output('last_hidden_state', noisy, 'float32', ['n', 16, 3]);
  };
  await withModel(model('random', random, MAE), async ({ store }) => {
    expect(problemOf(store, 'random')).toMatchObject({
      args: { reason: { code: 'model.random' } },
      message: expect.stringMatching(
        /^The model random cannot be used\. Its graph draws random numbers.*mask_ratio 0/,
      ),
    });
  });
});

it('an autoencoder that draws its own sample gives the mean', async () => {
  const sampled = (g: GraphBuilder) => {
    const pixels = g.input('sample', 'float32', ['n', 3, 'h', 'w']);
    const mean = g.node('AveragePool', [pixels], { kernel_shape: [8, 8], strides: [8, 8] });
    const noise = g.node('Mul', [g.node('Exp', [mean]), g.node('RandomNormalLike', [mean])]);
    g.output('latent_sample', g.node('Add', [mean, noise]), 'float32', ['n', 3, 'h8', 'w8']);
  };
  const path = join(folder, 'sampled');
  mkdirSync(join(path, 'vae_encoder'), { recursive: true });
  writeFileSync(join(path, 'vae_encoder/model.onnx'), buildGraph(sampled));
  const config = { _class_name: 'AutoencoderKL', scaling_factor: 0.5, shift_factor: 0.25, sample_size: 32 };
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  await withModel(path, async ({ encoders, store }) => {
    const tokens = async () =>
      (await (await encoders.tokens(await encoders.open('sampled'), images, options)).tensor.toHost()).data;
    const [first, again] = [await tokens(), await tokens()];
    expect(first).toEqual(again);
    // Means of pixels in -1..1, shifted and scaled.
    expect(Math.min(...first)).toBeGreaterThanOrEqual(-0.625);
    expect(Math.max(...first)).toBeLessThanOrEqual(0.375);
    expect(store.get('sampled').towers).toMatchObject({
      image: { layers: ['latent'], layerDims: { latent: 3 } },
    });
    expect(store.get('sampled').towers.decoder).toBeUndefined();
  });
});

it('a classifier gives the vector before its scores', async () => {
  const weight = (values: readonly number[], dims: readonly number[]): HostTensor => ({
    dtype: 'float32',
    dims,
    data: Float32Array.from(values),
  });
  const classifier = (g: GraphBuilder) => {
    const mean = g.node('ReduceMean', [patches(g), g.constant(int64([1]))], { keepdims: 0 });
    const scores = g.node('Gemm', [
      mean,
      g.constant(weight([1, 2, 3, 4, 5, 6], [3, 2])),
      g.constant(weight([7, 8], [2])),
    ]);
    g.output('logits', scores, 'float32', ['n', 2]);
  };
  await withModel(model('classes', classifier, { model_type: 'vit' }), async ({ encoders, store }) => {
    expect(store.get('classes').towers.image).toMatchObject({ dims: 3 });
    const { tensor } = await encoders.encodeImages(await encoders.open('classes'), images, {
      ...options,
      layer: 'embedding',
    });
    const { data, dims } = await tensor.toHost();
    expect(dims).toEqual([3, 3]);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});

it('a model that does not load on the device runs on the cpu, with one warning', async () => {
  // CUDA's libraries are not installed with the tests' dependencies, so nothing loads on it.
  const world = await openWorld([`${OWN}clip`], undefined, deviceOf('cuda'));
  try {
    const said: string[] = [];
    const work = { ...options, batchSize: 1, onWarn: (one: Said) => said.push(englishOf(one)) };
    const { tensor } = await world.encoders.encodeImages(await world.encoders.open('clip'), images, {
      ...work,
      layer: 'embedding',
    });
    const want = (await tensorsOf(`${OWN}clip/expected.safetensors`)).get('image_embeds')!;
    const { data, dims } = await tensor.toHost();
    expect(dims[0]).toBe(3);
    expect(largestDifference(data.subarray(0, dims[1]), want.data.subarray(0, dims[1]))).toBeLessThan(1e-4);
    expect(said).toEqual([
      expect.stringMatching(
        /^vision_model\.onnx does not load on cuda \(.*\), so it runs on the cpu, which is slower\./,
      ),
    ]);
  } finally {
    await world.close();
  }
});

it('a classifier without a readable vector before its scores is refused', async () => {
  const opaque = (g: GraphBuilder) => {
    const mean = g.node('ReduceMean', [patches(g), g.constant(int64([1]))], { keepdims: 0 });
    g.output('logits', g.node('Softmax', [mean]), 'float32', ['n', 3]);
  };
  await withModel(model('opaque', opaque, { model_type: 'vit' }), async ({ store }) => {
    expect(problemOf(store, 'opaque')).toMatchObject({
      args: { reason: { code: 'model.only-logits' } },
      message: expect.stringContaining('only the scores of its classes'),
    });
  });
});

it('a model that reads pictures as lists of patches is refused', async () => {
  const naflex = (g: GraphBuilder) => {
    const x = g.input('pixel_values', 'float32', ['n', 'patches', 768]);
    g.input('pixel_attention_mask', 'int64', ['n', 'patches']);
    g.input('spatial_shapes', 'int64', ['n', 2]);
    g.output('pooler_output', g.node('ReduceMean', [x, g.constant(int64([1]))], { keepdims: 0 }), 'float32', [
      'n',
      768,
    ]);
  };
  await withModel(model('naflex', naflex, { model_type: 'siglip2' }), async ({ store }) => {
    expect(problemOf(store, 'naflex')).toMatchObject({
      args: { reason: { code: 'model.any-patches' } },
      message: expect.stringMatching(/NaFlex.*Use the variant/),
    });
  });
});

it('a projection with its weight in another file is read, with its layers', async () => {
  const path = fileURLToPath(new URL('../../fixtures/quantized/beside', import.meta.url));
  const want = await tensorsOf(`${OWN}clip-export/expected.safetensors`);
  await withModel(path, async ({ encoders }) => {
    const encoder = await encoders.open('beside');
    const weight = await (await encoders.projection(encoder))!.toHost();
    expect(largestDifference(weight.data, want.get('visual_projection.weight')!.data)).toBe(0);
    const four = imagesOf(
      ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png'].map((name) => `${OWN}images/${name}`),
    );
    const tokens = await (
      await encoders.tokens(encoder, four, { ...options, layer: 'patch-embedding' })
    ).tensor.toHost();
    expect(largestDifference(tokens.data, want.get('patch_embeds')!.data)).toBeLessThan(1e-4);
  });
});
