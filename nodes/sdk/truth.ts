import { PatchbayError } from './errors.ts';
import { itemKey, itemTitle } from './items.ts';
import { defineMessages, type Message } from './messages.ts';
import { port } from './ports.ts';
import type { Item, Labels } from './values.ts';

const say = defineMessages({
  'truth.none': {
    en: 'None of the {count} pictures has a true category, so there is nothing to measure against. Turn on *Categories from subfolders* in *Load folder*, or connect the true categories to *Truth*.',
    zh: '{count} 张图片都没有真实类别，因此无从衡量。请在 *加载文件夹* 中打开 *子文件夹作为类别*，或把真实类别连接到 *真值*。',
  },
  'truth.without': {
    en: '{count} of {total} {total|picture|pictures} {count|has|have} no true category and {count|is|are} not measured.',
    zh: '{total} 张图片中有 {count} 张没有真实类别，未参与衡量。',
  },
  'truth.no-prediction': {
    en: '{count} of {total} {total|picture|pictures} {count|has|have} a true category but no prediction. They count as not found.',
    zh: '{total} 张图片中有 {count} 张有真实类别但没有预测，按未找到计。',
  },
  'truth.no-prediction-left-out': {
    en: '{count} of {total} {total|picture|pictures} {count|has|have} a true category but no prediction. They are left out.',
    zh: '{total} 张图片中有 {count} 张有真实类别但没有预测，已排除。',
  },
});

/** Templates of messages about true categories. */
export const TRUTH_TEMPLATES = say.templates;

/** The input of a node for true categories. */
export const truthPort = port.labels({
  help: 'The true categories, if the pictures do not have them. Each picture is found by its file.',
  required: false,
});

/** The Chinese texts of {@link truthPort}. */
export const truthPortZh = {
  title: '真值',
  help: '真实类别，用于图片本身没有类别时。按文件找到每张图片。',
} as const;

/** What happens to pictures that have a true category but no prediction. */
export type Unpredicted = 'missed' | 'leftOut';

/** Predictions beside true categories. All lists have one entry for each picture that is measured. */
export interface Judged {
  /** The pictures, each with its true category. */
  readonly items: readonly Item[];
  /** Position of each picture in the predictions. */
  readonly places: readonly number[];
  readonly truth: readonly string[];
  /** Null for a picture without prediction, which counts as not found. */
  readonly predicted: readonly (string | null)[];
  /** How many pictures there were. */
  readonly total: number;
  readonly withoutTruth: number;
  readonly withoutPrediction: number;
}

/**
 * The true category of each item: of the same item in `truth`, otherwise its own. In `truth`, the first category of an item counts.
 */
export function truthOf(items: readonly Item[], truth?: Labels): (string | undefined)[] {
  if (!truth) return items.map(({ label }) => label);
  const known = new Map<string, string | null>();
  for (const [at, item] of truth.items.entries()) {
    const key = itemKey(item);
    if (!known.has(key)) known.set(key, truth.labels[at] ?? null);
  }
  return items.map((item) => known.get(itemKey(item)) ?? undefined);
}

/** The category that an item of a gallery stands for: its own, otherwise its name. */
export const categoryOfItem = (item: Item): string => item.label ?? itemTitle(item);

/**
 * Puts predictions beside true categories.
 * @throws PatchbayError `truth.none` if there are pictures, but none has a true category
 */
export function judge(predictions: Labels, truth?: Labels, unpredicted: Unpredicted = 'missed'): Judged {
  const { items } = predictions;
  const known = truthOf(items, truth);
  const places = [...items.keys()].filter((at) => known[at] !== undefined);
  if (items.length > 0 && places.length === 0)
    throw new PatchbayError({ ...say('truth.none', { count: items.length }) });
  const isPredicted = (at: number) => (predictions.labels[at] ?? null) !== null;
  const kept = unpredicted === 'leftOut' ? places.filter(isPredicted) : places;
  return {
    items: kept.map((at) => ({ ...(items[at] as Item), label: known[at] as string })),
    places: kept,
    truth: kept.map((at) => known[at] as string),
    predicted: kept.map((at) => predictions.labels[at] ?? null),
    total: items.length,
    withoutTruth: items.length - places.length,
    withoutPrediction: places.filter((at) => !isPredicted(at)).length,
  };
}

/** Warnings about pictures that have no true category, or no prediction. */
export function judgedWarnings(judged: Judged, unpredicted: Unpredicted = 'missed'): Message[] {
  const { total, withoutTruth, withoutPrediction } = judged;
  return [
    ...(withoutTruth > 0 ? [say('truth.without', { count: withoutTruth, total })] : []),
    ...(withoutPrediction > 0
      ? [
          say(unpredicted === 'missed' ? 'truth.no-prediction' : 'truth.no-prediction-left-out', {
            count: withoutPrediction,
            total,
          }),
        ]
      : []),
  ];
}

/**
 * The true category of each item, as {@link truthOf} finds it, and how many items have none, with a warning about them.
 * @throws PatchbayError `truth.none` if there are items, but none has a true category
 */
export function knownTruth(
  items: readonly Item[],
  truth: Labels | undefined,
  warn: (message: Message) => void,
): { readonly known: readonly (string | undefined)[]; readonly missing: number } {
  const known = truthOf(items, truth);
  requireTruth(known);
  const missing = known.filter((category) => category === undefined).length;
  if (missing > 0) warn(say('truth.without', { count: missing, total: items.length }));
  return { known, missing };
}

/** Stops where no item has a true category. @throws PatchbayError `truth.none` */
export function requireTruth(known: readonly (string | undefined)[]): void {
  if (known.length > 0 && known.every((category) => category === undefined))
    throw new PatchbayError({ ...say('truth.none', { count: known.length }) });
}
