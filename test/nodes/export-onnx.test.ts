import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import classify from '../../nodes/compare/classify.ts';
import cosine from '../../nodes/compare/cosine.ts';
import topK from '../../nodes/compare/top-k.ts';
import zeroShot from '../../nodes/compare/zero-shot.ts';
import exportOnnx from '../../nodes/output/export-onnx.ts';
import loraProjection from '../../nodes/project/lora-projection.ts';
import {
  type AnyNodeDefinition,
  defaults,
  type Embeddings,
  type EncoderRef,
  type Images,
  type Matches,
  type Params,
  PatchbayError,
  type Pixels,
  type View,
} from '../../nodes/sdk/index.ts';
import { tokenizerOf } from '../../server/runtime/encoders/text-tower.ts';
import { writeFileAtomic } from '../../server/runtime/files/atomic.ts';
import { decodeModel } from '../../server/runtime/onnx/proto.ts';
import { tensorProto } from '../../server/runtime/onnx/tensors.ts';
import { modelPieces } from '../../server/runtime/onnx/write-model.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { openWorld, root, type World } from '../contract/world.ts';

/** The file and the workflow compute the same numbers up to this. */
const TOLERANCE = 1e-5;
/** Width and height: both shapes, smaller and larger than what models see, and no multiple of a block. */
const SIZES = [
  [96, 96],
  [31, 24],
  [5, 3],
  [640, 427],
  [333, 1000],
  [1411, 1100],
] as const;

let shipped: World;
let tiny: World;
beforeAll(async () => {
  shipped = await openWorld('cpu', join(root, 'models'));
  tiny = await openWorld('cpu');
  for (const [n, [width, height]] of SIZES.entries()) await draw(n, width, height);
});
afterAll(async () => {
  await shipped?.close();
  await tiny?.close();
});

const fileOf = (n: number) => join(shipped.folder, `picture-${n}.png`);

/** A picture with soft and hard edges and some noise. */
async function draw(n: number, width: number, height: number): Promise<void> {
  const data = Buffer.alloc(width * height * 3);
  let state = 1 + n;
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const edge = x * 5 < width * 2 !== y * 3 < height ? 90 : 0;
    data[i] = Math.min(255, edge + (100 * x) / width + (i % 3) * 20 * (n % 3) + (state >>> 27));
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(fileOf(n));
}

const run = (world: World, node: AnyNodeDefinition, inputs: object, params: object = {}) =>
  world.run(node, inputs as never, { ...defaults(node.params as Params), ...params });

/** Runs a node for values that other nodes take. */
const give = async (world: World, node: AnyNodeDefinition, inputs: object, params: object = {}) =>
  node.run({
    inputs: inputs as never,
    params: { ...defaults(node.params as Params), ...params },
    ctx: world.ctx,
  }) as Promise<Record<string, unknown>>;

async function pictures({ ctx }: World): Promise<Images> {
  const items = await Promise.all(SIZES.map((_, n) => ctx.images.file(fileOf(n))));
  return { kind: 'images', items, skipped: [] };
}

async function encoded(world: World, encoder: EncoderRef, layer = 'embedding'): Promise<Embeddings> {
  const { ctx } = world;
  return ctx.encoders.encodeImages(encoder, await pictures(world), {
    layer,
    batchSize: 4,
    signal: ctx.signal,
  });
}

async function texts({ ctx }: World, encoder: EncoderRef, list: readonly string[]): Promise<Embeddings> {
  const items = list.map((text) => ({ kind: 'text' as const, text }));
  return ctx.encoders.encodeTexts(encoder, { kind: 'texts', items }, { batchSize: 4, signal: ctx.signal });
}

/** Writes the file and opens it. */
async function opened(world: World, inputs: object, params: object) {
  const { outputs } = await run(world, exportOnnx, inputs, params);
  const { path, bytes } = outputs.view as Extract<View, { view: 'file' }>;
  expect(bytes).toBe(statSync(path).size);
  return { path, session: await InferenceSession.create(path, { intraOpNumThreads: 1 }) };
}

/** Texts of no token but the special ones, of a few, and of more than models read. */
const TEXTS = ['', 'fruit', 'a red fire engine on a street', 'one two three '.repeat(60)];

