import { isImage } from './items.ts';
import type { Images, Item, Match, Matches, Skipped, Space } from './values.ts';

/** A position in a list, and how much it is worth to look at. */
export interface Suggestion {
  readonly index: number;
  readonly score: number;
}

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
