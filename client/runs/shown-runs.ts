import { z } from 'zod';
import { useTabs } from '../document/tabs.ts';
import { type ShownRun, sourcesOf } from './run-state.ts';
import { useRuns } from './store.ts';

const KEY = 'patchbay-shown-runs';
/** The most tabs to remember. Closed tabs count too, because a crash may restore them. */
const MOST = 100;

/** The most runs per tab. A user who runs node after node sees results of many runs. */
const MOST_OF_A_TAB = 30;

const keptSchema = z.record(z.string(), z.array(z.string()));

/** The runs whose results each tab showed when the page closed. The last one is the run that it showed. */
export function shownRunsKept(): Readonly<Record<string, readonly string[]>> {
  try {
    return keptSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

/** Whether the nodes show results of other runs than before. */
const isNew = (run: ShownRun, before: ShownRun | undefined) =>
  run.id !== '' && (run.id !== before?.id || run.complete !== before.complete);

/** Remembers which runs each tab shows, so that a reload shows the same results. */
export function keepShownRuns(): void {
  let last = useRuns.getState().byTab;
  useRuns.subscribe(({ byTab }) => {
    if (byTab === last) return;
    const changed = Object.entries(byTab).filter(([tab, run]) => isNew(run, last[tab]));
    const open = new Set(useTabs.getState().tabs.map(({ key }) => key));
    const closed = Object.keys(last).filter((tab) => !(tab in byTab) && !open.has(tab));
    last = byTab;
    if (changed.length + closed.length === 0) return;
    // Other windows write here too, and their entries must stay.
    const all = new Map(Object.entries(shownRunsKept()));
    for (const tab of closed) all.delete(tab);
    for (const [tab, run] of changed) {
      all.delete(tab);
      all.set(tab, sourcesOf(run).slice(-MOST_OF_A_TAB));
    }
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...all].slice(-MOST))));
    } catch {
      // Storage is full or blocked: a reload then shows the workflow without its results.
    }
  });
}
