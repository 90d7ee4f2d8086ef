import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostTensor } from '../../../nodes/sdk/index.ts';
import { encodePng } from '../../../server/runtime/images/sharp.ts';
import { buildGraph, type GraphBuilder } from '../../../server/runtime/onnx/graph-builder.ts';
import { imagesOf, never, openWorld, textsOf } from './encoding-world.ts';
import { cosine, largestDifference, tensorsOf } from './oracle-cases.ts';

const OWN = fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url));
const paths = ['photo0.jpg', 'odd.png', 'tall.png', 'grey.png', 'noise.png'].map(
  (name) => `${OWN}images/${name}`,
);
const options = { signal: never, layer: 'embedding', batchSize: 4 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-odd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a model folder with graphs that are built here. */
function model(name: string, graphs: Readonly<Record<string, Uint8Array>>, config: object = {}): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'onnx'), { recursive: true });
  for (const [graph, bytes] of Object.entries(graphs))
    writeFileSync(join(path, 'onnx', `${graph}.onnx`), bytes);
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  const preprocess = {
    image_processor_type: 'ViTImageProcessor',
    size: { height: 8, width: 8 },
    resample: 2,
  };
  writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify(preprocess));
  return path;
}

async function withModel<T>(
  path: string,
  use: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<T>,
): Promise<T> {
  const world = await openWorld([path]);
  try {
    return await use(world);
  } finally {
    await world.close();
  }
}

/** A picture of one colour in a file. */
async function blank(width: number, height: number): Promise<string> {
  const path = join(folder, `${width}x${height}.png`);
  const data = new Uint8Array(width * height * 3).fill(90);
  writeFileSync(path, await encodePng({ width, height, data }));
  return path;
}

const int64 = (values: readonly number[], dims = [values.length]): HostTensor => ({
  dtype: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});

/** The mean of each channel: three numbers a picture. */
function channelMeans(batch: number | string, output = 'features'): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', [batch, 3, 8, 8]);
    const mean = g.node('ReduceMean', [x, g.constant(int64([2, 3]))], { keepdims: 0 });
    g.output(output, mean, 'float32', [batch, 'features']);
  });
}

it('a graph for batches of two gets batches of two, with the last one filled up', async () => {
  const [two, any] = [model('two', { model: channelMeans(2) }), model('any', { model: channelMeans('n') })];
  const vectors = (path: string, id: string) =>
    withModel(path, async ({ encoders }) => {
      const { tensor, items } = await encoders.encodeImages(
        await encoders.open(id),
        imagesOf(paths),
        options,
      );
      expect(items.length).toBe(5);
      return tensor.toHost();
    });
  const [got, want] = [await vectors(two, 'two'), await vectors(any, 'any')];
  expect(got.dims).toEqual([5, 3]);
  expect(largestDifference(got.data, want.data)).toBeLessThan(1e-6);
});

it('a vector size that no file states is found by a trial run', async () => {
  await withModel(model('open', { model: channelMeans('n') }), async ({ encoders, store }) => {
    expect(store.get('open').towers.image).toMatchObject({ dims: undefined, layers: ['embedding'] });
    const { tensor, space } = await encoders.encodeImages(await encoders.open('open'), imagesOf([]), options);
    expect(tensor.dims).toEqual([0, 3]);
    expect(space.dims).toBe(3);
  });
});

it('pictures of the model’s own size are read, although its patches do not fill them', async () => {
  // 8 pixels in patches of 3, like SigLIP's 384 in patches of 14: the rest at the edge is cut off.
  const config = { model_type: 'siglip_vision_model', patch_size: 3, hidden_size: 3 };
  const graph = (side: number | string) =>
    buildGraph((g) => {
      const x = g.input('pixel_values', 'float32', ['n', 3, side, side]);
      const pooled = g.node('AveragePool', [x], { kernel_shape: [3, 3], strides: [3, 3] });
      const rows = g.node('Reshape', [pooled, g.constant(int64([0, 3, -1]))]);
      g.output('last_hidden_state', g.node('Transpose', [rows], { perm: [0, 2, 1] }), 'float32', [
        'n',
        't',
        3,
      ]);
    });
  for (const side of [8, 'side']) {
    const name = `left-over-${side}`;
    await withModel(model(name, { vision_model: graph(side) }, config), async ({ encoders }) => {
      const encoder = await encoders.open(name);
      const { tensor, grid } = await encoders.tokens(encoder, imagesOf(paths), {
        signal: never,
        batchSize: 4,
      });
      expect(tensor.dims).toEqual([5, 4, 3]);
      expect(grid).toEqual({ rows: 2, columns: 2, prefix: 0 });
    });
  }
});