/** Writes the file and answers all of {@link TEXTS} with it. */
async function exportedForTexts(world: World, id: string, inputs: object, params: object = {}) {
  const { session } = await opened(world, inputs, { ...params, takes: 'text' });
  expect(session.inputNames).toEqual(['ids']);
  const entry = await world.runtime.models.current(id);
  const tokenizer = await tokenizerOf(entry);
  const answers: Record<string, Tensor>[] = [];
  for (const text of TEXTS) {
    const ids = BigInt64Array.from(tokenizer.cut(text, entry.text!.length), BigInt);
    answers.push(await session.run({ ids: new Tensor('int64', ids, [ids.length]) }));
  }
  await session.release();
  return answers;
}

/** Writes the file and answers all pictures with it. */
async function exported(world: World, inputs: object, params: object = {}) {
  const { path, session } = await opened(world, inputs, params);
  expect(session.inputNames).toEqual(['picture']);
  const answers: Record<string, Tensor>[] = [];
  for (const [n, [width, height]] of SIZES.entries()) {
    const data = await sharp(fileOf(n)).raw().toBuffer();
    answers.push(
      await session.run({ picture: new Tensor('uint8', new Uint8Array(data), [height, width, 3]) }),
    );
  }
  const { outputNames } = session;
  await session.release();
  return { path, outputNames, answers };
}

const numbers = (tensor: Tensor | undefined) => Array.from(tensor!.data as Float32Array);
const worst = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length
    ? Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))
    : Number.POSITIVE_INFINITY;
function rowsOf({ tensor, data }: PlainTensor): number[][] {
  const [rows = 0, columns = 0] = tensor;
  return Array.from({ length: rows }, (_, row) => data.slice(row * columns, (row + 1) * columns));
}

interface Sorted {
  readonly similarity: { readonly scores: { readonly tensor: PlainTensor } };
  readonly labels: { readonly labels: readonly (string | null)[] };
}

function expectSame(sorted: Sorted, { outputNames, answers }: Awaited<ReturnType<typeof exported>>): void {
  expect(outputNames).toEqual(['probabilities', 'label']);
  const rows = rowsOf(sorted.similarity.scores.tensor);
  for (const [n, { probabilities, label }] of answers.entries()) {
    expect(worst(numbers(probabilities), rows[n]!), `${SIZES[n]}`).toBeLessThan(TOLERANCE);
    expect(label!.data).toEqual([sorted.labels.labels[n] ?? '']);
  }
}

describe('a file that answers as the workflow does', () => {
  test.each([0, 0.5])('with a trained classifier, minimum %d', async (minimum) => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const classifier = await shipped.ctx.classifiers.load('sample:classifiers/sample-categories.safetensors');
    const embeddings = await encoded(shipped, encoder);
    const { outputs } = await run(shipped, classify, { embeddings, classifier }, { minimum });
    expectSame(
      outputs as unknown as Sorted,
      await exported(shipped, { encoder, answer: classifier }, { name: `classifier-${minimum}`, minimum }),
    );
  });

  test.each([
    ['as the model was trained', {}],
    ['each category on its own', { probability: 'sigmoid', scale: 20, bias: -3 }],
  ])('with categories in words, %s', async (_name, params) => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const labels = await texts(shipped, encoder, ['a fruit', 'an animal', 'a vehicle', 'weather']);
    const images = await encoded(shipped, encoder);
    const { outputs } = await run(shipped, zeroShot, { images, labels, encoder }, params);
    expectSame(
      outputs as unknown as Sorted,
      await exported(shipped, { encoder, answer: labels }, { name: 'words', ...params }),
    );
  });

  test('with an adapter between encoder and categories', async () => {
    const { ctx } = shipped;
    const encoder = await ctx.encoders.open('emoji-clip');
    const adapter = await ctx.adapters.load('sample:adapters/sample-labels');
    const labels = await texts(shipped, encoder, ['a fruit', 'an animal', 'a vehicle']);
    const inputs = { embeddings: await encoded(shipped, encoder, 'pre-projection'), adapter, encoder };
    const { embeddings: images } = await give(shipped, loraProjection, inputs, { strength: 0.7 });
    const { outputs } = await run(shipped, zeroShot, { images, labels, encoder });
    expectSame(
      outputs as unknown as Sorted,
      await exported(shipped, { encoder, answer: labels, adapter }, { name: 'adapted', strength: 0.7 }),
    );
  });

  test('with the best matches in a gallery', async () => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const gallery = await encoded(shipped, encoder);
    const similarity = await give(shipped, cosine, { queries: gallery, gallery });
    const { matches } = (await give(shipped, topK, similarity, { k: 4 })) as { matches: Matches };
    const { answers, outputNames } = await exported(
      shipped,
      { encoder, answer: gallery },
      { name: 'gallery', use: 'matches', k: 4 },
    );
    expect(outputNames).toEqual(['scores', 'indices', 'names']);
    for (const [n, { scores, indices, names }] of answers.entries()) {
      const { results } = matches.results[n]!;
      expect(
        worst(
          numbers(scores),
          results.map(({ score }) => score),
        ),
      ).toBeLessThan(TOLERANCE);
      expect(Array.from(indices!.data as BigInt64Array, Number)).toEqual(results.map(({ index }) => index));
      expect(names!.data).toEqual(results.map(({ item }) => (item.kind === 'image' ? item.path : item.text)));
    }
  });
});

