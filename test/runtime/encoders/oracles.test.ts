import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EncoderRef, PreprocessStep } from '../../../nodes/sdk/index.ts';
import { tokenizerOf } from '../../../server/runtime/encoders/text-tower.ts';
import { imageItem, imagesOf, never, openWorld, textsOf } from './encoding-world.ts';
import {
  cosine,
  describeOracles,
  expectEmbeddings,
  expectedJson,
  largestDifference,
  type OracleRoot,
  tensorsOf,
} from './oracle-cases.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
type Expected = Awaited<ReturnType<typeof tensorsOf>>;

/** Opens the model of a case with its expected numbers. Transformers ignores EXIF, so everything here does. */
function useModel(root: OracleRoot, family: string) {
  const state = {} as { world: World; encoder: EncoderRef; expected: Expected; paths: string[] };
  beforeAll(async () => {
    state.world = await openWorld([`${root.path}${family}`]);
    state.encoder = await state.world.encoders.open(family);
    state.expected = await tensorsOf(
      `${root.path}${family}/expected.safetensors`,
      (name) => !name.startsWith('u8'),
    );
    state.paths = expectedJson(root, family).images.map((name) => `${root.path}images/${name}`);
  });
  afterAll(() => state.world.close());
  const options = { signal: never, batchSize: 3, exif: false };
  return {
    state,
    async image(layer: string) {
      const { world, encoder, paths } = state;
      return (
        await world.encoders.encodeImages(encoder, imagesOf(paths), { ...options, layer })
      ).tensor.toHost();
    },
    async text(root: OracleRoot) {
      const texts = textsOf(expectedJson(root, family).texts);
      return (await state.world.encoders.encodeTexts(state.encoder, texts, options)).tensor.toHost();
    },
    tokens: () => state.world.encoders.tokens(state.encoder, imagesOf(state.paths), options),
    want: (name: string) => state.expected.get(name)!,
  };
}

/** Token vector 0 of each row of N x T x D. */
function firstTokens({ dims, data }: { dims: readonly number[]; data: Float32Array }) {
  const [count = 0, tokens = 0, size = 0] = dims;
  const out = new Float32Array(count * size);
  for (let row = 0; row < count; row++)
    out.set(data.subarray(row * tokens * size, (row * tokens + 1) * size), row * size);
  return { dims: [count, size], data: out };
}

/** Mean over the tokens of each row, in float64. */
function meanTokens({ dims, data }: { dims: readonly number[]; data: Float32Array }) {
  const [count = 0, tokens = 0, size = 0] = dims;
  const out = new Float64Array(count * size);
  for (const [i, value] of data.entries())
    out[Math.floor(i / (tokens * size)) * size + (i % size)]! += value / tokens;
  return { dims: [count, size], data: Float32Array.from(out) };
}

for (const family of ['clip', 'siglip'] as const) {
  describeOracles(family, (root) => {
    const model = useModel(root, family);
    const output = family === 'clip' ? 'image_embeds' : 'pooler_output';

    it('image vectors equal Transformers', async () =>
      expectEmbeddings(await model.image('embedding'), model.want(output)));

    it('text vectors equal Transformers', async () =>
      expectEmbeddings(
        await model.text(root),
        model.want(family === 'clip' ? 'text_embeds' : 'text_pooler_output'),
      ));

    it('hidden states equal Transformers and lie on their grid', async () => {
      const { tensor, grid } = await model.tokens();
      expectEmbeddings(await tensor.toHost(), model.want('last_hidden_state'));
      const tokens = model.want('last_hidden_state').dims[1]!;
      expect(grid!.rows * grid!.columns + grid!.prefix).toBe(tokens);
      expect(grid!.prefix).toBe(family === 'clip' ? 1 : 0);
      expect(grid!.rows).toBe(grid!.columns);
    });

    it('ids are padded and cut as Transformers does', async () => {
      const { world } = model.state;
      const entry = world.store.get(family);
      const tokenizer = await tokenizerOf(entry);
      const want = model.want('input_ids');
      const shape = { length: want.dims[1]!, mask: 'ones' } as const;
      expect(entry.text!.length).toBe(shape.length);
      const { inputIds } = tokenizer.batch(expectedJson(root, family).texts, shape);
      expect([...inputIds].map(Number)).toEqual([...want.data]);
    });

    it('probabilities equal Transformers', async () => {
      const { activation, scale, bias } = model.state.encoder.probability!;
      const [images, texts] = [await model.image('embedding'), await model.text(root)];
      const want = model.want('probs');
      const [rows = 0, columns = 0] = want.dims;
      const size = images.dims[1]!;
      const unit = (data: Float32Array, row: number) => {
        const vector = [...data.subarray(row * size, (row + 1) * size)];
        const length = Math.hypot(...vector);
        return vector.map((value) => value / length);
      };
      const logits = Array.from({ length: rows * columns }, (_, i) => {
        const [a, b] = [unit(images.data, Math.floor(i / columns)), unit(texts.data, i % columns)];
        return scale * a.reduce((sum, value, at) => sum + value * b[at]!, 0) + bias;
      });
      expect(largestDifference(logits, model.want('logits_per_image').data)).toBeLessThan(1e-3);
      const probabilities = logits.map((logit, i) => {
        if (activation === 'sigmoid') return 1 / (1 + Math.exp(-logit));
        const row = logits.slice(Math.floor(i / columns) * columns, (Math.floor(i / columns) + 1) * columns);
        return Math.exp(logit) / row.reduce((sum, other) => sum + Math.exp(other), 0);
      });
      expect(activation).toBe(family === 'clip' ? 'softmax' : 'sigmoid');
      expect(largestDifference(probabilities, want.data)).toBeLessThan(1e-4);
    });
  });
}

