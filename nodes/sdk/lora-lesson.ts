import type { NodeContext } from './context.ts';
import { PatchbayError } from './errors.ts';
import { rowsNotFinite } from './finite.ts';
import type { ReportedProblem } from './infer.ts';
import { itemTitle } from './items.ts';
import {
  countsOf,
  firstNames,
  type LearningSet,
  learningSet,
  tooFewToLearn,
  warnOfZeros,
} from './learning.ts';
import { defineMessages } from './messages.ts';
import { adaptedSpace, type ProjectionBase } from './projection.ts';
import { labelPrototypes } from './prototypes.ts';
import { type NodeName, requireSameSpace } from './space.ts';
import { splitByLabel } from './split.ts';
import type { F32 } from './tensor.ts';
import type { LoraLoss, TrainingPair } from './training.ts';
import { truthOf } from './truth.ts';
import type { Cell, Embeddings, EncoderRef, Item, Labels, Table, TextItem } from './values.ts';

const say = defineMessages({
  'train-lora.no-company': {
    en: 'Each category has only one picture to learn from. This loss compares pictures of one category with each other. Add more pictures, or choose the loss "Categories".',
    zh: '每个类别只有一张可学习的图片。这种损失要把同一类别的图片互相比较。请添加图片，或选择损失“类别”。',
  },
  'train-lora.not-finite': {
    en: '{count} of {total} vectors {count|contains|contain} numbers that are not finite, such as that of {item}. {count|It is|They are} not learned from. Encode with a more exact precision to keep {count|it|them}.',
    zh: '{total} 个向量中有 {count} 个含有非有限的数值，例如 {item} 的向量，不用于学习。如要使用，请以更高的精度重新编码。',
  },
  'train-lora.none-finite': {
    en: 'All vectors contain numbers that are not finite, because the model overflowed. Choose a more exact precision in *Load encoder*.',
    zh: '所有向量都含有非有限的数值，因为模型溢出了。请在 *加载编码器* 中选择更高的精度。',
  },
  'train-lora.no-text': {
    en: 'There is no text for {count|the category|the categories} {names:and}, so {pictures} {pictures|picture is|pictures are} not learned from. Add {count|it|them} to the texts at *Categories*.',
    zh: '类别 {names:and} 没有文本，因此 {pictures} 张图片不用于学习。请在 *类别* 的文本中加入。',
  },
  'train-lora.no-text-at-all': {
    en: 'The texts at *Categories* name none of the categories of the pictures, such as {picture}; the texts name {text}. Use the same names.',
    zh: '*类别* 中的文本没有提到图片的任何类别，例如 {picture}；文本中是 {text}。请使用相同的名称。',
  },
  'train-lora.no-picture': {
    en: 'There is no picture of {count|the category|the categories} {names:and}. {count|It counts|They count} only as another answer.',
    zh: '类别 {names:and} 没有图片，只作为其他答案参与。',
  },
  'train-lora.no-scale': {
    en: '{model} does not say a trained scale for softmax, so *Scale* counts.',
    zh: '{model} 没有给出训练后的 softmax 缩放值，因此使用 *缩放系数*。',
  },
  'train-lora.no-pairs': {
    en: '*LoRA training* learns from pairs here, but nothing is connected to *Pairs*. Connect a table with the names of two pictures in each row, or choose another loss.',
    zh: '*LoRA 训练* 在此从图片对学习，但 *图片对* 没有连接。请连接每行含两张图片名称的表格，或选择其他损失。',
  },
  'train-lora.pairs-columns': {
    en: 'The table of pairs needs three columns: two names of pictures, and whether they belong together (yes or no). It has {count}.',
    zh: '图片对表格需要三列：两张图片的名称，以及它们是否属于一起（是或否）。现有 {count} 列。',
  },
  'train-lora.pairs-unknown': {
    en: '{count} of {total} pairs {count|names a picture|name pictures} that {count|is|are} not among the vectors, such as {name}, and {count|is|are} left out.',
    zh: '{total} 对中有 {count} 对提到的图片不在向量中，例如 {name}，已略去。',
  },
  'train-lora.pairs-none': {
    en: 'None of the {total} pairs names two pictures of the vectors, such as {name}. Use their file names, or their paths in the folder.',
    zh: '{total} 对中没有一对提到两张在向量中的图片，例如 {name}。请使用文件名或在文件夹中的路径。',
  },
});

