import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { keptNames } from './kept-names.ts';
import { isBusy, runLatest } from './latest.ts';
import { runsAlike } from './recipes.ts';
import { useRuns } from './store.ts';

const names = keptNames('patchbay-auto-tabs');

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

// The tabs that ran on every change when the page closed.
const kept = names.read();
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
  names.keep([active], !isOn);
  if (!isOn && !isBusy(active)) run(active);
}