/** The tolerance for a graph that computes in float16: 11 bits of numbers up to 6, and the direction. */
function expectHalf(got: { readonly data: Float32Array }, want: { readonly data: Float32Array }): void {
  expect(largestDifference(got.data, want.data)).toBeLessThan(1e-2);
  expect(cosine(got.data, want.data)).toBeGreaterThan(0.99999);
}

for (const family of ['clip', 'clip-fp16', 'clip-gemm', 'clip-half-io', 'clip-transpose'] as const) {
  describeOracles(family, (root) => {
    const model = useModel(root, family);
    const half = family.includes('half') || family.includes('fp16');

    it('the vector before the projection is found inside the graph', async () => {
      expect(model.state.encoder.towers.image!.layers).toContain('pre-projection');
      const got = await model.image('pre-projection');
      const want = model.want('pooler_output');
      if (half) expectHalf(got, want);
      else expectEmbeddings(got, want);
    });

    it('the projection weight is read as out x in', async () => {
      const weight = await (await model.state.world.encoders.projection(model.state.encoder))!.toHost();
      const want = model.want('visual_projection.weight');
      expect(weight.dims).toEqual(want.dims);
      // A float16 file holds the weight rounded to 11 bits.
      expect(largestDifference(weight.data, want.data)).toBeLessThanOrEqual(half ? 1e-3 : 0);
    });

    it('image vectors equal Transformers, as float32 at any precision of the file', async () => {
      const got = await model.image('embedding');
      if (half) expectHalf(got, model.want('image_embeds'));
      else expectEmbeddings(got, model.want('image_embeds'));
    });
  });
}

for (const [family, prefix] of [
  ['dinov2', 1],
  ['dinov2-registers', 5],
] as const) {
  describeOracles(family, (root) => {
    const model = useModel(root, family);

    it('the vector is the CLS token of the last hidden state', async () =>
      expectEmbeddings(await model.image('embedding'), firstTokens(model.want('last_hidden_state'))));

    it('hidden states equal Transformers, after the class token and the registers', async () => {
      const { tensor, grid } = await model.tokens();
      expectEmbeddings(await tensor.toHost(), model.want('last_hidden_state'));
      expect(grid!.prefix).toBe(prefix);
    });

    it('pictures of other sizes and shapes give their own grid', async () => {
      const { world, encoder } = model.state;
      const sizes = [...model.state.expected.keys()].filter((name) => name.startsWith('size_'));
      expect(sizes.length).toBeGreaterThan(0);
      const numbers = encoder.preprocess!.steps.filter(({ op }) => op === 'rescale' || op === 'normalize');
      for (const key of sizes) {
        const [, height, width, name] = /^size_(\d+)x(\d+)\/(.+)$/.exec(key)!;
        const resize: PreprocessStep = {
          op: 'resize',
          mode: 'exact',
          height: Number(height),
          width: Number(width),
          resample: 3,
        };
        const pixels = {
          kind: 'pixels' as const,
          items: [imageItem(`${root.path}images/${name}`)],
          skipped: [],
          spec: { exif: false, steps: [resize, ...numbers] },
        };
        const { tensor, grid } = await world.encoders.tokens(encoder, pixels, {
          signal: never,
          batchSize: 1,
        });
        expectEmbeddings(await tensor.toHost(), model.want(key));
        expect(grid).toEqual({ rows: Number(height) / 14, columns: Number(width) / 14, prefix });
      }
    });
  });
}

describeOracles('vit', (root) => {
  const model = useModel(root, 'vit');
  it('the vector is the CLS token, and hidden states equal Transformers', async () => {
    expectEmbeddings(await model.image('embedding'), firstTokens(model.want('last_hidden_state')));
    const { tensor, grid } = await model.tokens();
    expectEmbeddings(await tensor.toHost(), model.want('last_hidden_state'));
    expect(grid!.prefix).toBe(1);
  });
});

describeOracles('resnet', (root) => {
  const model = useModel(root, 'resnet');
  it('the vector is the pooled map', async () => {
    const { dims, data } = model.want('pooler_output');
    expectEmbeddings(await model.image('embedding'), { dims: dims.slice(0, 2), data });
  });

  it('the places of its map are tokens, row by row', async () => {
    const { tensor, grid } = await model.tokens();
    const { dims, data } = await tensor.toHost();
    const want = model.want('last_hidden_state');
    const [count = 0, channels = 0, rows = 0, columns = 0] = want.dims;
    expect(dims).toEqual([count, rows * columns, channels]);
    expect(grid).toEqual({ rows, columns, prefix: 0 });
    const turned = data.map((_, i) => {
      const [row, place, channel] = [
        Math.floor(i / (rows * columns * channels)),
        Math.floor(i / channels) % (rows * columns),
        i % channels,
      ];
      return want.data[(row * channels + channel) * rows * columns + place]!;
    });
    expectEmbeddings({ dims, data }, { dims, data: turned });
  });
});

describeOracles('blip2', (root) => {
  const model = useModel(root, 'blip2');
  it('hidden states are the queries, without a grid', async () => {
    const { tensor, grid } = await model.tokens();
    expectEmbeddings(await tensor.toHost(), model.want('qformer_last_hidden_state'));
    expect(grid).toBeUndefined();
  });

  it('the vector is the mean of the projected queries', async () =>
    expectEmbeddings(await model.image('embedding'), meanTokens(model.want('image_embeds'))));
});
