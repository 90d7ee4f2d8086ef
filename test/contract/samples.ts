import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AdapterRef,
  type Embeddings,
  type EncoderRef,
  encoderSpace,
  type F32,
  type ImageItem,
  type Images,
  type Item,
  type PortType,
  type PortValue,
  type PortValues,
  seededRandom,
  type TextItem,
} from '../../nodes/sdk/index.ts';
import { drawPictures, fixtureModels, type World } from './world.ts';

/** The number of items in a sample of each size. */
export const SIZES = { none: 0, one: 1, several: 5 } as const;
export type Size = keyof typeof SIZES;

/** Values of one size for every port type, and files for params. */
export interface Samples {
  readonly size: Size;
  readonly values: PortValues;
  /** Further values, for nodes that need a special one. */
  readonly extra: {
    readonly preProjection: Embeddings;
    /** Two texts for each label. */
    readonly texts: Embeddings;
    readonly denseSimilarity: PortValues['similarity'];
    readonly otherSpace: Embeddings;
    /** Vectors of pictures without labels. */
    readonly unlabelled: Embeddings;
    /** Two vectors in the space of the tokens. */
    readonly ofPatches: Embeddings;
    readonly dinov2: EncoderRef;
    readonly vit: EncoderRef;
    readonly vae: EncoderRef;
    readonly latents: PortValues['tokens'];
    /** Two categories for the pictures. */
    readonly twoCategories: PortValues['labels'];
    /** Pairs of pictures, and whether they belong together. */
    readonly pairs: PortValues['table'];
  };
  readonly paths: {
    readonly folder: string;
    readonly picture: string;
    readonly vectors: string;
    /** A table as CSV. */
    readonly table: string;
    readonly adapter: string;
    readonly classifier: string;
    readonly labelSet: string;
    readonly collection: string;
  };
}

const skipped = [{ name: 'broken.jpg', path: 'broken.jpg', reason: 'It ends in the middle.' }];

/** Writes a label set that says "kept" of every other picture. @returns its path */
async function labelSetFile({ folder, ctx }: World, items: readonly ImageItem[]): Promise<string> {
  const path = join(folder, `labels-${items.length}.json`);
  const at = '2026-01-01T00:00:00.000Z';
  const hashes = await ctx.images.hashes(items, { signal: ctx.signal });
  const labels = hashes
    .filter((_, n) => n % 2 === 0)
    .map((hash) => ({ hash, path: null, category: 'k', not: [], by: { kind: 'person' }, at, revision: 1 }));
  const head = { format: 'patchbay-labels', version: 1, revision: 1, createdAt: at, updatedAt: at };
  const categories = [{ id: 'k', name: 'kept', color: '#112233', key: 1 }];
  writeFileSync(path, JSON.stringify({ ...head, categories, labels }, null, 2));
  return path;
}

