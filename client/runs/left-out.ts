import type { LeftOut } from '../../server/contract/run.ts';
import { labelled, listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import type { ShownRun } from './run-state.ts';

/** The pictures that the nodes of a run skipped, in order. A picture that several nodes skipped appears once. */
export function leftOutOf(run: ShownRun | undefined): LeftOut[] {
  const all = Object.values(run?.nodes ?? {}).flatMap(({ skipped = [] }) => skipped);
  return [...new Map(all.map((one) => [one.path ?? one.name, one])).values()];
}

/** The most pictures to name. */
const MAX_NAMED = 5;

/** How many pictures were skipped: "2 pictures skipped". Empty for none. */
export const leftOutCount = ({ length }: readonly LeftOut[]): string =>
  length === 0 ? '' : t('run.skippedItems', { count: length });

/** How many pictures were skipped, which ones, and why. Empty for none. */
export function leftOutText(skipped: readonly LeftOut[]): string {
  const named = skipped
    .slice(0, MAX_NAMED)
    .map(({ name, reason }) => `${name} (${told(reason).replace(/[.。]$/, '')})`);
  if (skipped.length > MAX_NAMED) named.push('…');
  return skipped.length === 0 ? '' : labelled(leftOutCount(skipped), listText(named));
}
