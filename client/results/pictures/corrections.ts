import { create } from 'zustand';
import type { LabelsChanged } from '../../../server/contract/labels.ts';
import type { ViewItem } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { t } from '../../ui/strings/index.ts';

/** What a person has said about a picture in this window, by the names of categories. */
export interface Said {
  /** Its category; null if it was taken away. Undefined if nothing was said about it. */
  readonly category?: string | null;
  /** Categories that were ruled out. */
  readonly not: readonly string[];
}

/** A correction that can be undone. */
export interface Correction {
  readonly set: string;
  /** What was done, as a sentence. */
  readonly text: string;
  /** What had been said about each picture before, by its key. */
  readonly before: ReadonlyMap<string, Said | undefined>;
  readonly undo: LabelsChanged['undo'];
  /** Its parcel, while the server has not kept it. */
  readonly parcel?: string;
}

/** The corrections of one workflow. */
export interface WorkflowCorrections {
  readonly said: ReadonlyMap<string, Said>;
  readonly past: readonly Correction[];
  /** What was done last; null if nobody needs to read it any more. */
  readonly news: string | null;
}

const NO_CORRECTIONS: WorkflowCorrections = { said: new Map(), past: [], news: null };
const MOST_STEPS = 200;

/** What was corrected in the results of open workflows, by the key of their tab. */
export const useCorrections = create<{ readonly byTab: Readonly<Record<string, WorkflowCorrections>> }>(
  () => ({ byTab: {} }),
);

/** The corrections of a workflow. */
export const correctionsOf = (tab: string): WorkflowCorrections =>
  useCorrections.getState().byTab[tab] ?? NO_CORRECTIONS;

function patch(tab: string, change: Partial<WorkflowCorrections>): void {
  useCorrections.setState(({ byTab }) => ({
    byTab: { ...byTab, [tab]: { ...correctionsOf(tab), ...change } },
  }));
}

/** Shows what was said about pictures. */
export function say(tab: string, about: ReadonlyMap<string, Said | undefined>): void {
  const said = new Map(correctionsOf(tab).said);
  for (const [key, one] of about) {
    if (one === undefined) said.delete(key);
    else said.set(key, one);
  }
  patch(tab, { said });
}

/** Keeps a correction, so that it can be undone. */
export const remember = (tab: string, correction: Correction): void =>
  patch(tab, {
    past: [...correctionsOf(tab).past.slice(1 - MOST_STEPS), correction],
    news: correction.parcel === undefined ? correction.text : queuedText(correction.text),
  });

/** The server has kept a correction that waited, or refused it: then `undo` is undefined. @returns the correction */
export function settle(
  parcel: string,
  undo: LabelsChanged['undo'] | undefined,
): { tab: string; correction: Correction } | undefined {
  for (const [tab, { past, news }] of Object.entries(useCorrections.getState().byTab)) {
    const correction = past.find((one) => one.parcel === parcel);
    if (!correction) continue;
    const { parcel: _, ...kept } = correction;
    patch(tab, {
      past: past.flatMap((one) => (one !== correction ? [one] : undo ? [{ ...kept, undo }] : [])),
      ...(news === queuedText(correction.text) && { news: undo ? correction.text : null }),
    });
    return { tab, correction };
  }
  return undefined;
}

/** Says of a correction that it waits for the server. */
export const queuedText = (text: string): string => t('correct.queued', { text });

/** Takes the last correction from the list. */
export function takeLast(tab: string): Correction | undefined {
  const { past } = correctionsOf(tab);
  patch(tab, { past: past.slice(0, -1) });
  return past.at(-1);
}

/** Says something in the bar of corrections, or no longer anything. */
export const setNews = (tab: string, news: string | null): void => patch(tab, { news });

/** How a picture is marked: it was given another category than its result says, or the category that it shows was ruled out. */
export type Marked = { readonly to: string } | { readonly not: string } | undefined;

/** The mark of a picture in a workflow. What a person has said last counts; otherwise what the result knows. */
export function markedAs(item: ViewItem, said: Said | undefined): Marked {
  const { label, not = [] } = item;
  if (said?.category != null) return said.category === label ? undefined : { to: said.category };
  if (label === undefined)
    return said && said.not.length > 0 ? { not: said.not.at(-1) as string } : undefined;
  return (said?.not ?? not).includes(label) ? { not: label } : undefined;
}

/** The mark of a picture, as it is now. */
export function useMarked(tab: string, item: ViewItem): Marked {
  const said = useCorrections(({ byTab }) => byTab[tab]?.said.get(viewItemKey(item)));
  return markedAs(item, said);
}
