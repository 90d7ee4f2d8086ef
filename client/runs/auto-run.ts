import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { isBusy, runLatest } from './latest.ts';
import { runsAlike } from './recipes.ts';
import { useRuns } from './store.ts';

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
  if (!isOn && !isBusy(active)) run(active);
}
