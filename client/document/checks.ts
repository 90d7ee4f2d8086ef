import { create } from 'zustand';
import type { ProblemMessage } from '../../server/protocol.ts';
import { type StaticInfo, validateWorkflow } from '../ui/api/workflows.ts';
import { useModels } from '../ui/models/models.ts';
import { type Content, workflowOf } from './content.ts';
import { contentIn, useDocument } from './store.ts';

/** What is known of the workflow without running it. */
interface Checks {
  readonly problems: readonly ProblemMessage[];
  /** Problems by node; the same list for as long as it says the same. */
  readonly byNode: Readonly<Record<string, readonly ProblemMessage[]>>;
  /** What is known of every output. */
  readonly info: StaticInfo;
  /** Whether the server was asked about the workflow as it is now. */
  readonly settled: boolean;
}

/** What the server knows of the workflow before a run. */
export const useChecks = create<Checks>(() => ({ problems: [], byNode: {}, info: {}, settled: false }));

/** Quiet time before the server is asked, in milliseconds. */
const QUIET_MS = 120;

/** The part of a workflow that decides what is wrong with it: places and looks are left out. */
export function meaningOf(content: Content): string {
  const nodes = content.order.map((id) => {
    const { type, title, mode, params } = content.nodes[id]!;
    return [id, type, title, mode, params];
  });
  const edges = content.edgeOrder.map((id) => [content.edges[id]!.from, content.edges[id]!.to]);
  return JSON.stringify([nodes, edges, content.inputs, content.outputs]);
}

/** Puts problems to the nodes they name; keeps the old list where it says the same. */
export function problemsByNode(
  problems: readonly ProblemMessage[],
  before: Checks['byNode'],
): Checks['byNode'] {
  const lists: Record<string, ProblemMessage[]> = {};
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
    // Wiring goes on without: the next change asks again.
  }
}

/** Asks again about the same workflow: what it can use is other than before. */
export function recheck(): void {
  meaning = '';
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), QUIET_MS);
}

/** Asks the server after every change that matters. Returns a function that ends it. */
export function keepChecked(): () => void {
  const offModels = useModels.subscribe((state, before) => {
    if (state.changes !== before.changes) recheck();
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
    offModels();
    offDocument();
  };
}
