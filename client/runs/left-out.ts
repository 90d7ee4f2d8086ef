import type { Message } from '../../nodes/sdk/messages.ts';
import type { LeftOut } from '../../server/contract/run.ts';
import { bracketed, formatCount, labelled, listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import type { ShownRun } from './run-state.ts';

/** The pictures that the nodes of a run skipped, in order. A picture that several nodes skipped appears once. */
export function leftOutOf(run: ShownRun | undefined): LeftOut[] {
  const all = Object.values(run?.nodes ?? {}).flatMap(({ skipped = [] }) => skipped);
  return [...new Map(all.map((one) => [one.path ?? one.name, one])).values()];
}

/** How many pictures a list has. The last entry of a long list stands for the rest. */
export function countLeftOut(leftOut: readonly LeftOut[]): number {
  const standsFor = ({ reason }: LeftOut) =>
    typeof reason === 'object' && reason.code === 'result.not-listed' ? Number(reason.args?.count ?? 1) : 1;
  return leftOut.reduce((sum, one) => sum + standsFor(one), 0);
}

/** The most pictures to name. */
const MAX_NAMED = 5;

/** The most pictures that a node of the run counted, those that could not be read included; undefined if none counted. */
export function totalOf(run: ShownRun | undefined): number | undefined {
  const totals = Object.values(run?.nodes ?? {}).flatMap(({ skipped = [], total }) =>
    skipped.length > 0 && total !== undefined ? [total] : [],
  );
  return totals.length === 0 ? undefined : Math.max(...totals);
}

/**
 * How many pictures could not be read: "127 of 133 pictures; 6 could not be read". Empty for none.
 * @param total how many pictures were found, if known
 */
export function leftOutCount(leftOut: readonly LeftOut[], total?: number): string {
  const count = countLeftOut(leftOut);
  if (count === 0) return '';
  return total === undefined || total < count
    ? t('run.skippedItems', { count })
    : t('run.readItems', { read: formatCount(total - count), total, count });
}

/** What the nodes of a run warned of, in order, each once. */
export function warningsOf(run: ShownRun | undefined): Message[] {
  const all = Object.values(run?.nodes ?? {}).flatMap(({ warnings = [] }) => warnings);
  return [...new Map(all.map((one) => [one.message, one])).values()];
}

/** How many pictures were skipped, which ones, and why. Empty for none. */
export function leftOutText(skipped: readonly LeftOut[], total?: number): string {
  const named = skipped
    .slice(0, MAX_NAMED)
    .map(({ name, reason }) => bracketed(name, told(reason).replace(/[.。]$/, '')));
  if (skipped.length > MAX_NAMED) named.push('…');
  return skipped.length === 0 ? '' : labelled(leftOutCount(skipped, total), listText(named));
}
