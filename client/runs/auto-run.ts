import { z } from 'zod';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { isBusy, runLatest } from './latest.ts';
import { runsAlike } from './recipes.ts';
import { useRuns } from './store.ts';

const KEY = 'patchbay-auto-tabs';
/** The most tabs to remember. */
const MOST = 50;

/** The tabs that ran on every change when the page closed. */
function keptTabs(): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

function keep(tab: string, isOn: boolean): void {
  try {
    // Other windows write here too.
    const others = keptTabs().filter((one) => one !== tab);
    localStorage.setItem(KEY, JSON.stringify([...others, ...(isOn ? [tab] : [])].slice(-MOST)));
  } catch {
    // Storage is full or blocked: after a reload it is off, and the button says so.
  }
}

let begun = false;

const isAutomatic = (tab: string) => useRuns.getState().auto.has(tab);
const run = (tab: string) => runLatest(tab, {}, () => isAutomatic(tab));

function begin(): void {
  if (begun) return;
  begun = true;
  useDocument.subscribe((state, before) => {
    const { tab } = state;
    if (tab === '' || tab !== before.tab || !isAutomatic(tab)) return;
    if (!runsAlike(state, before)) run(tab);
  });
}

const kept = keptTabs();
if (kept.length > 0) {
  useRuns.setState({ auto: new Set(kept) });
  begin();
}

/** Whether the active tab runs on every change. */
export function useAutoRun(): boolean {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => tab !== null && state.auto.has(tab));
}

/** Switches running on every change on or off for the active tab. Switching it on also runs the workflow. */
export function toggleAutoRun(): void {
  begin();
  const { active } = useTabs.getState();
  if (active === null) return;
  const auto = new Set(useRuns.getState().auto);
  const isOn = auto.delete(active);
  if (!isOn) auto.add(active);
  useRuns.setState({ auto });
  keep(active, !isOn);
  if (!isOn && !isBusy(active)) run(active);
}
