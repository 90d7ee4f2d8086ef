import { create } from 'zustand';
import type { QueueState } from '../../server/contract/run.ts';
import { useTabs } from '../document/tabs.ts';
import type { Connection } from '../ui/api/live.ts';
import { useLate } from '../ui/use-late.ts';
import { useRecipes } from './recipes.ts';
import { IDLE, type NodeRunState, type ShownRun } from './run-state.ts';

/** The state of all runs. */
export interface RunsState {
  /** The shown run of each tab, by the key of the tab. */
  readonly byTab: Readonly<Record<string, ShownRun>>;
  readonly connection: Connection;
  readonly queue: QueueState | null;
  /** Tabs whose request to run has not been answered yet. */
  readonly submitting: ReadonlySet<string>;
  /** Tabs that run on every change. */
  readonly auto: ReadonlySet<string>;
}

/** Runs are separate from the document: a run never changes a workflow. */
export const useRuns = create<RunsState>(() => ({
  byTab: {},
  connection: 'connecting',
  queue: null,
  submitting: new Set(),
  auto: new Set(),
}));

/** The shown run of the active tab. */
export function useShownRun(): ShownRun | undefined {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => (tab === null ? undefined : state.byTab[tab]));
}

/** One value from the shown run. Renders only when that value changes. */
export function useRunFact<T>(pick: (run: ShownRun | undefined) => T): T {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => pick(tab === null ? undefined : state.byTab[tab]));
}

/** The state of one node. Renders with every event of that node. */
export const useRunState = (nodeId: string): NodeRunState => useNodeFact(nodeId, (node) => node);

/** One value from the state of a node. Renders only when that value changes, not with every progress event. */
export function useNodeFact<T>(nodeId: string, pick: (node: NodeRunState) => T): T {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => pick((tab === null ? undefined : state.byTab[tab]?.nodes[nodeId]) ?? IDLE));
}

/** What a node shows: its result, or a preview of the run that replaces an earlier result. */
export const useShownResult = (nodeId: string): unknown =>
  useNodeFact(nodeId, ({ view, preview, older }) => (older ? (preview ?? view) : (view ?? preview)));

/** Whether a node shows a result of an earlier run than the last one that tried it. It waits for a quick run. */
export const useIsEarlier = (nodeId: string): boolean =>
  useLate(useNodeFact(nodeId, ({ older, view, preview }) => older === true && (preview ?? view) === view));

/** Whether a node's result is out of date, because the node or something before it has changed. It waits for a quick run. */
export function useIsStale(nodeId: string): boolean {
  const recipe = useNodeFact(nodeId, ({ from }) => from?.recipe);
  return useLate(
    useRecipes((now) => recipe !== undefined && now[nodeId] !== undefined && now[nodeId] !== recipe),
  );
}

/** Replaces the run of a tab. The same object changes nothing. */
export function setShown(tab: string, run: ShownRun | undefined): void {
  const { byTab } = useRuns.getState();
  if (byTab[tab] === run) return;
  const { [tab]: _, ...others } = byTab;
  useRuns.setState({ byTab: run ? { ...others, [tab]: run } : others });
}
