import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embeddings, EncoderRef, ImageItem, NodeContext } from '../../nodes/sdk/index.ts';
import { TextTokenizer } from '../../server/runtime/encoders/text-tokenizer.ts';
import { createRuntime, type Runtime } from '../../server/runtime/index.ts';

const root = join(import.meta.dirname, '../..');
const model = join(root, 'models/emoji-clip');
const samples = join(root, 'workflows/samples');

interface Ranked {
  readonly query: string;
  readonly best: readonly string[];
}

/** The numbers of PyTorch and Pillow; the recipe writes them. */
interface Golden {
  readonly pictures: readonly { readonly file: string; readonly embedding: readonly number[] }[];
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly embedding: readonly number[];
  }[];
  readonly zeroShot: {
    readonly labels: readonly string[];
    readonly logitScale: number;
    readonly pictures: readonly {
      readonly file: string;
      readonly best: string;
      readonly probabilities: readonly number[];
    }[];
  };
  readonly pictureSearch: readonly Ranked[];
  readonly textSearch: readonly Ranked[];
}

const golden = JSON.parse(readFileSync(join(root, 'test/fixtures/emoji-clip-golden.json'), 'utf8')) as Golden;
/** Weights ship as fp16, and arithmetic is fp32. PyTorch's numbers use the fp32 weights, to five decimals. */
const LEAST_COSINE = 0.9999;
const LOGIT_TOLERANCE = 2e-3;

const never = new AbortController().signal;
let runtime: Runtime;
let ctx: NodeContext;
let end: () => void;
let encoder: EncoderRef;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-emoji-clip-'));
  runtime = await createRuntime({
    device: 'cpu',
    dataFolder: folder,
    modelFolders: [join(root, 'models')],
    samplesFolder: samples,
    workflowFolder: folder,
    outFolder: folder,
    cache: false,
  });
  ({ ctx, end } = runtime.services.lease({
    nodeId: 'test',
    signal: never,
    progress() {},
    warn() {},
    preview() {},
  }));
  encoder = await ctx.encoders.open('emoji-clip');
});

afterAll(async () => {
  end();
  await runtime.dispose();
});

async function pictures(files: readonly string[]): Promise<Embeddings> {
  const items: ImageItem[] = [];
  for (const file of files) items.push(await ctx.images.file(`sample:${file}`));
  return ctx.encoders.encodeImages(
    encoder,
    { kind: 'images', items, skipped: [] },
    { layer: 'embedding', batchSize: 16, signal: never },
  );
}

const texts = (list: readonly string[]) =>
  ctx.encoders.encodeTexts(
    encoder,
    { kind: 'texts', items: list.map((text) => ({ kind: 'text' as const, text })) },
    { batchSize: 16, signal: never },
  );

