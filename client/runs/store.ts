import { create } from 'zustand';
import type { QueueMessage } from '../../server/protocol.ts';
import { useTabs } from '../document/tabs.ts';
import type { Connection } from '../ui/api/live.ts';
import { useRecipes } from './recipes.ts';
import { IDLE, type NodeRunState, type ShownRun } from './run-state.ts';

/** What is known of runs. */
export interface RunsState {
  /** The run that each tab shows, by the tab's key. */
  readonly byTab: Readonly<Record<string, ShownRun>>;
  readonly connection: Connection;
  readonly queue: QueueMessage | null;
  /** Tabs whose run is on its way to the server. */
  readonly submitting: ReadonlySet<string>;
  /** Tabs that run on every change. */
  readonly auto: ReadonlySet<string>;
}

/** Runs, apart from the document: what happens in a run changes no workflow. */
export const useRuns = create<RunsState>(() => ({
  byTab: {},
  connection: 'connecting',
  queue: null,
  submitting: new Set(),
  auto: new Set(),
}));

/** The run that the active tab shows. */
export function useShownRun(): ShownRun | undefined {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => (tab === null ? undefined : state.byTab[tab]));
}

/** One fact of the run that is shown; renders only when that changes. */
export function useRunFact<T>(pick: (run: ShownRun | undefined) => T): T {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => pick(tab === null ? undefined : state.byTab[tab]));
}

/** The state of one node; renders with every event of that node. */
export const useRunState = (nodeId: string): NodeRunState => useNodeFact(nodeId, (node) => node);

/** One fact of a node in the run that is shown; renders only when that changes, and not with its progress. */
export function useNodeFact<T>(nodeId: string, pick: (node: NodeRunState) => T): T {
  const tab = useTabs((state) => state.active);
  return useRuns((state) => pick((tab === null ? undefined : state.byTab[tab]?.nodes[nodeId]) ?? IDLE));
}

/** Whether a node shows what it, or what feeds it, would not give any more. */
export function useIsStale(nodeId: string): boolean {
  const recipe = useNodeFact(nodeId, ({ from }) => from?.recipe);
  return useRecipes((now) => recipe !== undefined && now[nodeId] !== undefined && now[nodeId] !== recipe);
}

/** Changes the run of a tab; a change to the same object changes nothing. */
export function setShown(tab: string, run: ShownRun | undefined): void {
  const { byTab } = useRuns.getState();
  if (byTab[tab] === run) return;
  const { [tab]: _, ...others } = byTab;
  useRuns.setState({ byTab: run ? { ...others, [tab]: run } : others });
}
