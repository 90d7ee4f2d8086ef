import { isImage } from './items.ts';
import { param } from './params.ts';
import type { Images, Item, Match, Matches, Skipped, Space } from './values.ts';

/** A position in a list, and how much it is worth to look at. */
export interface Suggestion {
  readonly index: number;
  readonly score: number;
}

/** How many items a node suggests, as a param of nodes whose table has all items. */
export const suggestedCount = param.integer({
  default: 20,
  min: 1,
  max: 100_000,
  title: 'How many',
  help: 'The number of pictures to give. The table has all of them.',
});

/** Chinese texts of {@link suggestedCount}. */
export const suggestedCountZh = { title: '数量', help: '给出多少张图片。表格含有全部图片。' } as const;

/** Suggested items as answers, in their order. */
export const suggestedMatches = (items: readonly Item[], found: readonly Suggestion[]): Match[] =>
  found.map(({ index, score }) => ({ item: items[index] as Item, index, score }));

/** Suggested items as the pictures among them, and as matches under one title. */
export function suggestedValues(
  title: string,
  {
    items,
    skipped,
    space,
  }: { items: readonly Item[]; skipped: readonly Skipped[]; space?: Space | undefined },
  found: readonly Suggestion[],
): { readonly images: Images; readonly matches: Matches } {
  const results = suggestedMatches(items, found);
  return {
    images: { kind: 'images', items: results.map(({ item }) => item).filter(isImage), skipped },
    matches: {
      kind: 'matches',
      metric: 'cosine',
      results: [{ query: { kind: 'text', text: title }, results }],
      skipped,
      ...(space && { space }),
    },
  };
}
