import {
  DisjointSets,
  defineMessages,
  defineNode,
  type Embeddings,
  type F32,
  type ImageItem,
  itemKey,
  itemTitle,
  knownOf,
  type Match,
  type NodeContext,
  param,
  port,
  requireFinite,
  type Skipped,
  type Space,
  sharpnessOf,
  type Table,
} from '../sdk/index.ts';

const NODE = { type: 'explore/duplicates', title: 'Duplicates' };

const say = defineMessages({
  'duplicates.no-vector': {
    en: '{count} of {total} {total|picture|pictures} {count|has|have} no vector at *Vectors*, so {count|it is|they are} compared by {count|its file|their files} only. Connect vectors of the same pictures.',
    zh: '{total} 张图片中有 {count} 张在 *向量* 处没有对应的向量，只按文件比较。请连接同一批图片的向量。',
  },
  'duplicates.unread': {
    en: '{count} of {total} {total|picture|pictures} could not be read and {count|counts|count} as no duplicate.',
    zh: '{total} 张图片中有 {count} 张无法读取，不算作重复。',
  },
});

/** Turns each picture into 64 numbers that copies in other sizes and formats share. */
const HASH = 'builtin/perceptual-hash';
/** The cosine of two hashes is 1 - 2 (differing bits) / 64. */
const BITS = 64;
/** Neighbours to look at first; of pictures with as many near ones, more are looked at. */
const FIRST_LOOK = 16;
/** Cosines in float64 are exact to this. */
const EXACT = 1e-12;

const columns: Table['columns'] = [
  { key: 'group', title: 'Group', type: 'text' },
  { key: 'picture', title: 'Picture', type: 'text' },
  { key: 'keep', title: 'Keep', type: 'boolean' },
  { key: 'reason', title: 'Reason', type: 'text' },
  { key: 'score', title: 'Score', type: 'number' },
  { key: 'width', title: 'Width', type: 'number' },
  { key: 'height', title: 'Height', type: 'number' },
  { key: 'bytes', title: 'Bytes', type: 'number' },
  { key: 'sharpness', title: 'Sharpness', type: 'number' },
];

/** What is known of the pixels of a picture. */
interface Measured {
  readonly width: number;
  readonly height: number;
  readonly sharpness: number;
  /** sha256 of its pixels and size. */
  readonly digest: string;
}

const UNKNOWN: Measured = { width: 0, height: 0, sharpness: 0, digest: '' };

/** Reads pixels once for each picture, when they are asked for. */
class Pixels {
  readonly #items: readonly ImageItem[];
  readonly #ctx: NodeContext;
  readonly #known = new Map<number, Measured>();
  readonly skipped: Skipped[] = [];

  constructor(items: readonly ImageItem[], ctx: NodeContext) {
    this.#items = items;
    this.#ctx = ctx;
  }

  of(row: number): Measured {
    return this.#known.get(row) ?? UNKNOWN;
  }