/** Templates of messages about what a LoRA learns from. */
export const LORA_TEMPLATES = say.templates;

/** What a LoRA learns from, and how it judges what it has learned. */
export interface LoraLesson {
  /** N x in. */
  readonly features: F32;
  readonly categories: readonly string[];
  /** The position of each row's category; -1 with pairs. */
  readonly targets: readonly number[];
  /** Rows to learn from; with pairs the places in the list of pairs. */
  readonly training: readonly number[];
  /** Rows (or pairs) to judge with. */
  readonly heldOut: readonly number[];
  /** How many rows to learn from are of each category; none with pairs. */
  readonly counts: readonly number[];
  readonly loss: LoraLoss;
}

/** What is given to learn from. */
export interface LoraLessonInputs {
  readonly embeddings: Embeddings;
  readonly labels?: Labels | undefined;
  readonly categories?: Embeddings | undefined;
  readonly encoder?: EncoderRef | undefined;
  readonly pairs?: Table | undefined;
}

/** How to learn from it. */
export interface LoraLessonSettings {
  readonly loss: 'categories' | 'contrastive' | 'triplet' | 'pairs';
  readonly base: ProjectionBase;
  /** Percent of each category. */
  readonly heldOut: number;
  readonly seed: number;
  readonly scale: number;
  readonly temperature: number;
  readonly margin: number;
}

/** The problem of learning from pairs without a table of them. */
export const noPairs = (): ReportedProblem => ({ ...say('train-lora.no-pairs'), port: 'pairs' });

/**
 * Divides what is given into what a LoRA learns from and what judges it. Vectors that are not finite, and pictures without a category
 * or without a text where texts are given, are left out with a warning.
 * @param weight out x in: the weight to adapt
 * @throws PatchbayError `train-lora.no-pairs`, `train-lora.none-finite`, `train-lora.pairs-columns`, `train-lora.pairs-none`,
 * `train-lora.no-text-at-all`, `train-lora.no-company`, `space.mismatch`, `space.setup-mismatch`, and those of {@link learningSet}
 */
export async function loraLesson(
  node: NodeName,
  inputs: LoraLessonInputs,
  settings: LoraLessonSettings,
  weight: F32,
  ctx: Context,
): Promise<LoraLesson> {
  const { embeddings, pairs } = inputs;
  if (settings.loss === 'pairs' && !pairs) throw new PatchbayError(noPairs());
  const few = tooFewToLearn(node, embeddings.items.length);
  if (few) throw new PatchbayError(few);
  const finite = await finiteRows(embeddings, ctx);
  if (settings.loss === 'pairs') await warnOfZeros(embeddings.tensor, embeddings.items, ctx);
  return settings.loss === 'pairs' && pairs
    ? ofPairs(embeddings, pairs, finite, settings, ctx)
    : ofCategories(node, inputs, finite, settings, weight, ctx);
}

type Context = Pick<NodeContext, 'ops' | 'warn'>;

function ofPairs(
  { items, tensor }: Embeddings,
  table: Table,
  rows: readonly number[],
  { heldOut, margin, seed }: LoraLessonSettings,
  { warn }: Context,
): LoraLesson {
  const pairs = pairsOf(table, items, rows, warn);
  const sides = splitByLabel(
    pairs.map(({ together }) => String(together)),
    [1 - heldOut / 100, 0],
    seed,
  );
  const places = (wanted: boolean) => [...sides.keys()].filter((at) => (sides[at] === 0) === wanted);
  return {
    features: tensor,
    categories: [],
    targets: items.map(() => -1),
    training: places(true),
    heldOut: places(false),
    counts: [],
    loss: { kind: 'pairs', pairs, margin },
  };
}

