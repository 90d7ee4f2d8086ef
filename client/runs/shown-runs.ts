import { z } from 'zod';
import { useTabs } from '../document/tabs.ts';
import { type ShownRun, sourcesOf } from './run-state.ts';
import { useRuns } from './store.ts';

const KEY = 'patchbay-shown-runs';
/** Of closed tabs too: they may come back after a crash. */
const MOST = 100;

/** Runs of one tab: whoever runs node after node has results of many. */
const MOST_OF_A_TAB = 30;

const keptSchema = z.record(z.string(), z.array(z.string()));

/** Of which runs each tab showed results when the page was left; the newest is the one that it showed. */
export function shownRunsKept(): Readonly<Record<string, readonly string[]>> {
  try {
    return keptSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

/** Whether other runs than before have results in the nodes. */
const isNew = (run: ShownRun, before: ShownRun | undefined) =>
  run.id !== '' && (run.id !== before?.id || run.complete !== before.complete);

/** Keeps of which runs each tab shows results, so that a reload shows the same. */
export function keepShownRuns(): void {
  let last = useRuns.getState().byTab;
  useRuns.subscribe(({ byTab }) => {
    if (byTab === last) return;
    const changed = Object.entries(byTab).filter(([tab, run]) => isNew(run, last[tab]));
    const open = new Set(useTabs.getState().tabs.map(({ key }) => key));
    const closed = Object.keys(last).filter((tab) => !(tab in byTab) && !open.has(tab));
    last = byTab;
    if (changed.length + closed.length === 0) return;
    // Other windows write here too: what they wrote stays.
    const all = new Map(Object.entries(shownRunsKept()));
    for (const tab of closed) all.delete(tab);
    for (const [tab, run] of changed) {
      all.delete(tab);
      all.set(tab, sourcesOf(run).slice(-MOST_OF_A_TAB));
    }
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...all].slice(-MOST))));
    } catch {
      // A full or forbidden storage: then a reload shows the workflow without its results.
    }
  });
}
