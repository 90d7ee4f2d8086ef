import type { Skipped } from '../../nodes/sdk/values.ts';
import { t } from '../ui/strings/index.ts';
import { labelled, listText } from '../ui/strings/joined.ts';
import { told } from '../ui/strings/told.ts';

/** Most items that are named. */
const MAX_NAMED = 5;

/** How many items were left out: "2 pictures left out". Empty for none. */
export const leftOutCount = ({ length }: readonly Skipped[]): string =>
  length === 0 ? '' : length === 1 ? t('run.skippedItem') : t('run.skippedItems', { count: length });

/** How many items were left out, which, and why. Empty for none. */
export function leftOutText(skipped: readonly Skipped[]): string {
  const named = skipped
    .slice(0, MAX_NAMED)
    .map(({ name, reason }) => `${name} (${told(reason).replace(/[.。]$/, '')})`);
  if (skipped.length > MAX_NAMED) named.push('…');
  return skipped.length === 0 ? '' : labelled(leftOutCount(skipped), listText(named));
}