async function ofCategories(
  node: NodeName,
  { embeddings, labels: given, categories: named, encoder }: LoraLessonInputs,
  finite: readonly number[],
  settings: LoraLessonSettings,
  weight: F32,
  ctx: Context,
): Promise<LoraLesson> {
  const { items, tensor } = embeddings;
  const { ops, warn } = ctx;
  const labels = truthOf(items, given).map((label) => (label?.trim() === '' ? undefined : label));
  const texts =
    settings.loss === 'categories'
      ? await textsOf(node, named, embeddings, settings.base, weight, ops)
      : undefined;
  const names = texts?.labels.map(({ text }) => text);
  const rows = names ? withTexts(finite, labels, names, warn) : finite;
  const chosen: Embeddings = {
    ...embeddings,
    tensor: rows.length < items.length ? await ops.gather(tensor, rows) : tensor,
    items: rows.map(
      (row): TextItem => ({
        kind: 'text',
        text: itemTitle(items[row] as Item),
        ...(labels[row] !== undefined && { label: labels[row] }),
      }),
    ),
  };
  const set = await learningSet(node, chosen, { share: settings.heldOut / 100, seed: settings.seed }, ctx);
  const { vectors: features, targets, training, heldOut } = set;
  const others = names?.filter((text) => !set.categories.includes(text)) ?? [];
  const categories = [...set.categories, ...others];
  const loss = await lossOf(settings, { set: { ...set, categories }, weight, texts, encoder }, ctx);
  const counts = countsOf(
    categories,
    training.map((row) => targets[row] ?? 0),
  );
  if (loss.kind !== 'cross-entropy' && counts.every((count) => count < 2))
    throw new PatchbayError({ ...say('train-lora.no-company'), port: 'embeddings' });
  return { features, categories, targets, training, heldOut, counts, loss };
}

/** The rows whose numbers are all finite. */
async function finiteRows({ tensor, items }: Embeddings, { ops, warn }: Context): Promise<readonly number[]> {
  const bad = await rowsNotFinite(tensor, ops);
  if (bad.length === items.length)
    throw new PatchbayError({ ...say('train-lora.none-finite'), port: 'embeddings' });
  const first = items[bad[0] ?? -1];
  if (first)
    warn(say('train-lora.not-finite', { count: bad.length, total: items.length, item: itemTitle(first) }));
  const left = new Set(bad);
  return [...items.keys()].filter((row) => !left.has(row));
}

function isTogether(cell: Cell | undefined): boolean {
  if (typeof cell === 'string') return /^(1|y|yes|true|together|same|是|一起|相同)$/i.test(cell.trim());
  return cell === true || (typeof cell === 'number' && cell > 0);
}

/** The pairs of a table, as places of items. @throws PatchbayError `train-lora.pairs-columns`, `train-lora.pairs-none` */
function pairsOf(
  table: Table,
  items: readonly Item[],
  rows: readonly number[],
  warn: NodeContext['warn'],
): TrainingPair[] {
  if (table.columns.length < 3)
    throw new PatchbayError({
      ...say('train-lora.pairs-columns', { count: table.columns.length }),
      port: 'pairs',
    });
  const places = new Map<string, number>();
  for (const row of rows) {
    const item = items[row];
    if (!item) continue;
    // The path in the folder names a picture for sure; its file name does if no other picture has it.
    if (item.kind === 'image' && !places.has(item.name)) places.set(item.name, row);
  }
  for (const row of rows) if (items[row]) places.set(itemTitle(items[row]), row);
  const unknown: string[] = [];
  const pairs = table.rows.flatMap(([first, second, together]): TrainingPair[] => {
    const [left, right] = [places.get(String(first)), places.get(String(second))];
    if (left !== undefined && right !== undefined) return [{ left, right, together: isTogether(together) }];
    unknown.push(String(left === undefined ? first : second));
    return [];
  });
  const name = unknown[0] ?? '';
  if (pairs.length === 0)
    throw new PatchbayError({
      ...say('train-lora.pairs-none', { total: table.rows.length, name }),
      port: 'pairs',
    });
  if (unknown.length > 0)
    warn(say('train-lora.pairs-unknown', { count: unknown.length, total: table.rows.length, name }));
  return pairs;
}