it('a CLIP L/14 that declares only its projected vector gives its 257 x 1024 tokens', async () => {
  const weight = (rows: number, columns: number) => {
    const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + 1) / Math.sqrt(rows));
    return { dtype: 'float32' as const, dims: [rows, columns], data };
  };
  const ones = { dtype: 'float32' as const, dims: [1024], data: new Float32Array(1024).fill(1) };
  const graph = (declared: 'image_embeds' | 'last_hidden_state') =>
    buildGraph((g) => {
      const x = g.input('pixel_values', 'float32', ['n', 3, 224, 224]);
      const pooled = g.node('AveragePool', [x], { kernel_shape: [14, 14], strides: [14, 14] });
      const rows = g.node('Reshape', [pooled, g.constant(int64([0, 3, 256]))]);
      const colours = g.node('Transpose', [rows], { perm: [0, 2, 1] });
      const patches = g.node('MatMul', [colours, g.constant(weight(3, 1024))]);
      const mean = g.node('ReduceMean', [patches, g.constant(int64([1]))], { keepdims: 1 });
      const states = g.node('Concat', [mean, patches], { axis: 1 });
      if (declared === 'last_hidden_state') return g.output(declared, states, 'float32', ['n', 257, 1024]);
      const first = g.node('Gather', [states, g.constant(int64([0], []))], { axis: 1 });
      const norm = g.node('LayerNormalization', [first, g.constant(ones)]);
      const projected = g.node('MatMul', [norm, g.constant(weight(1024, 768))]);
      return g.output('image_embeds', projected, 'float32', ['n', 768]);
    });
  const config = {
    model_type: 'clip',
    projection_dim: 768,
    vision_config: { hidden_size: 1024, patch_size: 14 },
  };
  const preprocess = { image_processor_type: 'CLIPImageProcessor' };
  const tokens = (declared: 'image_embeds' | 'last_hidden_state') => {
    const path = model(declared, { vision_model: graph(declared) }, config);
    writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify(preprocess));
    return withModel(path, async ({ encoders }) => {
      const { towers, ...encoder } = await encoders.open(declared);
      const read = await encoders.tokens({ ...encoder, towers }, imagesOf(paths.slice(0, 2)), {
        signal: never,
        batchSize: 4,
      });
      return { towers, read, values: await read.tensor.toHost() };
    });
  };
  const [got, want] = [await tokens('image_embeds'), await tokens('last_hidden_state')];
  expect(got.towers.image).toMatchObject({
    dims: 768,
    layerDims: { hidden: 1024 },
    reads: { width: 224, height: 224 },
  });
  expect(got.read.grid).toEqual({ rows: 16, columns: 16, prefix: 1 });
  expect(got.values.dims).toEqual([2, 257, 1024]);
  expect(largestDifference(got.values.data, want.values.data)).toBeLessThan(1e-6);
});

it('a vector keeps its own size when the graph lacks the projection of the config', async () => {
  const config = { model_type: 'clip_vision_model', hidden_size: 3, projection_dim: 7 };
  const graph = channelMeans('n', 'pooler_output');
  await withModel(model('unprojected', { model: graph }, config), async ({ encoders }) => {
    const encoder = await encoders.open('unprojected');
    expect((await encoders.encodeImages(encoder, imagesOf(paths), options)).tensor.dims).toEqual([5, 3]);
  });
});

it('the hidden state is the map before pooling, not the map of one place after it', async () => {
  const graph = buildGraph((g) => {
    const x = g.input('pixel_values', 'float32', ['n', 3, 8, 8]);
    const map = g.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    g.output('pooler_output', g.node('GlobalAveragePool', [map]), 'float32', ['n', 3, 1, 1]);
  });
  const config = { model_type: 'resnet', hidden_sizes: [3] };
  await withModel(model('pooled', { model: graph }, config), async ({ encoders }) => {
    const encoder = await encoders.open('pooled');
    const { tensor, grid } = await encoders.tokens(encoder, imagesOf(paths), { signal: never, batchSize: 4 });
    expect(tensor.dims).toEqual([5, 16, 3]);
    expect(grid).toEqual({ rows: 4, columns: 4, prefix: 0 });
  });
});

it('a joint graph of open sizes gets a blank picture of its model’s size beside texts', async () => {
  const joint = buildGraph((g) => {
    const x = g.input('pixel_values', 'float32', ['i', 'c', 'h', 'w']);
    // Like position embeddings, this fits 8 x 8 pixels only.
    const flat = g.node('Reshape', [x, g.constant(int64([-1, 192]))]);
    const weight = g.constant({ dtype: 'float32', dims: [192, 2], data: new Float32Array(384).fill(0.5) });
    g.output('image_embeds', g.node('MatMul', [flat, weight]), 'float32', ['i', 2]);
    const ids = g.node('Cast', [g.input('input_ids', 'int64', ['t', 's'])], { to: 1 });
    g.output('text_embeds', g.node('ReduceMean', [ids, g.constant(int64([1]))], { keepdims: 1 }), 'float32', [
      't',
      1,
    ]);
  });
  const config = {
    model_type: 'clip',
    vision_config: { image_size: 8 },
    text_config: { max_position_embeddings: 6 },
  };
  const path = model('joint', { model: joint }, config);
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    cpSync(`${OWN}clip/${name}`, join(path, name));
  await withModel(path, async ({ encoders }) => {
    const encoder = await encoders.open('joint');
    const { tensor } = await encoders.encodeTexts(encoder, textsOf(['', 'a']), {
      signal: never,
      batchSize: 8,
    });
    expect(tensor.dims).toEqual([2, 1]);
  });
});

