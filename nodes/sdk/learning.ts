import type { ClassifierService, LogisticFit, LogisticPoint, NodeContext } from './context.ts';
import { PatchbayError } from './errors.ts';
import { requireFinite, rowsOfZeros } from './finite.ts';
import type { ReportedProblem } from './infer.ts';
import { itemTitle } from './items.ts';
import { defineMessages, type Message } from './messages.ts';
import type { Ops } from './ops.ts';
import { labelPrototypes } from './prototypes.ts';
import type { NodeName } from './space.ts';
import { splitByLabel } from './split.ts';
import type { F32 } from './tensor.ts';
import type { Classifier, Embeddings, Item, Learned, TextItem } from './values.ts';
import { nodeTitle } from './words.ts';
import type { WorkOptions } from './work.ts';

const say = defineMessages({
  'learning.too-few': {
    en: '{node} needs pictures of at least two categories, but there {count|is|are} only {count} {count|picture|pictures}. Load more pictures.',
    zh: '{node} 至少需要两个类别的图片，但只有 {count} 张图片。请加载更多图片。',
  },
  'learning.no-labels': {
    en: 'None of the {count} pictures has a category, so {node} has nothing to learn. Put the pictures of each category into a subfolder and turn on *Categories from subfolders*. Or sort them here: open *Category sets*, create one, and press *Teach it* there.',
    zh: '{count} 张图片都没有类别，{node} 无从学习。请把每个类别的图片放进一个子文件夹，并打开 *子文件夹作为类别*。也可以在这里分类：打开 *类别集*，新建一个，然后在其中按 *教它*。',
  },
  'learning.one-category': {
    en: 'All pictures are of the category "{label}", so {node} has nothing to tell apart. Add pictures of at least one more category.',
    zh: '所有图片都属于类别“{label}”，{node} 没有可区分的内容。请至少再添加一个类别的图片。',
  },
  'learning.zeros': {
    en: '{count} of {total} vectors {count|consists|consist} of zeros only, such as that of {item}. {count|It says|They say} nothing about {count|its picture|their pictures}, but {count|is|are} learned from like the others. Leave {count|it|them} out, or encode again.',
    zh: '{total} 个向量中有 {count} 个全为零，例如 {item} 的向量。它们不含图片的任何信息，但仍与其他向量一样用于学习。请去掉这些图片，或重新编码。',
  },
  'learning.unlabelled': {
    en: '{count} of {total} pictures {count|has|have} no category and {count|is|are} left out.',
    zh: '{total} 张图片中有 {count} 张没有类别，未使用。',
  },
  'learning.single': {
    en: '{count|The category|The categories} {names:and} {count|has|have} only one picture, which says little. Add more pictures.',
    zh: '类别 {names:and} 只有一张图片，所含信息很少。请添加更多图片。',
  },
  'learning.more': { en: '{count} more', zh: '另外 {count} 个' },
  'learning.nothing-held-out': {
    en: 'No picture could be held out, because each category keeps at least one picture to learn from. Add more pictures.',
    zh: '没有图片可以留出，因为每个类别至少要留一张图片用于学习。请添加更多图片。',
  },
  'learning.not-converged': {
    en: 'The training stopped after {steps} {steps|step|steps} before it was exact. The classifier can be used; raise *Most steps* for an exact one.',
    zh: '训练在 {steps} 步后停止，尚未达到精确值。分类器可以使用；如需精确结果，请调高 *最多步数*。',
  },
});

/** Templates of messages about learning from pictures with categories. */
export const LEARNING_TEMPLATES = say.templates;

/** How many names a warning lists. */
const NAMED = 5;

/** Vectors with categories, divided into those to learn from and those to judge with. */
export interface LearningSet {
  /** M x D: the vectors of the items that have a category. */
  readonly vectors: F32;
  readonly items: readonly Item[];
  /** C names, in the order of their characters. */
  readonly categories: readonly string[];
  /** The position of each item's category. */
  readonly targets: readonly number[];
  /** Rows to learn from. */
  readonly training: readonly number[];
  /** Rows to judge with; none of them is in `training`. */
  readonly heldOut: readonly number[];
  readonly space: Embeddings['space'];
}

