import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import loadEncoder from '../../../nodes/encode/load-encoder.ts';
import type { EncoderRef, ReportedProblem } from '../../../nodes/sdk/index.ts';
import { type EmbeddingCache, noEmbeddingCache } from '../../../server/runtime/encoders/embedding-cache.ts';
import { openModelStore } from '../../../server/runtime/models/store.ts';
import { preferred } from '../../../server/runtime/models/variants.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';
import { cosine, largestDifference, tensorsOf } from './oracle-cases.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const SOURCE = `${FIXTURES}oracles/clip-export`;
const images = imagesOf(
  ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png'].map((name) => `${FIXTURES}oracles/images/${name}`),
);
const options = { signal: never, batchSize: 3, exif: false };

type World = Awaited<ReturnType<typeof openWorld>>;
const vectors = async ({ encoders }: World, encoder: EncoderRef, layer = 'embedding', batchSize = 3) =>
  (await encoders.encodeImages(encoder, images, { ...options, batchSize, layer })).tensor.toHost();

describe.each([
  ['dynamic', 'q8', 0.99],
  ['per-channel', 'q8', 0.99],
  ['static', 'q8', 0.97],
  ['blocks', 'q4', 0.97],
  ['bnb', 'q4', 0.97],
] as const)('a graph quantised by %s', (kind, precision, least) => {
  let world: World;
  let encoder: EncoderRef;
  let want: Awaited<ReturnType<typeof tensorsOf>>;
  beforeAll(async () => {
    world = await openWorld([`${FIXTURES}quantized/${kind}`]);
    encoder = await world.encoders.open(kind);
    want = await tensorsOf(`${SOURCE}/expected.safetensors`);
  });
  afterAll(() => world.close());

  it('is near to float32 in direction, at every layer', async () => {
    expect(encoder).toMatchObject({ precision, precisions: [precision] });
    expect(encoder.towers.image!.layers).toEqual([
      'embedding',
      'pre-projection',
      'patch-embedding',
      'hidden',
      'hidden.0',
      'hidden.1',
      'hidden.2',
    ]);
    const near = (got: { data: Float32Array }, name: string) =>
      expect(cosine(got.data, want.get(name)!.data), name).toBeGreaterThan(least);
    near(await vectors(world, encoder), 'image_embeds');
    near(await vectors(world, encoder, 'pre-projection'), 'pooler_output');
    const tokens = async (layer: string) =>
      (await world.encoders.tokens(encoder, images, { ...options, layer })).tensor.toHost();
    near(await tokens('hidden'), 'last_hidden_state');
    near(await tokens('hidden.1'), 'hidden_states.1');
    near(await tokens('patch-embedding'), 'patch_embeds');
  });

  it('gives its projection as float32, out x in, for a LoRA', async () => {
    const weight = await (await world.encoders.projection(encoder))!.toHost();
    const exact = want.get('visual_projection.weight')!;
    expect(weight.dims).toEqual(exact.dims);
    expect(cosine(weight.data, exact.data)).toBeGreaterThan(precision === 'q8' ? 0.9999 : 0.99);
    const [rows = 0, columns = 0] = weight.dims;
    const [before, after] = [await vectors(world, encoder, 'pre-projection'), await vectors(world, encoder)];
    const product = Float32Array.from({ length: after.data.length }, (_, i) => {
      const [row, at] = [i % rows, Math.floor(i / rows) * columns];
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += weight.data[row * columns + c]! * before.data[at + c]!;
      return sum;
    });
    // Static quantisation also rounds the result, to about a hundredth of its range.
    expect(cosine(product, after.data)).toBeGreaterThan(kind === 'static' ? 0.998 : 0.9999);
  });

  it('gives a picture the same numbers with any other pictures in its batch', async () => {
    const [one, three] = [await vectors(world, encoder, 'embedding', 1), await vectors(world, encoder)];
    expect(largestDifference(one.data, three.data)).toBeLessThan(1e-5);
  });
});