it('a model with an unsupported preprocessor config reads prepared pixels only', async () => {
  const path = model('unprepared', { model: channelMeans('n') });
  const asked = { image_processor_type: 'ViTImageProcessor', do_pad: true };
  writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify(asked));
  await withModel(path, async ({ encoders }) => {
    const encoder = await encoders.open('unprepared');
    await expect(encoders.encodeImages(encoder, imagesOf(paths), options)).rejects.toMatchObject({
      code: 'model.no-preprocess',
      message: expect.stringContaining(
        'The setting "do_pad" of the preprocessor config is true, but Patchbay does not support this step. Prepare',
      ),
    });
    const resize = { op: 'resize', mode: 'exact', width: 8, height: 8, resample: 2 } as const;
    const pixels = {
      kind: 'pixels' as const,
      items: imagesOf(paths).items,
      skipped: [],
      spec: { exif: false, steps: [resize] },
    };
    expect((await encoders.encodeImages(encoder, pixels, options)).tensor.dims).toEqual([5, 3]);
  });
});

it('of two preprocessor configs the newer one counts, as in Transformers', async () => {
  const path = model('two-configs', { model: channelMeans('n') });
  const nested = { image_processor_type: 'ViTImageProcessor', size: { height: 24, width: 16 } };
  writeFileSync(join(path, 'processor_config.json'), JSON.stringify({ image_processor: nested }));
  const sizeOf = () =>
    withModel(path, async ({ store }) => store.get('two-configs').preprocess?.steps[0] as object);
  expect(await sizeOf()).toMatchObject({ height: 24, width: 16 });
  writeFileSync(join(path, 'processor_config.json'), JSON.stringify({ processor_class: 'CLIPProcessor' }));
  expect(await sizeOf()).toMatchObject({ height: 8, width: 8 });
});

it('rows are as long as the model’s positions or the tokenizer’s length, whichever is shorter', async () => {
  const text = buildGraph((g) => {
    const ids = g.node('Cast', [g.input('input_ids', 'int64', ['n', 's'])], { to: 1 });
    g.output('text_embeds', g.node('ReduceSum', [ids, g.constant(int64([1]))], { keepdims: 1 }), 'float32', [
      'n',
      1,
    ]);
  });
  for (const [positions, longest, length] of [
    [12, 7, 7],
    [12, 77, 12],
    [12, 1e30, 12],
    [undefined, 1e30, 77],
  ]) {
    const config = { model_type: 'clip', text_config: { max_position_embeddings: positions } };
    const graphs = { vision_model: channelMeans('n', 'image_embeds'), text_model: text };
    const path = model(`rows-${positions}-${longest}`, graphs, config);
    cpSync(`${OWN}clip/tokenizer.json`, join(path, 'tokenizer.json'));
    writeFileSync(join(path, 'tokenizer_config.json'), JSON.stringify({ model_max_length: longest }));
    await withModel(path, async ({ store }) => {
      const { text: tower } = store.get(`rows-${positions}-${longest}`).towers;
      expect(tower?.contextLength).toBe(length);
    });
  }
});

it('a text graph gets the inputs it declares: ids, mask and positions, in its own integer type', async () => {
  const length = 6;
  const text = (dtype: 'int64' | 'int32') =>
    buildGraph((g: GraphBuilder) => {
      const sum = (name: string) => {
        const floats = g.node('Cast', [g.input(name, dtype, ['n', 's'])], { to: 1 });
        return g.node('ReduceSum', [floats, g.constant(int64([1]))], { keepdims: 1 });
      };
      const parts = ['input_ids', 'attention_mask', 'position_ids'].map(sum);
      g.output('text_embeds', g.node('Concat', parts, { axis: 1 }), 'float32', ['n', 3]);
    });
  const image = buildGraph((g) => {
    const x = g.input('pixel_values', 'float32', ['n', 3, 8, 8]);
    g.output(
      'image_embeds',
      g.node('ReduceMean', [x, g.constant(int64([2, 3]))], { keepdims: 0 }),
      'float32',
      ['n', 3],
    );
  });
  for (const dtype of ['int64', 'int32'] as const) {
    const config = { model_type: 'clip', text_config: { max_position_embeddings: length } };
    const path = model(`text-${dtype}`, { vision_model: image, text_model: text(dtype) }, config);
    for (const name of ['tokenizer.json', 'tokenizer_config.json'])
      cpSync(`${OWN}clip/${name}`, join(path, name));
    await withModel(path, async ({ encoders }) => {
      const encoder = await encoders.open(`text-${dtype}`);
      const { tensor } = await encoders.encodeTexts(encoder, textsOf(['', 'a']), {
        signal: never,
        batchSize: 8,
      });
      const { data, dims } = await tensor.toHost();
      expect(dims).toEqual([2, 3]);
      // The empty text has two special tokens. A letter adds one.
      expect([data[1], data[4]]).toEqual([2, 3]);
      expect([data[2], data[5]]).toEqual([15, 15]);
      expect(data[0]).toBeGreaterThan(0);
    });
  }
});