/** The problem of so few items that they cannot be of two categories; undefined if there are enough, or if it is not known. */
export function tooFewToLearn(node: NodeName, count: number | undefined): ReportedProblem | undefined {
  if (count === undefined || count >= 2) return undefined;
  return {
    ...say('learning.too-few', { node: nodeTitle(node.type, node.title), count }),
    port: 'embeddings',
    expected: 'at least 2',
    got: String(count),
  };
}

const labelOf = ({ label }: Item): string | undefined =>
  label === undefined || label.trim() === '' ? undefined : label;

/**
 * The items with a category, and their division. Every category keeps at least one item to learn from.
 * @param share the share of each category to hold out, below 1
 * @throws PatchbayError `learning.too-few`, `learning.no-labels`, `learning.one-category`, `vectors.not-finite`
 */
export async function learningSet(
  node: NodeName,
  embeddings: Embeddings,
  { share, seed }: { readonly share: number; readonly seed: number },
  { ops, warn }: Pick<NodeContext, 'ops' | 'warn'>,
): Promise<LearningSet> {
  const { items, tensor, space } = embeddings;
  const title = nodeTitle(node.type, node.title);
  const few = tooFewToLearn(node, items.length);
  if (few) throw new PatchbayError(few);
  const rows = [...items.keys()].filter((row) => labelOf(items[row] as Item) !== undefined);
  const port = { port: 'embeddings' };
  if (rows.length === 0)
    throw new PatchbayError({ ...say('learning.no-labels', { count: items.length, node: title }), ...port });
  const known = rows.map((row) => items[row] as Item);
  const names = known.map((item) => labelOf(item) as string);
  const categories = [...new Set(names)].sort();
  if (categories.length === 1)
    throw new PatchbayError({
      ...say('learning.one-category', { label: categories[0] as string, node: title }),
      ...port,
    });
  const places = new Map(categories.map((name, at) => [name, at]));
  const targets = names.map((name) => places.get(name) as number);
  const vectors = rows.length === items.length ? tensor : await ops.gather(tensor, rows);
  await requireFinite(node, { tensor: vectors, items: known }, ops);
  await warnOfZeros(vectors, known, { ops, warn });
  if (rows.length < items.length)
    warn(say('learning.unlabelled', { count: items.length - rows.length, total: items.length }));
  warnOfSingles(categories, targets, warn);
  const set = splitByLabel(names, [1 - share, 0], seed);
  const training = [...set.keys()].filter((row) => set[row] === 0);
  const heldOut = [...set.keys()].filter((row) => set[row] !== 0);
  if (share > 0 && heldOut.length === 0) warn(say('learning.nothing-held-out'));
  return { vectors, items: known, categories, targets, training, heldOut, space };
}

/** Warns of vectors that say nothing, because a faulty model or file gave zeros. */
export async function warnOfZeros(
  vectors: F32,
  items: readonly Item[],
  { ops, warn }: Pick<NodeContext, 'ops' | 'warn'>,
): Promise<void> {
  const zeros = await rowsOfZeros(vectors, ops);
  const [first] = zeros;
  if (first === undefined) return;
  const item = itemTitle(items[first] as Item);
  warn(say('learning.zeros', { count: zeros.length, total: items.length, item }));
}

/** The first names of a list for a warning, and how many more there are. */
export const firstNames = (
  names: readonly string[],
): { count: number; names: readonly (string | Message)[] } => ({
  count: names.length,
  names:
    names.length <= NAMED
      ? names
      : [...names.slice(0, NAMED - 1), say('learning.more', { count: names.length - NAMED + 1 })],
});

function warnOfSingles(categories: readonly string[], targets: readonly number[], warn: NodeContext['warn']) {
  const counts = countsOf(categories, targets);
  const singles = categories.filter((_, at) => counts[at] === 1);
  if (singles.length > 0) warn(say('learning.single', firstNames(singles)));
}

/** How many of the targets are of each category. */
export function countsOf(categories: readonly string[], targets: Iterable<number>): number[] {
  const counts = categories.map(() => 0);
  for (const target of targets) counts[target] = (counts[target] as number) + 1;
  return counts;
}

/** How a probe learns. */
export interface ProbeSettings {
  /** The inverse strength of the penalty, as C in scikit-learn. */
  readonly c: number;
  /** Whether each category counts the same, as `class_weight="balanced"` in scikit-learn. */
  readonly balanced: boolean;
  /** Whether vectors are scaled to length 1 first. */
  readonly unit: boolean;
  /** The most steps. */
  readonly steps: number;
}

