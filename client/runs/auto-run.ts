import type { WorkflowNode } from '../../workflows/workflow.ts';
import type { DocumentEdge } from '../document/content.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { cancelActive, runTab } from './actions.ts';
import { isFinal } from './run-state.ts';
import { useRuns } from './store.ts';

/** A run that is overtaken by a change is let finish when it is younger than this, in milliseconds. */
const PATIENCE_MS = 400;

interface Runnable {
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  readonly edges: Readonly<Record<string, DocumentEdge>>;
}

/** Whether two states of a workflow give the same results: places, titles and sizes do not count. */
export function runsAlike(a: Runnable, b: Runnable): boolean {
  if (a.edges !== b.edges && !sameEdges(a.edges, b.edges)) return false;
  if (a.nodes === b.nodes) return true;
  const ids = Object.keys(a.nodes);
  if (ids.length !== Object.keys(b.nodes).length) return false;
  return ids.every((id) => {
    const [one, other] = [a.nodes[id], b.nodes[id]];
    if (one === other) return true;
    return one && other && one.type === other.type && one.params === other.params && one.mode === other.mode;
  });
}

function sameEdges(a: Runnable['edges'], b: Runnable['edges']): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}

/** Tabs that changed while their run was under way. */
const waiting = new Set<string>();
let begun = false;

function isBusy(tab: string): boolean {
  const { byTab, submitting } = useRuns.getState();
  const run = byTab[tab];
  return submitting.has(tab) || (run !== undefined && run.id !== '' && !run.complete);
}

function changed(tab: string): void {
  if (!isBusy(tab)) {
    void runTab(tab);
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
      if (useRuns.getState().auto.has(tab)) void runTab(tab);
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
  if (!isBusy(active)) void runTab(active);
}
