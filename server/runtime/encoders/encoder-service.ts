import { createHash } from 'node:crypto';
import {
  asMessage,
  type Embeddings,
  type EncoderRef,
  type EncoderService,
  encoderSpace,
  englishOf,
  type HostTensor,
  type ImageItem,
  type ImageService,
  type Images,
  PatchbayError,
  type Pixels,
  type Precision,
  type PreprocessSpec,
  type Said,
  type Space,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import type { ContentKeys } from '../images/content-keys.ts';
import { familyNamed } from '../models/families.ts';
import type { ModelEntry } from '../models/model-entry.ts';
import { infoOf, type ModelStore } from '../models/store.ts';
import { preferred } from '../models/variants.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor, type TensorScope } from '../ort/tensor.ts';
import type { CachedVectors, EmbeddingCache } from './embedding-cache.ts';
import { VectorRows } from './vector-rows.ts';

/** Raise this number when the same model, picture and settings give different results than before. */
const CACHE_VERSION = 2;

/** The same for models that multiply integers. Since version 1 their products are exact on every processor. */
const INTEGER_VERSION = 1;

/** The same for texts. Version 2: rows of ids are filled and cut on the side that the tokenizer says. */
const ROWS_VERSION = 2;

/** A part of cache keys for models that multiply integers. Other models keep the keys they had. */
function integersOf({ image, text, decoder }: ModelEntry): { readonly integers?: number } {
  const multiplies = [image, text, decoder].some((tower) => tower?.facts.multipliesIntegers);
  return multiplies ? { integers: INTEGER_VERSION } : {};
}

/** A part of cache keys for models whose vector is not the first output that their family names. */
function outputOf({ image, family }: ModelEntry): { readonly output?: string } {
  const name = image?.embedding.name;
  return name === familyNamed(family).image.outputs[0] ? {} : { output: name };
}

/** Everything the encoder service needs; `scope` belongs to the node that uses it. */
export interface EncoderServiceDeps {
  readonly pool: SessionPool;
  readonly scope: TensorScope;
  readonly images: Pick<ImageService, 'batches'>;
  readonly store: ModelStore;
  readonly embeddingCache: EmbeddingCache;
  readonly contentKeys: Pick<ContentKeys, 'keys'>;
}

/** Runs models of the store for one node. It imports the code that runs models on first use: `open` and `fingerprint` start faster. */
export function createEncoderService(deps: EncoderServiceDeps): EncoderService {
  const { pool, scope, store } = deps;
  const track = (tensor: HostTensor<'float32'>) => scope.track(hostTensor(tensor));

  const meant = async (id: string, precision: Precision | 'auto' = 'auto') =>
    precision === 'auto' ? preferred(await store.current(id), pool.device.provider) : precision;

  return {
    async open(id, precision) {
      const chosen = await meant(id, precision);
      const entry = await store.current(id, chosen);
      return { kind: 'encoder', ...infoOf(entry), hash: await store.hash(id, chosen) };
    },

    async fingerprint(id, precision) {
      try {
        const chosen = await meant(id, precision);
        const entry = await store.current(id, chosen);
        const { configHash, probability } = entry;
        const integers = Object.entries(integersOf(entry)).flat();
        // Part of the fingerprint, because the trained scale may be found only after all files are downloaded.
        return [
          await store.hash(id, chosen),
          configHash,
          probability?.scale,
          probability?.bias,
          ...integers,
        ].join(' ');
      } catch (error) {
        return `unusable: ${error instanceof Error ? error.message : id}`;
      }
    },

    async encodeImages(encoder, source, options) {
      const entry = await entryOf(store, encoder);
      const { layer } = options;
      const { ImageTowerRunner } = await import('./image-tower.ts');
      const { encodePictures } = await import('./image-encoding.ts');
      const tower = new ImageTowerRunner(pool, entry, { hash: encoder.hash, onWarn: once(options.onWarn) });
      const pixels = pixelsOf(entry, source, options.exif);
      const dims = await tower.dims(layer, pixels.spec);
      const cached = await openCache(deps, entry, encoder, dims, {
        tower: 'image',
        layer,
        spec: pixels.spec,
      });
      const encode = async (batch: Parameters<typeof tower.vectors>[0]) => {
        const result = await tower.vectors(batch, layer);
        checkDims(entry, dims, result.dims[1]);
        return result.data;
      };
      const atOnce = (size: readonly [number, number]) => tower.atOnce(size);
      const { data, items, skipped } = await encodePictures(
        pixels,
        { images: deps.images, contentKeys: deps.contentKeys, atOnce, cached, dims, encode },
        { ...options, batchSize: tower.batchSize(options.batchSize) },
      );
      const tensor = track({ dtype: 'float32', dims: [items.length, dims], data });
      const space = { ...encoderSpace(encoder, 'image', layer, encoder.hash), ...decodedAs(items), dims };
      return { kind: 'embeddings', tensor, items, skipped, space };
    },

    async encodeTexts(encoder, texts, options) {
      const entry = await entryOf(store, encoder);
      const { cutTexts, encodeTextBatch, textTowerOf } = await import('./text-tower.ts');
      const { input, facts } = textTowerOf(entry);
      const batchSize = input.dims[0] ?? (facts.batchQuantized ? 1 : Math.max(1, options.batchSize));
      const { items } = texts;
      const distinct = [...new Set(items.map(({ text }) => text))];
      const warn = once(options.onWarn);
      const dims = entry.towers.text?.dims ?? (await encodeTextBatch(pool, entry, [''], warn)).length;
      const cached = await openCache(deps, entry, encoder, dims, { tower: 'text', rows: ROWS_VERSION });
      const rows = new VectorRows(distinct.length, dims);
      const warning = await cutTexts(entry, distinct);
      if (warning !== undefined) warn(warning);
      const keys = distinct.map((text) => createHash('sha256').update(text).digest('hex'));
      for (const row of await cached.read(keys, rows.view(0, distinct.length))) rows.fill(row);
      const missing = distinct.flatMap((text, row) => (rows.has(row) ? [] : [{ text, row }]));
      for (let from = 0; from < missing.length; from += batchSize) {
        throwIfAborted(options.signal);
        const batch = missing.slice(from, from + batchSize);
        const vectors = await encodeTextBatch(
          pool,
          entry,
          batch.map(({ text }) => text),
          warn,
        );
        checkDims(entry, dims, vectors.length / batch.length);
        batch.forEach(({ row }, i) => void rows.fill(row, vectors.subarray(i * dims, (i + 1) * dims)));
        await cached.append(batch.map(({ row }) => ({ key: keys[row]!, vector: rows.view(row, row + 1) })));
        options.onProgress?.(
          Math.min(items.length, items.length - missing.length + from + batch.length),
          items.length,
        );
      }
      options.onProgress?.(items.length, items.length);
      const data = new Float32Array(items.length * dims);
      const rowOf = new Map(distinct.map((text, row) => [text, row]));
      items.forEach(({ text }, i) => {
        const row = rowOf.get(text)!;
        data.set(rows.view(row, row + 1), i * dims);
      });
      const tensor = track({ dtype: 'float32', dims: [items.length, dims], data });
      const space = { ...encoderSpace(encoder, 'text', 'embedding', encoder.hash), dims };
      return { kind: 'embeddings', tensor, items, skipped: [], space } satisfies Embeddings;
    },

    async tokens(encoder, source, options) {
      const entry = await entryOf(store, encoder);
      const { ImageTowerRunner } = await import('./image-tower.ts');
      const { encodeTokens } = await import('./token-encoding.ts');
      const tower = new ImageTowerRunner(pool, entry, { hash: encoder.hash, onWarn: once(options.onWarn) });
      const pixels = pixelsOf(entry, source, options.exif);
      const layer = options.layer ?? tower.tokenLayer;
      const { tensor, items, skipped, grid } = await encodeTokens(
        pixels,
        {
          images: deps.images,
          atOnce: (size) => tower.atOnce(size),
          encode: (batch) => tower.states(batch, layer),
          patchSize: entry.image?.patchSize,
          places: familyNamed(entry.family).image.hidden !== 'queries',
        },
        { ...options, batchSize: tower.batchSize(options.batchSize) },
      );
      const known = encoderSpace(encoder, 'image', layer, encoder.hash);
      const space = { ...known, ...decodedAs(items), dims: tensor.dims[2] || known.dims };
      const preprocess = pixels.spec;
      return {
        kind: 'tokens',
        tensor: track(tensor),
        items,
        skipped,
        space,
        ...(grid && { grid }),
        preprocess,
      };
    },

    async *decodeLatents(encoder, tokens, options) {
      const { decodeLatents } = await import('./latent-decoder.ts');
      yield* decodeLatents(pool, await entryOf(store, encoder), tokens, options);
    },

    async exportOnnx(encoder, job) {
      const { exportOnnx } = await import('./export-onnx.ts');
      return exportOnnx(pool, await entryOf(store, encoder), encoder.hash, job);
    },

    async projection(encoder) {
      const { readProjection } = await import('./projection-weight.ts');
      const weight = await readProjection(pool, await entryOf(store, encoder), encoder.hash);
      return weight && track(weight);
    },
  };
}

/** The model of a reference, as it is now. @throws PatchbayError `model.changed` when its weights changed since it was opened */
async function entryOf(store: ModelStore, { id, hash, precision }: EncoderRef): Promise<ModelEntry> {
  const entry = await store.current(id, precision);
  if ((await store.hash(id, precision)) === hash) return entry;
  throw new PatchbayError(modelMessage('model.changed', { model: id }));
}

/** Passes each different message on once. */
function once(tell: ((message: Said) => void) | undefined): (message: Said) => void {
  const told = new Set<string>();
  return (message) => {
    const text = englishOf(message);
    if (!told.has(text)) tell?.(message);
    told.add(text);
  };
}

/** Prepares pictures as the model needs them; prepared pixels stay as they are. @throws PatchbayError `model.no-preprocess` */
/** What a space says of how its pictures were decoded. */
const decodedAs = (items: readonly ImageItem[]): Pick<Space, 'decode'> =>
  items.some(({ read }) => read?.decode === 'fast') ? { decode: 'fast' } : {};

function pixelsOf(entry: ModelEntry, source: Images | Pixels, exif = true): Pixels {
  if (source.kind === 'pixels') return source;
  if (!entry.preprocess) {
    const { id, lacks } = entry;
    const reason = asMessage(lacks?.preprocess ?? modelMessage('model.no-preprocessor-config'));
    throw new PatchbayError(encoderMessage('model.no-preprocess', { model: id, reason }));
  }
  const { items, skipped } = source;
  return { kind: 'pixels', items, skipped, spec: { ...entry.preprocess, exif } };
}

function openCache(
  { embeddingCache, pool }: EncoderServiceDeps,
  entry: ModelEntry,
  { hash }: EncoderRef,
  dims: number,
  made: {
    readonly tower: 'image' | 'text';
    readonly layer?: string;
    readonly spec?: PreprocessSpec;
    readonly rows?: number;
  },
): Promise<CachedVectors> {
  const kind = JSON.stringify({
    version: CACHE_VERSION,
    hash,
    configHash: entry.configHash,
    ...made,
    device: pool.device.key,
    ...integersOf(entry),
    ...(made.tower === 'image' && outputOf(entry)),
  });
  return embeddingCache.open(kind, dims);
}

function checkDims(entry: ModelEntry, expected: number, got = 0): void {
  if (expected === got) return;
  throw new PatchbayError({
    ...encoderMessage('model.other-dims', { model: entry.id, got, expected }),
    expected: String(expected),
    got: String(got),
  });
}