/** How prototypes are made. */
export interface PrototypeSettings {
  /** The inverse of the temperature. */
  readonly scale: number;
  /** The text prototypes of some categories, as {@link labelPrototypes} makes them. */
  readonly texts?: { readonly labels: readonly TextItem[]; readonly vectors: F32 };
  /** The share of the text prototype in the mix, from 0 to 1. */
  readonly textShare: number;
}

/** What training needs from a node's context. */
export type LearningContext = Pick<NodeContext, 'ops' | 'signal' | 'training'> & {
  readonly classifiers: Pick<ClassifierService, 'logistic' | 'identify'>;
};

type Unnamed = Omit<Classifier, 'hash' | 'learned' | 'kind'>;

/**
 * Trains a linear probe on the training rows of a set. Call it with other rows to validate across folds. `onPoint` gets how well it
 * fits after each step.
 */
export async function trainProbe(
  set: LearningSet,
  settings: ProbeSettings,
  { ops, signal, classifiers }: LearningContext,
  onPoint?: (point: LogisticPoint) => void,
): Promise<{ readonly classifier: Unnamed; readonly fit: LogisticFit }> {
  const all = settings.unit ? await ops.l2Normalize(set.vectors) : set.vectors;
  const part = async (rows: readonly number[]) => ({
    vectors: rows.length === set.targets.length ? all : await ops.gather(all, rows),
    targets: rows.map((row) => set.targets[row] as number),
  });
  const training = await part(set.training);
  const counts = countsOf(set.categories, training.targets);
  const present = counts.filter((count) => count > 0).length;
  const balance = counts.map((count) => training.targets.length / (present * Math.max(1, count)));
  const options: WorkOptions & { readonly onPoint?: (point: LogisticPoint) => void } = {
    signal,
    ...(onPoint && { onPoint }),
  };
  const fit = await classifiers.logistic(
    {
      ...training,
      categories: set.categories.length,
      c: settings.c,
      steps: settings.steps,
      ...(settings.balanced && { categoryWeights: balance }),
      ...(set.heldOut.length > 0 && { heldOut: await part(set.heldOut) }),
    },
    options,
  );
  return {
    classifier: {
      method: 'linear-probe',
      categories: set.categories,
      weights: fit.weights,
      bias: fit.bias,
      scale: 1,
      unit: settings.unit,
      space: set.space,
    },
    fit,
  };
}

/** The warning that a probe is not exact; undefined if it is. A slope this small is as exact as float32 gets. */
export const probeWarning = ({ converged, slope, steps }: LogisticFit): Message | undefined =>
  converged || slope < 1e-5 ? undefined : say('learning.not-converged', { steps });

/**
 * Makes prototypes of the training rows of a set: the mean of the unit vectors of each category, mixed with the text prototype of the
 * same category where there is one. A category without rows has its text prototype alone; without either, its prototype is zero.
 */
export async function trainPrototypes(
  set: LearningSet,
  { scale, texts, textShare }: PrototypeSettings,
  { ops }: Pick<LearningContext, 'ops'>,
): Promise<{ readonly classifier: Unnamed }> {
  const items = set.training.map(
    (row): TextItem => ({
      kind: 'text',
      text: '',
      label: set.categories[set.targets[row] as number] as string,
    }),
  );
  const whole = set.training.length === set.targets.length;
  const tensor = whole ? set.vectors : await ops.gather(set.vectors, set.training);
  const own = await labelPrototypes({ items, tensor }, ops);
  const dims = set.vectors.dims[1] ?? 0;
  const weights = await mixed(set.categories, dims, textShare, own, texts, ops);
  const zeros = { dtype: 'float32', dims: [set.categories.length] } as const;
  return {
    classifier: {
      method: 'prototypes',
      categories: set.categories,
      weights,
      bias: ops.tensor({ ...zeros, data: new Float32Array(set.categories.length) }),
      scale,
      unit: true,
      space: set.space,
    },
  };
}

type Prototypes = NonNullable<PrototypeSettings['texts']>;

