import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { cancelActive, runTab } from './actions.ts';
import { runsAlike } from './recipes.ts';
import { isFinal } from './run-state.ts';
import { useRuns } from './store.ts';

/** A run that is overtaken by a change is let finish when it is younger than this, in milliseconds. */
const PATIENCE_MS = 400;

/** Tabs that changed while their run was under way. */
const waiting = new Set<string>();
let begun = false;

function isBusy(tab: string): boolean {
  const { byTab, submitting } = useRuns.getState();
  const run = byTab[tab];
  return submitting.has(tab) || (run !== undefined && run.id !== '' && !run.complete);
}

const runAutomatically = (tab: string) => runTab(tab, { series: tab });

function changed(tab: string): void {
  if (!isBusy(tab)) {
    void runAutomatically(tab);
    return;
  }
  waiting.add(tab);
  const run = useRuns.getState().byTab[tab];
  const isOld = run?.since !== undefined && Date.now() - run.since > PATIENCE_MS;
  // Whoever drags a slider does not want to wait for the results of where it was.
  if (run && isOld && !isFinal(run.status)) void cancelActive().catch(() => undefined);
}

function begin(): void {
  if (begun) return;
  begun = true;
  useDocument.subscribe((state, before) => {
    const { tab } = state;
    if (tab === '' || tab !== before.tab || !useRuns.getState().auto.has(tab)) return;
    if (!runsAlike(state, before)) changed(tab);
  });
  useRuns.subscribe(() => {
    for (const tab of waiting) {
      if (isBusy(tab)) continue;
      waiting.delete(tab);
      if (useRuns.getState().auto.has(tab)) void runAutomatically(tab);
    }
  });
}

/** Whether the tab that is seen runs on every change. */
export function useAutoRun(): boolean {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => tab !== null && state.auto.has(tab));
}

/** Turns running on every change on or off for the tab that is seen; turned on, it runs at once. */
export function toggleAutoRun(): void {
  begin();
  const { active } = useTabs.getState();
  if (active === null) return;
  const auto = new Set(useRuns.getState().auto);
  if (auto.delete(active)) {
    waiting.delete(active);
    useRuns.setState({ auto });
    return;
  }
  auto.add(active);
  useRuns.setState({ auto });
  if (!isBusy(active)) void runAutomatically(active);
}
