import type { Skipped } from '../../nodes/sdk/values.ts';
import { labelled, listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import type { ShownRun } from './run-state.ts';

/** What all nodes of a run together left out, in order; what several left out counts once. */
export function leftOutOf(run: ShownRun | undefined): Skipped[] {
  const all = Object.values(run?.nodes ?? {}).flatMap(({ skipped = [] }) => skipped);
  return [...new Map(all.map((one) => [one.path ?? one.name, one])).values()];
}

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
