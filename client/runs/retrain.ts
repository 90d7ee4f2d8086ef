import { create } from 'zustand';
import type { LabelsChanged, LabelsNotice } from '../../server/contract/labels.ts';
import { labelSetsIn } from '../document/label-sets.ts';
import { contentOfTab, useTabs } from '../document/tabs.ts';
import { followOwnLabels } from '../ui/api/labels.ts';
import { followLabels } from '../ui/labels/label-sets.ts';
import { keptNames } from './kept-names.ts';
import { isBusy, runLatest } from './latest.ts';
import { useRuns } from './store.ts';

/** What a set said about a picture when the workflow last ran, and what it says now. */
interface Changed {
  readonly before: string;
  readonly now: string;
}

interface Retraining {
  /** Workflows that run again by themselves when their category set changes: ids of saved ones, otherwise keys of tabs. */
  readonly on: ReadonlySet<string>;
  /** By tab: the pictures whose category this window has changed since the last run, by their hash. */
  readonly changed: Readonly<Record<string, ReadonlyMap<string, Changed>>>;
}

/** How long to wait for more corrections before the workflow runs, in milliseconds. */
const PAUSE_MS = 250;
const names = keptNames('patchbay-retrain');
const NONE: ReadonlyMap<string, Changed> = new Map();

const useRetraining = create<Retraining>(() => ({ on: new Set(names.read()), changed: {} }));

/** The names by which a workflow is remembered. A tab keeps its key when it is saved for the first time. */
function namesOf(tab: string): string[] {
  const id = useTabs.getState().tabs.find(({ key }) => key === tab)?.workflowId;
  return id == null ? [tab] : [tab, id];
}
const isOn = (tab: string): boolean => namesOf(tab).some((name) => useRetraining.getState().on.has(name));

/** Whether a workflow uses a category set of the data folder. */
const usesSet = (tab: string, set?: string): boolean => {
  const content = contentOfTab(tab);
  const sets = content && [...labelSetsIn(content).values()];
  return sets !== undefined && (set === undefined ? sets.length > 0 : sets.includes(set));
};

// -- What has changed since the last run -----------------------------------------------------------------------------

function setChanged(tab: string, map: ReadonlyMap<string, Changed>): void {
  useRetraining.setState(({ changed: { [tab]: _, ...others } }) => ({
    changed: map.size > 0 ? { ...others, [tab]: map } : others,
  }));
}

/** What a set says about a picture, as a text that can be compared. */
const saidOf = (label: { readonly category?: string | null; readonly not?: readonly string[] } | undefined) =>
  JSON.stringify([label?.category ?? null, ...(label?.not ?? []).toSorted()]);

function count(set: string, { labels, undo }: Pick<LabelsChanged, 'labels' | 'undo'>): void {
  const before = new Map(undo.flatMap(({ changes = [] }) => changes.map((one) => [one.hash ?? '', one])));
  for (const { key } of useTabs.getState().tabs) {
    if (!usesSet(key, set)) continue;
    const next = new Map(useRetraining.getState().changed[key]);
    for (const label of labels) {
      const earlier = before.get(label.hash);
      const start = next.get(label.hash)?.before ?? (earlier && saidOf(earlier));
      const now = saidOf(label);
      if (start === undefined) continue;
      // What was taken back is no change.
      if (start === now) next.delete(label.hash);
      else next.set(label.hash, { before: start, now });
    }
    setChanged(key, next);
  }
}

// -- Run again -------------------------------------------------------------------------------------------------------

const timers = new Map<string, ReturnType<typeof setTimeout>>();

function soon(tab: string): void {
  clearTimeout(timers.get(tab));
  timers.set(
    tab,
    setTimeout(() => {
      timers.delete(tab);
      if (isOn(tab)) runLatest(tab, {}, () => isOn(tab), 'patient');
    }, PAUSE_MS),
  );
}

/** Runs a workflow again with the changed categories. Everything that they do not change is kept from the run before. */
export const retrain = (tab: string): void => runLatest(tab, {}, () => true, 'asked');

/** Switches on or off that a workflow runs again by itself. Switching it on runs it if categories have changed. */
export function setRetrain(tab: string, toOn: boolean): void {
  const own = namesOf(tab);
  const others = [...useRetraining.getState().on].filter((name) => !own.includes(name));
  useRetraining.setState({ on: new Set([...others, ...(toOn ? own : [])]) });
  names.keep(own, toOn);
  if (toOn && (useRetraining.getState().changed[tab]?.size ?? 0) > 0) soon(tab);
}

function followed({ name, change }: LabelsNotice): void {
  if (change === 'renamed' || change === 'deleted') return;
  for (const { key } of useTabs.getState().tabs) if (isOn(key) && usesSet(key, name)) soon(key);
}

/** Follows the changes of category sets. Called once per page. @returns a function that ends it */
export function beginRetrain(): () => void {
  const stops = [
    followLabels(followed),
    followOwnLabels(count),
    // A run reads the categories after it was asked for.
    useRuns.subscribe(({ submitting }, before) => {
      if (submitting !== before.submitting)
        for (const tab of submitting) if (!before.submitting.has(tab)) setChanged(tab, NONE);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Whether a workflow can be trained again, whether it does so by itself, whether it is at it, and how many pictures have changed. */
export function useRetrain(tab: string) {
  const on = useRetraining((state) => namesOf(tab).some((name) => state.on.has(name)));
  const count = useRetraining((state) => state.changed[tab]?.size ?? 0);
  const busy = useRuns((state) => state.byTab[tab] !== undefined && isBusy(tab));
  return { on, count, busy, can: usesSet(tab) };
}