  async read(rows: readonly number[], onProgress: (done: number, total: number) => void): Promise<void> {
    const wanted = rows.filter((row) => !this.#known.has(row));
    // An item can be listed twice; each row has its own copy, so that the batches tell them apart.
    const items = wanted.map((row) => ({ ...this.#items[row]! }));
    const rowOf = new Map(items.map((item, at) => [item, wanted[at]!]));
    const { images, signal } = this.#ctx;
    const pixels = { kind: 'pixels', items, skipped: [], spec: { exif: true, steps: [] } } as const;
    const onSkip = (skipped: Skipped) => this.skipped.push(skipped);
    let done = 0;
    for await (const { tensor, items: read } of images.batches(pixels, { batchSize: 1, signal, onSkip })) {
      const [, , height = 0, width = 0] = tensor.dims;
      const { data } = await tensor.toHost();
      const row = rowOf.get(read[0]!);
      if (row !== undefined)
        this.#known.set(row, {
          width,
          height,
          sharpness: sharpnessOf(data, width, height),
          digest: `${width}x${height} ${await digestOf(data)}`,
        });
      onProgress(++done, wanted.length);
    }
  }
}

async function digestOf(data: Float32Array): Promise<string> {
  // Levels are whole numbers from 0 to 255.
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(data));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Vectors of some of the pictures: `rows[i]` is the picture of vector i. */
interface Vectors {
  readonly tensor: F32;
  readonly rows: readonly number[];
  readonly space: Space;
}

/** The vectors of the pictures that have one, by file; the first one of a file counts. */
function vectorsOf(items: readonly ImageItem[], { items: given, tensor, space }: Embeddings) {
  const places = new Map<string, number>();
  for (const [at, item] of given.entries()) if (!places.has(itemKey(item))) places.set(itemKey(item), at);
  const found = items.flatMap((item, row) => {
    const place = places.get(itemKey(item));
    return place === undefined ? [] : [{ row, place }];
  });
  return { tensor, space, rows: found.map(({ row }) => row), places: found.map(({ place }) => place) };
}

/**
 * Joins pictures whose cosine reaches the threshold. It looks at a few neighbours of each first. Pictures that have more near ones are
 * compared with those outside their set until none of these is near, so no pair is missed and the pairs are never held.
 */
async function joinNear(
  { tensor, rows }: Vectors,
  threshold: number,
  sets: DisjointSets,
  { explore, ops, signal }: NodeContext,
  onProgress: (done: number, total?: number) => void,
): Promise<void> {
  const isNear = (distance: number | undefined) =>
    distance !== undefined && 1 - distance >= threshold - EXACT;
  const first = await explore.nearest(tensor, { k: FIRST_LOOK, metric: 'cosine', signal, onProgress });
  const full: number[] = [];
  for (const own of rows.keys()) {
    let count = 0;
    for (; count < first.k && isNear(first.distances[own * first.k + count]); count++)
      sets.join(rows[own]!, rows[first.indices[own * first.k + count]!]!);
    if (count === first.k && first.k < rows.length - 1) full.push(own);
  }
  const open = new Set(full.map((own) => sets.find(rows[own]!)));
  for (const set of open) {
    if (sets.find(set) !== set) continue;
    const own = full.filter((at) => sets.find(rows[at]!) === set);
    const others = [...rows.keys()].filter((at) => sets.find(rows[at]!) !== set);
    if (own.length === 0 || others.length === 0) continue;
    const among = await ops.gather(tensor, others);
    const near = await explore.nearest(await ops.gather(tensor, own), {
      k: 1,
      metric: 'cosine',
      among,
      signal,
    });
    for (const [i, at] of own.entries())
      if (isNear(near.distances[i])) sets.join(rows[at]!, rows[others[near.indices[i]!]!]!);
    const joined = sets.find(set);
    // A set that grew is looked at again; a set visited before may have grown too.
    if (others.some((at) => sets.find(rows[at]!) === joined)) {
      open.delete(joined);
      open.add(joined);
    }
  }
}

export default defineNode({
  title: NODE.title,
  description:
    'Finds groups of pictures that are the same or nearly the same, and the best one of each group. It deletes nothing: use the outputs to look at the groups, and to save or move pictures.',
  keywords: [
    'duplicate',
    'copies',
    'same',
    'near',
    'similar',
    'dedupe',
    'clean up',
    'perceptual hash',
    'phash',
    'keep best',
    'groups',
  ],
  inputs: {
    images: port.images({ help: 'The pictures to search for duplicates.' }),
    embeddings: port.embeddings({
      title: 'Vectors',
      required: false,
      help: 'Vectors of the same pictures. Without them, nearly equal pictures are found by their coarse structure (perceptual hash).',
    }),
  },
  params: {
    how: param.choice({
      default: 'near',
      title: 'What counts',
      choices: {
        bytes: 'The same file',
        pixels: 'The same pixels',
        near: 'Nearly the same',
      },
      help: 'Each includes those before it. The same pixels: also in other formats without loss. Nearly the same: also in other sizes, formats and versions.',
    }),
    bits: param.integer({
      default: 4,
      min: 0,
      max: 32,
      title: 'Different bits',
      help: 'Without vectors: how many of the 64 bits of the perceptual hash may differ in pictures that are nearly the same.',
      when: { param: 'how', is: ['near'] },
    }),
    threshold: param.number({
      default: 0.95,
      min: 0,
      max: 1,
      step: 0.01,
      title: 'How similar',
      help: 'With vectors: the lowest cosine of pictures that are nearly the same. Encoders differ; look at the groups before you remove anything.',
      when: { param: 'how', is: ['near'] },
    }),
    keep: param.choice({
      default: 'largest',
      title: 'Best picture',
      choices: { largest: 'Most pixels', sharpest: 'Sharpest', first: 'First of the list' },
      help: 'The picture of each group to keep. Of equal ones: the larger file, then the sharper one, then the first.',
    }),
  },
  outputs: {
    matches: port.matches({
      title: 'Groups',
      help: 'The best picture of each group and its duplicates with their scores, the largest group first.',
    }),
    keep: port.images({ help: 'The best picture of each group, and all pictures without duplicates.' }),
    remove: port.images({ help: 'The duplicates: all other pictures of the groups.' }),
    labels: port.labels({
      title: 'Group of each picture',
      help: 'The group of each picture; none for a picture without duplicates.',
    }),
    table: port.table({
      help: 'Every picture of every group: whether to keep it, why it is there, and its size.',
    }),
  },
  resource: 'device',
  infer: ({ inputs }) => ({
    matches: { type: 'matches' },
    keep: { type: 'images' },
    remove: { type: 'images' },
    labels: { type: 'labels', count: knownOf(inputs, 'images').count },
    table: { type: 'table', dims: columns.length },
  }),
  run: async ({ inputs: { images, embeddings }, params: { how, bits: most, threshold, keep }, ctx }) => {
    const { items } = images;
    const part = (from: number, to: number) => (done: number, total?: number) =>
      ctx.progress(from + ((to - from) * done) / Math.max(1, total ?? done), 100);
    const sets = new DisjointSets(items.length);
    const reasons = new Map<number, string>();
    const pixels = new Pixels(items, ctx);

    const hashes = await ctx.images.hashes(items, { signal: ctx.signal });
    const files = new Map<string, number[]>();
    for (const [row, hash] of hashes.entries()) {
      if (hash === undefined) continue;
      const same = files.get(hash);
      if (same) same.push(row);
      else files.set(hash, [row]);
    }
    for (const [first = 0, ...others] of files.values()) for (const row of others) sets.join(first, row);
    const unread = hashes.filter((hash) => hash === undefined).length;
    if (unread > 0) ctx.warn(say('duplicates.unread', { count: unread, total: items.length }));
    part(0, 10)(1, 1);

    // Of equal files, one speaks for all.
    const different = [...files.values()].map(([row = 0]) => row);
    let vectors: Vectors | undefined;
    if (how !== 'bytes' && different.length > 0) {
      const hashed = await hashVectors(items, different, ctx, part(10, 50));
      const alike = new Map<string, number[]>();
      const { data } = await hashed.tensor.toHost();
      const width = hashed.tensor.dims[1] ?? 0;
      const structured: number[] = [];
      for (const [at, row] of hashed.rows.entries()) {
        const bits = data.subarray(at * width, (at + 1) * width);
        const key = bits.join();
        const same = alike.get(key);
        if (same) same.push(row);
        else alike.set(key, [row]);
        // Pictures of one colour have no structure: all of them would be the same.
        if (bits.some((bit) => bit > 0)) structured.push(at);
      }
      const candidates = [...alike.values()].filter(({ length }) => length > 1).flat();
      await pixels.read(candidates, part(50, 60));
      const firsts = new Map<string, number>();
      for (const row of candidates) {
        const { digest } = pixels.of(row);
        const first = firsts.get(digest);
        if (first !== undefined && digest !== '') sets.join(first, row);
        else firsts.set(digest, row);
      }
      if (how === 'near') {
        vectors = embeddings
          ? await givenVectors(items, embeddings, different, ctx)
          : {
              ...hashed,
              rows: structured.map((at) => hashed.rows[at]!),
              tensor: await ctx.ops.gather(hashed.tensor, structured),
            };
        await joinNear(vectors, embeddings ? threshold : 1 - (2 * most) / BITS, sets, ctx, part(60, 80));
      }
    }

    const groups = sets.groups().sort((a, b) => b.length - a.length);
    await pixels.read(groups.flat(), part(80, 100));
    const byBest = (a: number, b: number) => {
      const [one, other] = [pixels.of(a), pixels.of(b)];
      const [bytes, sharp] = [items[b]!.source.size - items[a]!.source.size, other.sharpness - one.sharpness];
      const size = other.width * other.height - one.width * one.height;
      if (keep === 'first') return a - b;
      return keep === 'sharpest' ? sharp || size || bytes || a - b : size || bytes || sharp || a - b;
    };
    const cosine = vectors ? await cosinesOf(vectors) : () => 0;
    const spokesman = new Map([...files.values()].flatMap((rows) => rows.map((row) => [row, rows[0]!])));
    const ranked = groups.map((group) => {
      const [best = 0, ...others] = group.toSorted(byBest);
      const scored = others.map((row) => {
        const isFile = hashes[row] === hashes[best];
        const isPixels = pixels.of(row).digest === pixels.of(best).digest && pixels.of(row).digest !== '';
        reasons.set(row, isFile ? 'same file' : isPixels ? 'same pixels' : 'nearly the same');
        const score = isFile || isPixels ? 1 : cosine(spokesman.get(row) ?? row, spokesman.get(best) ?? best);
        return { row, score };
      });
      return { best, others: scored.sort((a, b) => b.score - a.score || a.row - b.row) };
    });

    const name = (group: number) => `Group ${group + 1}`;
    const labels: (string | null)[] = items.map(() => null);
    const scores = items.map(() => 0);
    const removed = new Set<number>();
    for (const [group, { best, others }] of ranked.entries()) {
      labels[best] = name(group);
      scores[best] = 1;
      for (const { row, score } of others) {
        labels[row] = name(group);
        scores[row] = score;
        removed.add(row);
      }
    }
    const skipped = [...images.skipped, ...(embeddings?.skipped ?? []), ...pixels.skipped];
    const line = (group: number, row: number, score: number, isBest: boolean) => {
      const { width, height, sharpness } = pixels.of(row);
      return [
        name(group),
        itemTitle(items[row]!),
        isBest,
        isBest ? 'best' : reasons.get(row)!,
        score,
        width,
        height,
        items[row]!.source.size,
        sharpness,
      ];
    };
    return {
      matches: {
        kind: 'matches',
        metric: 'cosine',
        results: ranked.map(({ best, others }) => ({
          query: items[best]!,
          results: others.map(({ row, score }): Match => ({ item: items[row]!, index: row, score })),
        })),
        skipped,
        ...(vectors && { space: vectors.space }),
      },
      keep: { kind: 'images', items: items.filter((_, row) => !removed.has(row)), skipped },
      remove: { kind: 'images', items: items.filter((_, row) => removed.has(row)), skipped },
      labels: { kind: 'labels', items, labels, scores },
      table: {
        kind: 'table',
        columns,
        items: ranked.flatMap(({ best, others }) => [items[best]!, ...others.map(({ row }) => items[row]!)]),
        rows: ranked.flatMap(({ best, others }, group) => [
          line(group, best, 1, true),
          ...others.map(({ row, score }) => line(group, row, score, false)),
        ]),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '重复图片',
      description:
        '找出相同或几乎相同的图片组，以及每组中最好的一张。它不会删除任何东西：请用各输出查看分组，并保存或移动图片。',
      inputs: {
        images: { title: '图片', help: '要在其中寻找重复的图片。' },
        embeddings: {
          title: '向量',
          help: '同一批图片的向量。没有连接时，按图片的大致结构（感知哈希）寻找几乎相同的图片。',
        },
      },
      params: {
        how: {
          title: '什么算重复',
          help: '每一项都包含前面的各项。像素相同：也包括其他无损格式。几乎相同：也包括其他尺寸、格式和版本。',
          choices: { bytes: '文件相同', pixels: '像素相同', near: '几乎相同' },
        },
        bits: {
          title: '不同的位数',
          help: '没有向量时：几乎相同的图片，其感知哈希的 64 位中允许有多少位不同。',
        },
        threshold: {
          title: '相似程度',
          help: '有向量时：几乎相同的图片的最低余弦相似度。编码器各不相同；移除之前请先查看分组。',
        },
        keep: {
          title: '最好的图片',
          help: '每组保留哪张图片。相同时：文件较大的，其次较清晰的，再次靠前的。',
          choices: { largest: '像素最多', sharpest: '最清晰', first: '列表中的第一张' },
        },
      },
      outputs: {
        matches: { title: '分组', help: '每组最好的图片及其重复图片和得分，最大的组在前。' },
        keep: { title: '保留', help: '每组最好的图片，以及所有没有重复的图片。' },
        remove: { title: '移除', help: '重复的图片：各组中其余的全部图片。' },
        labels: { title: '每张图片的组', help: '每张图片所属的组；没有重复的图片不属于任何组。' },
        table: { title: '表格', help: '每组的每张图片：是否保留、为何在此，以及它的大小。' },
      },
    },
  },
});

/** The perceptual hashes of some pictures. */
async function hashVectors(
  items: readonly ImageItem[],
  rows: readonly number[],
  ctx: NodeContext,
  onProgress: (done: number, total?: number) => void,
): Promise<Vectors> {
  const encoder = await ctx.encoders.open(HASH);
  const asked = rows.map((row) => items[row]!);
  const source = { kind: 'images', items: asked, skipped: [] } as const;
  const options = { layer: 'embedding', batchSize: 32, signal: ctx.signal, onProgress, onWarn: ctx.warn };
  const { tensor, items: read, space } = await ctx.encoders.encodeImages(encoder, source, options);
  // Pictures that cannot be read are left out; the others keep their order.
  let at = 0;
  const found = read.map((item) => {
    const key = itemKey(item);
    while (itemKey(asked[at]!) !== key) at++;
    return rows[at++]!;
  });
  return { tensor, rows: found, space };
}

/** The given vectors of the pictures, one for each different file. */
async function givenVectors(
  items: readonly ImageItem[],
  embeddings: Embeddings,
  different: readonly number[],
  ctx: NodeContext,
): Promise<Vectors> {
  await requireFinite(NODE, embeddings, ctx.ops);
  const { rows, places, tensor, space } = vectorsOf(items, embeddings);
  if (rows.length < items.length)
    ctx.warn(say('duplicates.no-vector', { count: items.length - rows.length, total: items.length }));
  const first = new Set(different);
  const kept = [...rows.keys()].filter((at) => first.has(rows[at]!));
  return {
    rows: kept.map((at) => rows[at]!),
    tensor: await ctx.ops.gather(
      tensor,
      kept.map((at) => places[at]!),
    ),
    space,
  };
}

/** The cosine of two pictures, in float64; 0 without vectors. */
async function cosinesOf({ tensor, rows }: Vectors): Promise<(one: number, other: number) => number> {
  const { data } = await tensor.toHost();
  const width = tensor.dims[1] ?? 0;
  const places = new Map(rows.map((row, at) => [row, at]));
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += data[a * width + d]! * data[b * width + d]!;
    return sum;
  };
  return (one, other) => {
    const [a, b] = [places.get(one), places.get(other)];
    if (a === undefined || b === undefined) return 0;
    const squares = dot(a, a) * dot(b, b);
    return squares === 0 ? 0 : Math.min(1, Math.max(-1, dot(a, b) / Math.sqrt(squares)));
  };
}
