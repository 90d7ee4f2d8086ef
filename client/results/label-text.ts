import type { ViewItem } from '../../server/contract/view.ts';
import { madeText } from '../ui/strings/index.ts';
import { sampleText } from '../ui/strings/workflow-text.ts';

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