/** Prototypes in the order of the categories: unit means of pictures and texts, added by their shares and normalised. */
async function mixed(
  categories: readonly string[],
  dims: number,
  textShare: number,
  pictures: Prototypes,
  texts: Prototypes | undefined,
  ops: Ops,
): Promise<F32> {
  const placesOf = ({ labels }: Prototypes) => new Map(labels.map(({ label }, at) => [label, at]));
  const [own, other] = [placesOf(pictures), texts ? placesOf(texts) : new Map<string, number>()];
  const width = pictures.labels.length + (texts?.labels.length ?? 0);
  const data = new Float32Array(categories.length * width);
  for (const [row, category] of categories.entries()) {
    const [picture, text] = [own.get(category), other.get(category)];
    const share = text === undefined ? 0 : picture === undefined ? 1 : textShare;
    if (picture !== undefined) data[row * width + picture] = 1 - share;
    if (text !== undefined) data[row * width + pictures.labels.length + text] = share;
  }
  const all = texts ? await ops.concat([pictures.vectors, texts.vectors], 0) : pictures.vectors;
  const mixing = ops.tensor({ dtype: 'float32', dims: [categories.length, width], data });
  if (dims === 0) return all;
  return ops.l2Normalize(await ops.matmul(mixing, all));
}

/** The probabilities of each vector, N x C: softmax(scale * weights x + bias). */
export async function probabilitiesOf(
  { weights, bias, scale, unit }: Pick<Classifier, 'weights' | 'bias' | 'scale' | 'unit'>,
  vectors: F32,
  ops: Ops,
): Promise<F32> {
  const given = unit ? await ops.l2Normalize(vectors) : vectors;
  const products = await ops.matmul(given, weights, { transposeB: true });
  const scaled = scale === 1 ? products : await ops.scale(products, scale);
  return ops.softmax(await ops.add(scaled, bias));
}

/** How well probabilities fit categories: the share that is right, and the mean of -log(probability of the category). */
export interface Fit {
  readonly count: number;
  readonly accuracy: number;
  readonly loss: number;
}

/** How well a classifier fits some rows of a set; undefined without rows. */
export async function fitOf(
  classifier: Pick<Classifier, 'weights' | 'bias' | 'scale' | 'unit' | 'categories'>,
  set: LearningSet,
  rows: readonly number[],
  ops: Ops,
): Promise<Fit | undefined> {
  if (rows.length === 0) return undefined;
  const vectors = rows.length === set.targets.length ? set.vectors : await ops.gather(set.vectors, rows);
  const { data } = await (await probabilitiesOf(classifier, vectors, ops)).toHost();
  const columns = classifier.categories.length;
  let [right, loss] = [0, 0];
  for (const [at, row] of rows.entries()) {
    const own = data.subarray(at * columns, (at + 1) * columns);
    const target = own[set.targets[row] as number] as number;
    if (own.indexOf(Math.max(...own)) === set.targets[row]) right++;
    loss -= Math.log(Math.max(target, Number.MIN_VALUE));
  }
  return { count: rows.length, accuracy: right / rows.length, loss: loss / rows.length };
}

/** A trained classifier with its hash and what it learned from, and numbers about it. */
export async function finishTraining(
  unnamed: Unnamed,
  set: LearningSet,
  params: Learned['params'],
  { ops, classifiers }: LearningContext,
): Promise<{ readonly classifier: Classifier; readonly values: Readonly<Record<string, number>> }> {
  const training = await fitOf(unnamed, set, set.training, ops);
  const heldOut = await fitOf(unnamed, set, set.heldOut, ops);
  const counts = countsOf(
    set.categories,
    set.training.map((row) => set.targets[row] as number),
  );
  const classifier = await classifiers.identify({
    kind: 'classifier',
    ...unnamed,
    learned: {
      counts,
      ...(heldOut && { heldOut: { count: heldOut.count, accuracy: heldOut.accuracy } }),
      params,
    },
  });
  return {
    classifier,
    values: {
      categories: set.categories.length,
      ...(training && {
        'training pictures': training.count,
        'training accuracy': training.accuracy,
        'training loss': training.loss,
      }),
      ...(heldOut && {
        'held-out pictures': heldOut.count,
        'held-out accuracy': heldOut.accuracy,
        'held-out loss': heldOut.loss,
      }),
    },
  };
}
