import { z } from 'zod';
import { useTabs } from '../document/tabs.ts';
import { useRuns } from './store.ts';

const KEY = 'patchbay-shown-runs';
/** Of closed tabs too: they may come back after a crash. */
const MOST = 100;

const keptSchema = z.record(z.string(), z.string());

/** Which run each tab showed when the page was left. */
export function shownRunsKept(): Readonly<Record<string, string>> {
  try {
    return keptSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

/** Keeps which run each tab shows, so that a reload shows the same. */
export function keepShownRuns(): void {
  let last = useRuns.getState().byTab;
  useRuns.subscribe(({ byTab }) => {
    if (byTab === last) return;
    const changed = Object.entries(byTab).filter(([tab, { id }]) => id !== '' && last[tab]?.id !== id);
    const open = new Set(useTabs.getState().tabs.map(({ key }) => key));
    const closed = Object.keys(last).filter((tab) => !(tab in byTab) && !open.has(tab));
    last = byTab;
    if (changed.length + closed.length === 0) return;
    // Other windows write here too: what they wrote stays.
    const all = new Map(Object.entries(shownRunsKept()));
    for (const tab of closed) all.delete(tab);
    for (const [tab, { id }] of changed) {
      all.delete(tab);
      all.set(tab, id);
    }
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...all].slice(-MOST))));
    } catch {
      // A full or forbidden storage: then a reload shows the workflow without its run.
    }
  });
}