describe('a file that takes the token ids of a text', () => {
  test('finds the best matches in a gallery of pictures', async () => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const [queries, gallery] = [await texts(shipped, encoder, TEXTS), await encoded(shipped, encoder)];
    const similarity = await give(shipped, cosine, { queries, gallery });
    const { matches } = (await give(shipped, topK, similarity, { k: 3 })) as { matches: Matches };
    const params = { name: 'words', use: 'matches', k: 3 };
    const answers = await exportedForTexts(shipped, 'emoji-clip', { encoder, answer: gallery }, params);
    for (const [n, { scores, indices }] of answers.entries()) {
      const { results } = matches.results[n]!;
      expect(
        worst(
          numbers(scores),
          results.map(({ score }) => score),
        ),
      ).toBeLessThan(TOLERANCE);
      expect(Array.from(indices!.data as BigInt64Array, Number)).toEqual(results.map(({ index }) => index));
    }
  });

  test('gives the vectors of every model that reads texts, or says why it cannot', async () => {
    const { ctx, runtime } = tiny;
    const told: Record<string, string> = {};
    for (const { id, towers } of await runtime.models.list()) {
      if (!towers.text) continue;
      const encoder = await ctx.encoders.open(id);
      try {
        const answers = await exportedForTexts(tiny, id, { encoder }, { name: `texts-${id}` });
        const { data } = await (await texts(tiny, encoder, TEXTS)).tensor.toHost();
        const largest = Math.max(1, ...data.map(Math.abs));
        const own = answers.flatMap(({ vector }) => numbers(vector));
        expect(worst(own, [...data]) / largest, id).toBeLessThan(TOLERANCE);
        told[id] = 'same';
      } catch (error) {
        if (!(error instanceof PatchbayError)) throw error;
        told[id] = error.code;
      }
    }
    expect(told).toEqual({ clip: 'same', siglip: 'same', siglip2: 'same' });
  });
});

describe('every model', () => {
  test('gives its own vectors from a file, or says why it cannot', async () => {
    const { ctx, runtime } = tiny;
    const told: Record<string, string> = {};
    let same = 0;
    for (const { id, towers } of await runtime.models.list()) {
      if (!towers.image?.layers.includes('embedding')) continue;
      const encoder = await ctx.encoders.open(id);
      try {
        const { answers, outputNames } = await exported(tiny, { encoder }, { name: id.replaceAll('/', '-') });
        expect(outputNames).toEqual(['vector']);
        const { data, dims } = await (await encoded(tiny, encoder)).tensor.toHost();
        const width = dims[1]!;
        const largest = Math.max(1, ...data.map(Math.abs));
        for (const [n, { vector }] of answers.entries()) {
          const own = [...data.subarray(n * width, (n + 1) * width)];
          expect(worst(numbers(vector), own) / largest, `${id} ${SIZES[n]}`).toBeLessThan(TOLERANCE);
        }
        same += 1;
      } catch (error) {
        if (!(error instanceof PatchbayError)) throw error;
        told[id] = error.code;
      }
    }
    expect(told).toEqual({ 'clip-fp16': 'export.precision', 'clip-half-io': 'export.precision' });
    expect(same).toBeGreaterThan(15);
  });
});