/** The rows whose category has a text, or none of its own. @throws PatchbayError `train-lora.no-text-at-all` */
function withTexts(
  rows: readonly number[],
  labels: readonly (string | undefined)[],
  texts: readonly string[],
  warn: NodeContext['warn'],
): readonly number[] {
  const wanted = new Set(texts);
  const without = rows.filter((row) => labels[row] !== undefined && !wanted.has(labels[row]));
  const names = [...new Set(without.map((row) => labels[row] ?? ''))];
  if (without.length > 0 && !rows.some((row) => wanted.has(labels[row] ?? '')))
    throw new PatchbayError({
      ...say('train-lora.no-text-at-all', { picture: names[0] ?? '', text: texts[0] ?? '' }),
      port: 'categories',
    });
  if (without.length > 0) warn(say('train-lora.no-text', { ...firstNames(names), pictures: without.length }));
  const left = new Set(without);
  const present = new Set(rows.map((row) => labels[row]));
  const empty = texts.filter((text) => !present.has(text));
  if (empty.length > 0) warn(say('train-lora.no-picture', firstNames(empty)));
  return rows.filter((row) => !left.has(row));
}

/** The factor on cosines before the softmax: the model's, if it has a trained one. */
function scaleOf(encoder: EncoderRef | undefined, scale: number, warn: NodeContext['warn']): number {
  if (!encoder) return scale;
  const { probability, title } = encoder;
  if (probability && !probability.untrained) return probability.scale;
  warn(say('train-lora.no-scale', { model: title }));
  return scale;
}

type Texts = Awaited<ReturnType<typeof labelPrototypes>>;

/** The text of each category, if any are given. @throws PatchbayError `space.mismatch`, `space.setup-mismatch` */
async function textsOf(
  node: NodeName,
  texts: Embeddings | undefined,
  { space }: Embeddings,
  base: ProjectionBase,
  { dims: [dims] }: F32,
  ops: NodeContext['ops'],
): Promise<Texts | undefined> {
  if (!texts || texts.items.length === 0) return undefined;
  requireSameSpace(
    node,
    { port: 'embeddings', title: 'Embeddings', space: adaptedSpace(space, base, dims) },
    { port: 'categories', title: 'Categories', space: texts.space },
  );
  return labelPrototypes(texts, ops);
}

/** What the settings choose to learn from pictures with categories. */
async function lossOf(
  settings: LoraLessonSettings,
  given: {
    readonly set: Pick<LearningSet, 'vectors' | 'categories' | 'targets' | 'training'>;
    readonly weight: F32;
    readonly texts: Texts | undefined;
    readonly encoder: EncoderRef | undefined;
  },
  { ops, warn }: Context,
): Promise<LoraLoss> {
  if (settings.loss === 'contrastive')
    return { kind: 'supervised-contrastive', temperature: settings.temperature };
  if (settings.loss === 'triplet') return { kind: 'triplet', margin: settings.margin };
  const scale = scaleOf(given.encoder, settings.scale, warn);
  const { vectors, categories, targets, training } = given.set;
  if (given.texts) {
    const places = new Map(given.texts.labels.map(({ text }, at) => [text, at]));
    const order = categories.map((name) => places.get(name) ?? 0);
    return { kind: 'cross-entropy', prototypes: await ops.gather(given.texts.vectors, order), scale };
  }
  // The means of the pictures to learn from, as the base projects them, in the order of the categories.
  const rows = training.toSorted((a, b) => (targets[a] ?? 0) - (targets[b] ?? 0));
  const tensor = await ops.matmul(await ops.gather(vectors, rows), given.weight, { transposeB: true });
  const items = rows.map(
    (row): TextItem => ({ kind: 'text', text: '', label: categories[targets[row] ?? 0] ?? '' }),
  );
  const means = await labelPrototypes({ items, tensor }, ops);
  return { kind: 'cross-entropy', prototypes: means.vectors, scale };
}