it('an unknown input is named', async () => {
  const graph = buildGraph((g) => {
    const x = g.input('pixel_values', 'float32', ['n', 3, 8, 8]);
    const mean = g.node('ReduceMean', [x, g.constant(int64([2, 3]))], { keepdims: 0 });
    g.output('embedding', g.node('Mul', [mean, g.input('mask_ratio', 'float32', [1])]), 'float32', ['n', 3]);
  });
  await withModel(model('more', { model: graph }), async ({ encoders }) => {
    const encoder = await encoders.open('more');
    await expect(encoders.encodeImages(encoder, imagesOf(paths), options)).rejects.toMatchObject({
      code: 'model.unknown-input',
      args: { input: 'mask_ratio' },
      message: expect.stringContaining('"mask_ratio"'),
    });
  });
});

it('names such as constructor are plain names, or refused', async () => {
  const encode = (name: string) =>
    withModel(model(name, { model: channelMeans('n', name) }), async ({ encoders }) => {
      const { tensor } = await encoders.encodeImages(await encoders.open(name), imagesOf(paths), options);
      return tensor.dims;
    });
  for (const name of ['constructor', 'toString']) expect(await encode(name), name).toEqual([5, 3]);
  // ONNX Runtime's own binding cannot handle this name.
  await expect(encode('__proto__')).rejects.toMatchObject({ code: 'model.failed' });
});

it('hidden states inside a float16 graph come out as float32', async () => {
  const want = (await tensorsOf(`${OWN}clip/expected.safetensors`)).get('last_hidden_state')!;
  await withModel(`${OWN}clip-half-io`, async ({ encoders }) => {
    const images = imagesOf(
      ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png'].map((name) => `${OWN}images/${name}`),
    );
    const encoder = await encoders.open('clip-half-io');
    const { tensor } = await encoders.tokens(encoder, images, { signal: never, batchSize: 4, exif: false });
    const got = await tensor.toHost();
    expect(got.dims).toEqual(want.dims);
    // float16 keeps 11 bits at each step.
    expect(cosine(got.data, want.data)).toBeGreaterThan(0.9999);
  });
});

it('tokens of pictures of different sizes are refused, with advice', async () => {
  await withModel(`${OWN}dinov2`, async ({ encoders }) => {
    const encoder = await encoders.open('dinov2');
    const steps = encoder.preprocess!.steps.filter(({ op }) => op === 'rescale' || op === 'normalize');
    const drawn = await Promise.all([blank(56, 56), blank(84, 56), blank(56, 56)]);
    const pixels = {
      kind: 'pixels' as const,
      items: imagesOf(drawn).items,
      skipped: [],
      spec: { exif: false, steps },
    };
    await expect(encoders.tokens(encoder, pixels, { signal: never, batchSize: 4 })).rejects.toMatchObject({
      code: 'encode.mixed-sizes',
    });
    // One vector per picture still works.
    expect((await encoders.encodeImages(encoder, pixels, options)).tensor.dims).toEqual([3, 24]);
  });
});

it('pictures that patches do not fill are refused, with a size that fits', async () => {
  await withModel(`${OWN}dinov2`, async ({ encoders }) => {
    const encoder = await encoders.open('dinov2');
    const steps = encoder.preprocess!.steps.filter(({ op }) => op === 'rescale' || op === 'normalize');
    const items = imagesOf([await blank(75, 57)]).items;
    const pixels = { kind: 'pixels' as const, items, skipped: [], spec: { exif: false, steps } };
    const message =
      /patches of 14 x 14 pixels, so both sides must divide by 14, but the pictures have 75 x 57\. Resize or crop them to 70 x 56\.$/;
    await expect(encoders.tokens(encoder, pixels, { signal: never, batchSize: 1 })).rejects.toMatchObject({
      code: 'encode.patch-size',
      message: expect.stringMatching(message),
    });
    await expect(encoders.encodeImages(encoder, pixels, options)).rejects.toThrow(message);
  });
});
