import type { ReadView, ViewItem } from '../../server/contract/view.ts';
import { madeText } from '../ui/strings/index.ts';
import { ownWords, sampleText } from '../ui/strings/workflow-text.ts';

/** Paths of the sample pictures, such as `fruit/banana-noto.png`. */
const SAMPLE = /^[a-z]+\/[a-z0-9-]+-(?:noto|fluent)\.png$/;

/**
 * A category or the name of a number, as it is shown. Categories of the sample pictures, and words without an item,
 * which a node wrote, are in the current language.
 */
export function categoryOf(item: ViewItem | undefined, label: string): string {
  if (!item) return madeText(label);
  return item.isPicture && SAMPLE.test(item.title) ? sampleText(label) : label;
}

/** Items with their texts in the current language, if they are a list of words that a template came with. */
function inOwnWords(items: readonly ViewItem[]): readonly ViewItem[] {
  if (items.some(({ isPicture }) => isPicture)) return items;
  const titles = items.map(({ title }) => title);
  const words = ownWords(titles);
  return words === titles ? items : items.map((item, at) => ({ ...item, title: words[at] ?? item.title }));
}

/** A view whose queries are shown as the inputs of the workflow show them: see {@link ownWords}. */
export function withOwnWords(view: ReadView): ReadView {
  if (view.view === 'matches') {
    const queries = inOwnWords(view.matches.map(({ query }) => query));
    const matches = view.matches.map((one, at) => ({ ...one, query: queries[at] ?? one.query }));
    return { ...view, matches };
  }
  if (view.view === 'patches' && view.shows === 'heat') return { ...view, queries: inOwnWords(view.queries) };
  return view;
}