async function rowsOf({ tensor }: Embeddings): Promise<number[][]> {
  const [rows = 0, dims = 0] = tensor.dims;
  const { data } = await tensor.toHost();
  return Array.from({ length: rows }, (_, row) => [...data.subarray(row * dims, (row + 1) * dims)]);
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/** The paths of the gallery, sorted by cosine, largest first. */
function ranked(query: readonly number[], gallery: readonly number[][], names: readonly string[]): string[] {
  const scores = gallery.map((row) => cosine(query, row));
  return [...names.keys()].sort((a, b) => scores[b]! - scores[a]!).map((index) => names[index]!);
}

test('the shipped files come from the recipe', () => {
  const known = JSON.parse(readFileSync(join(model, 'sha256.json'), 'utf8')) as Record<string, string>;
  expect(Object.keys(known)).toContain('onnx/vision_model.onnx');
  for (const [file, hash] of Object.entries(known))
    expect(
      createHash('sha256')
        .update(readFileSync(join(model, file)))
        .digest('hex'),
      file,
    ).toBe(hash);
});

test('both towers together have at most 16 MB', () => {
  const bytes = ['vision_model', 'text_model'].map((name) => statSync(join(model, `onnx/${name}.onnx`)).size);
  expect(bytes[0]! + bytes[1]!).toBeLessThanOrEqual(16_000_000);
});

test('it reads as a CLIP: one space for both towers, a readable projection, a temperature', async () => {
  expect(encoder.family).toBe('clip');
  expect(encoder.towers.image).toMatchObject({ dims: 256, projection: true });
  expect(encoder.towers.image!.layers).toContain('pre-projection');
  expect(encoder.towers.text!.dims).toBe(256);
  expect(encoder.probability).toMatchObject({ activation: 'softmax', bias: 0 });
  expect(encoder.probability!.scale).toBeCloseTo(golden.zeroShot.logitScale, 3);
  const weight = await ctx.encoders.projection(encoder);
  expect(weight!.dims).toEqual([256, encoder.towers.image!.layerDims!['pre-projection']]);
});

test('its feature map can be read at any picture size', async () => {
  const item = await ctx.images.file('sample:pictures/animals/cat-noto.png');
  const images = { kind: 'images', items: [item], skipped: [] } as const;
  const options = { batchSize: 1, signal: never };
  const own = await ctx.encoders.tokens(encoder, images, options);
  expect(own.tensor.dims).toEqual([1, 9, 384]);
  expect(own.grid).toEqual({ rows: 3, columns: 3, prefix: 0 });
  const steps = encoder.preprocess!.steps.map((step) =>
    step.op === 'resize'
      ? { ...step, mode: 'exact' as const, width: 192, height: 288 }
      : step.op === 'crop'
        ? { ...step, width: 192, height: 288 }
        : step,
  );
  const pixels = { ...images, kind: 'pixels', spec: { exif: true, steps } } as const;
  const large = await ctx.encoders.tokens(encoder, pixels, options);
  expect(large.grid).toEqual({ rows: 9, columns: 6, prefix: 0 });
});

test('the patch embedding of a picture with one place is its embedding', async () => {
  const item = await ctx.images.file('sample:pictures/animals/cat-noto.png');
  const steps = encoder.preprocess!.steps.map((step) =>
    step.op === 'resize' || step.op === 'crop'
      ? ({ op: 'resize', mode: 'exact', width: 32, height: 32, resample: 3 } as const)
      : step,
  );
  const pixels = { kind: 'pixels', items: [item], skipped: [], spec: { exif: true, steps } } as const;
  const options = { batchSize: 1, signal: never };
  const whole = await ctx.encoders.encodeImages(encoder, pixels, { ...options, layer: 'embedding' });
  const patch = await ctx.encoders.tokens(encoder, pixels, { ...options, layer: 'patch-embedding' });
  expect(patch.tensor.dims).toEqual([1, 1, 256]);
  expect(patch.space).toMatchObject({ layer: 'patch-embedding', projection: 'model' });
  const [a, b] = [(await whole.tensor.toHost()).data, (await patch.tensor.toHost()).data];
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
});

describe('numbers equal PyTorch’s and Pillow’s', () => {
  test('pictures', async () => {
    const rows = await rowsOf(await pictures(golden.pictures.map(({ file }) => file)));
    for (const [i, { file, embedding }] of golden.pictures.entries())
      expect(cosine(rows[i]!, embedding), file).toBeGreaterThan(LEAST_COSINE);
  });

  test('texts, English and Chinese: equal ids and equal vectors', async () => {
    const parsed = (name: string) => JSON.parse(readFileSync(join(model, name), 'utf8'));
    const tokenizer = new TextTokenizer({
      tokenizer: parsed('tokenizer.json'),
      config: parsed('tokenizer_config.json'),
    });
    const rows = await rowsOf(await texts(golden.texts.map(({ text }) => text)));
    for (const [i, { text, ids, embedding }] of golden.texts.entries()) {
      expect(tokenizer.ids(text), text).toEqual(ids);
      expect(cosine(rows[i]!, embedding), text).toBeGreaterThan(LEAST_COSINE);
    }
  });

  test('zero-shot labels of ten pictures, with their probabilities', async () => {
    const { labels, logitScale, pictures: expected } = golden.zeroShot;
    expect(expected).toHaveLength(10);
    const rows = await rowsOf(await pictures(expected.map(({ file }) => file)));
    const prototypes = await rowsOf(await texts(labels));
    for (const [i, { file, best, probabilities }] of expected.entries()) {
      const powers = prototypes.map((prototype) => Math.exp(logitScale * cosine(rows[i]!, prototype)));
      const sum = powers.reduce((a, b) => a + b);
      const own = powers.map((power) => power / sum);
      for (const [j, probability] of probabilities.entries())
        expect(Math.abs(own[j]! - probability), `${file}: ${labels[j]}`).toBeLessThan(LOGIT_TOLERANCE);
      expect(labels[own.indexOf(Math.max(...own))]).toBe(best);
    }
  });
});

describe('over the samples', () => {
  let names: string[];
  let gallery: number[][];
  beforeAll(async () => {
    const all = await ctx.images.folder('sample:pictures', { recursive: true, labels: true, signal: never });
    names = all.items.map(({ path }) => `pictures/${path}`);
    gallery = await rowsOf(
      await ctx.encoders.encodeImages(encoder, all, { layer: 'embedding', batchSize: 32, signal: never }),
    );
  });

  test.each(golden.pictureSearch.map(({ query, best }) => [query, best] as const))(
    'the best match of %s',
    async (query, best) => {
      const [row] = await rowsOf(await pictures([query]));
      expect(ranked(row!, gallery, names)[0]).toBe(best[0]);
    },
  );

  test.each(golden.textSearch.map(({ query, best }) => [query, best] as const))(
    'the best match of "%s"',
    async (query, best) => {
      const [row] = await rowsOf(await texts([query]));
      expect(ranked(row!, gallery, names)[0]).toBe(best[0]);
    },
  );

  test.each([['fruit'], ['水果']])('"%s" finds fruit: the eight best are all fruit', async (query) => {
    const [row] = await rowsOf(await texts([query]));
    const best = ranked(row!, gallery, names).slice(0, 8);
    expect(best.filter((name) => name.startsWith('pictures/fruit/'))).toHaveLength(8);
  });
});