/** Makes the samples of one size in a world. They are the same on every device. */
export async function samples(world: World, size: Size): Promise<Samples> {
  const { ctx } = world;
  const count = SIZES[size];
  const random = seededRandom(count + 1);
  const tensor = (...dims: number[]): F32 => {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1);
    const made = ctx.ops.tensor({ dtype: 'float32', dims, data });
    made.retain();
    return made;
  };

  const folder = await drawPictures(join(world.folder, size), count);
  const picture = join(await drawPictures(join(world.folder, 'single'), 1), 'even/picture-0.png');
  const { signal } = ctx;
  const found = await ctx.images.folder(folder, { recursive: true, labels: true, signal });
  const images: Images = { ...found, skipped };
  const clip = await ctx.encoders.open('clip');
  const vae = await ctx.encoders.open('vae');
  const adapterPath = join(fixtureModels, 'lora/plain');
  const adapter: AdapterRef = await ctx.adapters.load(adapterPath);
  for (const part of [adapter.a, adapter.b, adapter.magnitude]) part?.retain();

  const embeddings = (
    items: readonly Item[],
    layer = 'embedding',
    tower: 'image' | 'text' = 'image',
  ): Embeddings => {
    const space = encoderSpace(clip, tower, layer, clip.hash);
    return { kind: 'embeddings', tensor: tensor(items.length, space.dims ?? 0), items, skipped, space };
  };
  const labels = Array.from({ length: count }, (_, n) => `label ${n}`);
  const sentences = labels.flatMap((label): TextItem[] => [
    { kind: 'text', text: `a photo of ${label}`, label },
    { kind: 'text', text: `a drawing of ${label}`, label },
  ]);
  const items: readonly ImageItem[] = images.items;
  const vectors = embeddings(items);
  const unit = await ctx.ops.l2Normalize(vectors.tensor);
  unit.retain();
  const similarity: PortValues['similarity'] = {
    kind: 'similarity',
    queries: items,
    gallery: items,
    metric: 'cosine',
    space: vectors.space,
    scores: { form: 'product', left: unit, right: unit },
    skipped,
  };
  const classifier = await ctx.classifiers.identify({
    kind: 'classifier',
    method: 'linear-probe',
    categories: ['even', 'odd', 'other'],
    weights: tensor(3, vectors.space.dims ?? 0),
    bias: tensor(3),
    scale: 2,
    unit: true,
    space: vectors.space,
    learned: { counts: [3, 2, 1], heldOut: { count: 4, accuracy: 0.75 }, params: { c: 1 } },
  });
  const { path: classifierFile } = await ctx.files.write(
    `${size}-classifier.safetensors`,
    await ctx.classifiers.encode(classifier, 'safetensors'),
  );
  const { path: vectorFile } = await ctx.files.writeMatrix(`${size}.npy`, 'npy', vectors.tensor, {});
  const lines = labels.map((label, n) => `picture-${n}.png,${label},${n / 4}`);
  const { path: tableFile } = await ctx.files.write(
    `${size}.csv`,
    Buffer.from(`${['name,category,value', ...lines].join('\n')}\n`),
  );
  const collection = `sample ${size}`;
  const hashes = await ctx.images.hashes(items, { signal });
  await ctx.collections.save(
    collection,
    { items, hashes, vectors: await vectors.tensor.toHost(), space: vectors.space, others: 'keep' },
    { signal },
  );
  const table: PortValues['table'] = {
    kind: 'table',
    columns: [
      { key: 'name', title: 'Name', type: 'text' },
      { key: 'value', title: 'Value', type: 'number' },
    ],
    rows: labels.map((label, n) => [label, n / 4]),
  };

  const values: PortValues = {
    images,
    pixels: {
      kind: 'pixels',
      items,
      skipped,
      spec: {
        exif: true,
        steps: [
          { op: 'resize', mode: 'shortest', size: 72, resample: 3 },
          // The picture size of the tiny CLIP.
          { op: 'crop', width: 64, height: 64 },
        ],
      },
    },
    texts: { kind: 'texts', items: sentences },
    labels: { kind: 'labels', items, labels, scores: labels.map((_, n) => n / 8) },
    encoder: clip,
    adapter,
    classifier,
    embeddings: vectors,
    tokens: {
      kind: 'tokens',
      tensor: tensor(count, 7, 8),
      items,
      skipped,
      space: { ...encoderSpace(clip, 'image', 'hidden', clip.hash), dims: 8 },
      grid: { rows: 2, columns: 3, prefix: 1 },
    },
    similarity,
    matches: {
      kind: 'matches',
      metric: 'cosine',
      results: items.map((query, n) => ({
        query,
        results: items.slice(0, 2).map((item, index) => ({ item, index, score: 1 / (1 + index + n) })),
      })),
      skipped,
    },
    table,
    metrics: { kind: 'metrics', values: { mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.25], images: count } },
    view: { kind: 'view', view: 'table', table, total: count },
  };
  const ofPatches: Embeddings = {
    kind: 'embeddings',
    tensor: tensor(2, 8),
    items: ['left', 'right'].map((text): TextItem => ({ kind: 'text', text })),
    skipped: [],
    space: values.tokens.space,
  };
  return {
    size,
    values,
    extra: {
      ofPatches,
      preProjection: embeddings(items, 'pre-projection'),
      texts: embeddings(sentences, 'embedding', 'text'),
      denseSimilarity: {
        ...similarity,
        gallery: labels.map((label): TextItem => ({ kind: 'text', text: label, label })),
        metric: 'softmax',
        scores: { form: 'dense', tensor: tensor(count, count) },
      },
      unlabelled: { ...vectors, items: items.map(({ label: _, ...item }) => item) },
      otherSpace: {
        ...vectors,
        space: { ...vectors.space, encoder: 'dinov2', title: 'DINOv2 tiny', revision: undefined },
      },
      dinov2: await ctx.encoders.open('dinov2'),
      vit: await ctx.encoders.open('vit'),
      vae,
      twoCategories: { kind: 'labels', items, labels: items.map((_, n) => (n % 2 === 0 ? 'even' : 'odd')) },
      pairs: {
        kind: 'table',
        columns: ['left', 'right', 'together'].map((key) => ({ key, title: key, type: 'text' })),
        rows: items.flatMap((left, i) =>
          items.slice(i + 1).map((right, j) => [left.path, right.path, j % 2 === 0 ? 'no' : 'yes']),
        ),
      },
      latents: {
        kind: 'tokens',
        tensor: tensor(count, 6, 4),
        items,
        skipped,
        space: encoderSpace(vae, 'image', 'latent', vae.hash),
        grid: { rows: 2, columns: 3, prefix: 0 },
      },
    },
    paths: {
      folder,
      picture,
      collection,
      table: tableFile,
      vectors: vectorFile,
      adapter: adapterPath,
      classifier: classifierFile,
      labelSet: await labelSetFile(world, items),
    },
  };
}

/** The sample of a port type. */
export function sampleOf(set: Samples, type: PortType): PortValue {
  return set.values[type];
}