describe('a model in several precisions', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld([SOURCE]);
  });
  afterAll(() => world.close());

  it('takes the precision that suits the device, unless the user chooses one', async () => {
    const entry = world.store.get('clip-export');
    expect(entry.precisions).toEqual(['fp32', 'fp16', 'q8']);
    expect(preferred(entry, 'cpu')).toBe('fp32');
    for (const provider of ['cuda', 'webgpu', 'dml', 'coreml'])
      expect(preferred(entry, provider)).toBe('fp16');
    expect(preferred({ ...entry, precisions: ['q8', 'q4'] }, 'cuda')).toBe('q8');
    expect(await world.encoders.open('clip-export')).toMatchObject({ precision: 'fp32' });
    expect(await world.encoders.open('clip-export', 'q8')).toMatchObject({ precision: 'q8' });
  });

  it('has its own hash, fingerprint and space in each', async () => {
    const all = await Promise.all(
      (['fp32', 'fp16', 'q8'] as const).map(async (precision) => {
        const encoder = await world.encoders.open('clip-export', precision);
        const { space, tensor } = await world.encoders.encodeImages(encoder, images, {
          ...options,
          layer: 'embedding',
        });
        expect(space.revision).toBe(encoder.hash);
        return {
          hash: encoder.hash,
          fingerprint: await world.encoders.fingerprint('clip-export', precision),
          numbers: (await tensor.toHost()).data,
        };
      }),
    );
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(3);
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(await world.encoders.fingerprint('clip-export')).toBe(all[0]!.fingerprint);
    expect(all[0]!.numbers).not.toEqual(all[1]!.numbers);
    expect(cosine(all[0]!.numbers, all[1]!.numbers)).toBeGreaterThan(0.9999);
    expect(cosine(all[0]!.numbers, all[2]!.numbers)).toBeGreaterThan(0.99);
  });

  it('has a new version in all cache keys where it multiplies integers: older vectors may be saturated', async () => {
    const kinds: string[] = [];
    const cache: EmbeddingCache = {
      open: (kind, dims) => {
        kinds.push(kind);
        return noEmbeddingCache.open(kind, dims);
      },
    };
    const watched = await openWorld([SOURCE], cache);
    for (const precision of ['fp32', 'fp16', 'q8'] as const)
      await vectors(watched, await watched.encoders.open('clip-export', precision));
    const versions = kinds.map((kind) => (JSON.parse(kind) as { integers?: number }).integers);
    expect(versions).toEqual([undefined, undefined, 1]);
    expect(await watched.encoders.fingerprint('clip-export', 'fp32')).not.toMatch(/integers/);
    expect(await watched.encoders.fingerprint('clip-export', 'q8')).toMatch(/ integers 1$/);
    await watched.close();
  });

  it('refuses a missing precision and names the others', async () => {
    const message = 'clip-export has no q4 variant. Choose auto, fp32, fp16 or q8.';
    await expect(world.encoders.open('clip-export', 'q4')).rejects.toMatchObject({
      code: 'model.no-precision',
      message,
    });
    const problems: ReportedProblem[] = [];
    loadEncoder.infer?.({
      params: { model: 'clip-export', precision: 'q4' },
      inputs: {},
      models: world.store.catalogue(),
      report: (problem) => problems.push(problem),
    });
    expect(problems).toMatchObject([{ code: 'model.no-precision', message, param: 'precision' }]);
  });
});

describe('a folder of variants', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-variants-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('works without a broken variant', async () => {
    const path = join(folder, 'half-broken');
    cpSync(SOURCE, path, { recursive: true });
    truncateSync(join(path, 'onnx/vision_model.onnx'), 3000);
    const store = await openModelStore({ folders: [path] });
    expect(store.get('half-broken').precision).toBe('fp16');
    await expect(store.current('half-broken', 'fp32')).rejects.toMatchObject({
      code: 'model.precision-unusable',
      args: { precision: 'fp32', model: 'half-broken', reason: { code: 'model.invalid' } },
      message: expect.stringMatching(
        /^The fp32 files of the model half-broken cannot be used\. .*not a valid ONNX model/,
      ),
    });
    expect(store.catalogue().describe('half-broken', 'fp32')).toBeUndefined();
    expect(store.catalogue().describe('half-broken', 'q8')?.precision).toBe('q8');
  });

  it('takes the nearest precision for a tower with fewer variants', async () => {
    const path = join(folder, 'mixed');
    cpSync(`${FIXTURES}oracles/clip`, path, { recursive: true });
    mkdirSync(join(path, 'onnx'), { recursive: true });
    writeFileSync(join(path, 'onnx/readme.txt'), 'no model');
    cpSync(
      `${FIXTURES}oracles/clip-fp16/onnx/vision_model_fp16.onnx`,
      join(path, 'onnx/vision_model_fp16.onnx'),
    );
    const store = await openModelStore({ folders: [path] });
    const half = await store.current('mixed', 'fp16');
    expect(half.image!.source).toMatchObject({ path: expect.stringMatching(/_fp16\.onnx$/) });
    expect(half.text!.source).toMatchObject({ path: expect.stringMatching(/text_model\.onnx$/) });
  });
});