describe('what is in the file besides', () => {
  test('its metadata say where it comes from and what its numbers mean', async () => {
    const { ctx } = shipped;
    const encoder = await ctx.encoders.open('emoji-clip');
    const classifier = await ctx.classifiers.load('sample:classifiers/sample-categories.safetensors');
    const { path } = await exported(shipped, { encoder, answer: classifier }, { name: 'told', minimum: 0.2 });
    const texts = Object.fromEntries(
      decodeModel(readFileSync(path)).metadataProps.map(({ key, value }) => [key, JSON.parse(value)]),
    );
    expect(texts).toEqual({
      patchbay_export: 1,
      encoder: { id: 'emoji-clip', title: 'Emoji CLIP', sha256: encoder.hash, layer: 'embedding' },
      preprocess: encoder.preprocess,
      space: expect.objectContaining({ encoder: 'emoji-clip', revision: encoder.hash, dims: 256 }),
      categories: classifier.categories,
      classifier: { method: 'linear-probe', hash: classifier.hash, learned: classifier.learned },
      minimum: 0.2,
    });
  });

  test('pictures that people prepare themselves are prepared in the same way', async () => {
    const { ctx } = shipped;
    const encoder = await ctx.encoders.open('emoji-clip');
    const steps = encoder.preprocess!.steps.map((step) =>
      step.op === 'resize' ? { ...step, size: 120 } : step,
    );
    const pixels: Pixels = { ...(await pictures(shipped)), kind: 'pixels', spec: { exif: true, steps } };
    const { answers } = await exported(shipped, { encoder, pixels }, { name: 'own', normalize: true });
    const options = { layer: 'embedding', batchSize: 4, signal: ctx.signal };
    const { tensor } = await ctx.encoders.encodeImages(encoder, pixels, options);
    const { data } = await (await ctx.ops.l2Normalize(tensor)).toHost();
    const own = answers.flatMap(({ vector }) => numbers(vector));
    expect(worst(own, [...data])).toBeLessThan(TOLERANCE);
  });
});

test('warns of a classifier that learned without the adapter of the file', async () => {
  const { ctx } = shipped;
  const encoder = await ctx.encoders.open('emoji-clip');
  const inputs = {
    encoder,
    answer: await ctx.classifiers.load('sample:classifiers/sample-categories.safetensors'),
    adapter: await ctx.adapters.load('sample:adapters/sample-labels'),
  };
  const { warnings } = await run(shipped, exportOnnx, inputs, { name: 'warned' });
  expect(warnings).toEqual([
    'The file changes vectors with the adapter sample-labels, but its answer comes from vectors without it. Leave the adapter out, or make the answer with it.',
  ]);
});

describe('refuses in one sentence', () => {
  const refused = async (inputs: object, params: object = {}) => {
    const before = readdirSync(join(shipped.folder, 'out')).sort();
    const error = await run(shipped, exportOnnx, inputs, { name: 'refused', ...params }).then(
      () => undefined,
      (thrown: unknown) => thrown as PatchbayError,
    );
    expect(readdirSync(join(shipped.folder, 'out')).sort()).toEqual(before);
    return { code: error?.code, message: error?.message };
  };

  test('a classifier of another encoder', async () => {
    const encoder = await shipped.ctx.encoders.open('builtin/perceptual-hash');
    const answer = await shipped.ctx.classifiers.load('sample:classifiers/sample-categories.safetensors');
    expect(await refused({ encoder, answer })).toEqual({
      code: 'space.mismatch',
      message: expect.stringMatching(/^\*Export ONNX\* cannot compare its inputs: .*Emoji CLIP \(256\)/),
    });
  });

  test('vectors of nothing', async () => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const answer = { ...(await encoded(shipped, encoder)), items: [] };
    expect(await refused({ encoder, answer })).toMatchObject({ code: 'export-onnx.empty' });
  });

  test('a preparation without one size', async () => {
    const encoder = await shipped.ctx.encoders.open('emoji-clip');
    const spec = { exif: true, steps: [{ op: 'resize', mode: 'shortest', size: 96, resample: 3 }] } as const;
    const pixels: Pixels = { ...(await pictures(shipped)), kind: 'pixels', spec };
    expect(await refused({ encoder, pixels })).toMatchObject({ code: 'preprocess.open-size' });
  });

  test('a file of more than 2 GB, and leaves nothing behind', async () => {
    const path = join(shipped.folder, 'large.onnx');
    const weights = Array.from({ length: 3 }, (_, n) =>
      tensorProto(`w${n}`, { dtype: 'float32', dims: [1000], data: new Float32Array(1000) }),
    );
    const pieces = modelPieces({ graph: { name: 'g' } }, weights, 10_000);
    await expect(writeFileAtomic(path, pieces)).rejects.toMatchObject({ code: 'export.too-large' });
    expect(readdirSync(shipped.folder).filter((name) => name.startsWith('large'))).toEqual([]);
  });
});
