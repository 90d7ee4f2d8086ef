import { create } from 'zustand';
import type { Problem } from '../../server/contract/basics.ts';
import { type StaticInfo, validateWorkflow } from '../ui/api/workflows.ts';
import { useCollectionsState } from '../ui/collections/collections.ts';
import { followLabels } from '../ui/labels/label-sets.ts';
import { useModels } from '../ui/models/models.ts';
import { type Content, workflowOf } from './content.ts';
import { contentIn, useDocument } from './store.ts';

/** Everything the server knows about the workflow without running it. */
interface Checks {
  readonly problems: readonly Problem[];
  /** Problems by node. A list keeps its identity while its content stays the same. */
  readonly byNode: Readonly<Record<string, readonly Problem[]>>;
  /** What is known about every output, for example its size. */
  readonly info: StaticInfo;
  /** Whether these results belong to the current version of the workflow. */
  readonly settled: boolean;
}

/** Results of the server's check of the workflow. */
export const useChecks = create<Checks>(() => ({ problems: [], byNode: {}, info: {}, settled: false }));

/** Idle time before the server is asked, in milliseconds. */
const QUIET_MS = 120;

/** The part of a workflow that decides whether it is valid: without positions and colours. */
export function meaningOf(content: Content): string {
  const nodes = content.order.map((id) => {
    const { type, title, mode, params } = content.nodes[id]!;
    return [id, type, title, mode, params];
  });
  const edges = content.edgeOrder.map((id) => [content.edges[id]!.from, content.edges[id]!.to]);
  return JSON.stringify([nodes, edges, content.inputs, content.outputs]);
}

/** Groups problems by node. A list that stays the same keeps its identity. */
export function problemsByNode(problems: readonly Problem[], before: Checks['byNode']): Checks['byNode'] {
  const lists: Record<string, Problem[]> = {};
  for (const problem of problems)
    for (const id of problem.nodes ?? (problem.nodeId === undefined ? [] : [problem.nodeId])) {
      lists[id] ??= [];
      lists[id].push(problem);
    }
  return Object.fromEntries(
    Object.entries(lists).map(([id, list]) => {
      const old = before[id];
      return [id, old && JSON.stringify(old) === JSON.stringify(list) ? old : list];
    }),
  );
}

let meaning = '';
let asked: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

async function ask(): Promise<void> {
  if (useDocument.getState().tab === '') return;
  const content = contentIn(useDocument.getState());
  const now = meaningOf(content);
  if (now === meaning) return;
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const { problems, info } = await validateWorkflow(workflowOf(content), signal);
    if (signal.aborted) return;
    meaning = now;
    const byNode = problemsByNode(problems, useChecks.getState().byNode);
    useChecks.setState({ problems, byNode, info, settled: true });
  } catch {
    // Editing continues without this check. The next change starts another one.
  }
}

/** Checks the same workflow again, because something that it uses has changed, for example the models. */
export function recheck(): void {
  meaning = '';
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), QUIET_MS);
}

/** Asks the server after every change that can affect the result. Returns a function that stops this. */
export function keepChecked(): () => void {
  const offCollections = useCollectionsState.subscribe((state, before) => {
    if (state.changes !== before.changes) recheck();
  });
  const offModels = useModels.subscribe((state, before) => {
    if (state.changes !== before.changes) recheck();
  });
  // Which sets there are decides whether a name is right, not what is in them.
  const offSets = followLabels(({ change }) => {
    if (change !== 'changed') recheck();
  });
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), QUIET_MS);
  };
  soon();
  const offDocument = useDocument.subscribe((state, before) => {
    if (state.tab !== before.tab) {
      meaning = '';
      useChecks.setState({ problems: [], byNode: {}, info: {}, settled: false });
    }
    const same =
      state.nodes === before.nodes &&
      state.edges === before.edges &&
      state.inputs === before.inputs &&
      state.outputs === before.outputs;
    if (!same) {
      useChecks.setState({ settled: false });
      soon();
    }
  });
  return () => {
    offCollections();
    offModels();
    offSets();
    offDocument();
  };
}
