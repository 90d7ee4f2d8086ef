import type { ViewItem } from '../../../server/contract/view.ts';
import type { Picked } from './selection.ts';

/**
 * Everything that a view shows, page by page, as the lightbox leafs through it. A page shows one picture or text, or two of them
 * side by side. Pages are made when they are asked for, because a matrix has millions.
 */
export interface Pages {
  readonly count: number;
  /** The items of a page. The last one is what the page is about. */
  items(at: number): readonly ViewItem[];
  caption?(at: number): string;
  score?(at: number): number;
  /** All pictures, if going through the pages would take too long. */
  pictures?(): readonly ViewItem[];
}

/** No pages. */
export const NO_PAGES: Pages = { count: 0, items: () => [] };

/** One page for each item. */
export const pagesOf = (items: readonly ViewItem[], caption?: (at: number) => string): Pages => ({
  count: items.length,
  items: (at) => items.slice(at, at + 1),
  ...(caption && { caption }),
});

/** What a page is about. */
export function subjectOf(pages: Pages, at: number): Picked | undefined {
  const item = pages.items(at).at(-1);
  return item && { item, score: pages.score?.(at) };
}

/** The subjects of pages, both ends included. */
export function subjectsOf(pages: Pages, from = 0, to = pages.count - 1): Picked[] {
  const found: Picked[] = [];
  for (let at = Math.max(0, Math.min(from, to)); at <= Math.min(pages.count - 1, Math.max(from, to)); at++) {
    const subject = subjectOf(pages, at);
    if (subject?.item.isPicture) found.push(subject);
  }
  return found;
}

/** All pictures of a view, in order. */
export const allPictures = (pages: Pages): Picked[] =>
  pages.pictures ? pages.pictures().map((item) => ({ item })) : subjectsOf(pages);
