import { asMessage } from '../../nodes/sdk/messages.ts';
import { isFinal, type RunRequestBody } from '../../server/contract/run.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { upstreamOf, workflowOf } from '../document/content.ts';
import { speakUp } from '../document/quiet.ts';
import { useDocument } from '../document/store.ts';
import { contentOfTab, openWorkflow, useTabs } from '../document/tabs.ts';
import { loadCatalogue, useCatalogue } from '../ui/api/catalogue.ts';
import { ApiError } from '../ui/api/http.ts';
import { type LiveConnection, openLive } from '../ui/api/live.ts';
import { cancelRun, getRun, submitRun } from '../ui/api/runs.ts';
import { modelsChanged, setDownloads } from '../ui/models/downloads.ts';
import { messageOf } from '../ui/strings/told.ts';
import { Drawing } from './drawing.ts';
import { RunFollower } from './follower.ts';
import { recipesOf } from './recipes.ts';
import { newRun, refusedRun, runFromDetail, type ShownRun } from './run-state.ts';
import { keepShownRuns, shownRunsKept } from './shown-runs.ts';
import { setShown, useRuns } from './store.ts';

let live: LiveConnection | undefined;

const tabsOf = (runId: string) =>
  Object.entries(useRuns.getState().byTab).filter(([, run]) => run.id === runId);

const follower = new RunFollower(
  {
    watch: async (runId, afterSeq) => live?.watch(runId, afterSeq),
    unwatch: (runId) => live?.unwatch(runId),
    detail: (runId) => getRun(runId),
  },
  {
    get: (runId) => drawing.get(runId) ?? tabsOf(runId)[0]?.[1],
    set: (run) => drawing.set(run),
  },
);

const drawing = new Drawing(
  (run) => {
    for (const [tab] of tabsOf(run.id)) setShown(tab, run);
  },
  (...arrival) => follower.take(...arrival),
);

function show(tab: string, run: ShownRun): void {
  const before = useRuns.getState().byTab[tab];
  setShown(tab, run);
  if (before && before.id !== run.id && tabsOf(before.id).length === 0) follower.leave(before.id);
  if (run.id !== '' && !run.complete) follower.follow(run.id);
}

/** Restores the run that a restored tab showed, and the earlier runs whose results are still in its nodes. */
async function restore(tab: string, runIds: readonly string[]): Promise<void> {
  const asked = await Promise.allSettled(runIds.map((id) => getRun(id)));
  if (asked.some((one) => one.status === 'rejected' && isAway(one.reason))) {
    unrestored.set(tab, runIds);
    return;
  }
  // A deleted run is left out.
  const details = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  details.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  const run = details.reduce<ShownRun | undefined>(
    (before, detail) => runFromDetail(detail, before),
    undefined,
  );
  if (run && !useRuns.getState().byTab[tab]) show(tab, run);
}

/** Whether the server did not answer, so that it must be asked again later. */
const isAway = (error: unknown): boolean => error instanceof ApiError && error.status === 0;

const unrestored = new Map<string, readonly string[]>();

function restoreTabs(): void {
  for (const { key } of useTabs.getState().tabs) {
    const runIds = unrestored.get(key);
    unrestored.delete(key);
    if (runIds) void restore(key, runIds);
  }
}

function forgetClosedTabs(): void {
  const open = new Set(useTabs.getState().tabs.map(({ key }) => key));
  for (const [tab, run] of Object.entries(useRuns.getState().byTab)) {
    if (open.has(tab)) continue;
    setShown(tab, undefined);
    if (tabsOf(run.id).length === 0) follower.leave(run.id);
  }
}

/** Opens the live connection and follows the runs of the open tabs. Called once per page. */
export function beginRuns(): void {
  if (live) return;
  for (const [tab, runIds] of Object.entries(shownRunsKept())) unrestored.set(tab, runIds);
  live = openLive({
    onEvents: (...arrival) => drawing.take(...arrival),
    onQueue: (queue) => useRuns.setState({ queue }),
    onDownloads: setDownloads,
    onModels: modelsChanged,
    onConnection(connection) {
      useRuns.setState({ connection });
      if (connection !== 'online') return;
      if (!useCatalogue.getState().loaded) void loadCatalogue();
      restoreTabs();
      follower.online();
    },
  });
  useTabs.subscribe((state, before) => {
    if (state.tabs === before.tabs) return;
    restoreTabs();
    forgetClosedTabs();
  });
  restoreTabs();
  keepShownRuns();
}

function mark(tab: string, isSubmitting: boolean): void {
  const submitting = new Set(useRuns.getState().submitting);
  if (isSubmitting) submitting.add(tab);
  else submitting.delete(tab);
  useRuns.setState({ submitting });
}

/** The options of a run besides its workflow. The `series` of an automatic run is its tab. */
export type RunWishes = Pick<RunRequestBody, 'targets' | 'useCache' | 'series'>;

const RETRIES = 3;
const RETRY_MS = 700;

async function submit(tab: string, workflow: Workflow, wishes: RunWishes) {
  const workflowId = useTabs.getState().tabs.find(({ key }) => key === tab)?.workflowId ?? undefined;
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  // The studio runs what can run, and says at each other node what is missing.
  const submission = { workflow, partial: true, ...wishes, workflowId };
  for (let tries = 0; ; tries++) {
    try {
      return await submitRun(submission, key);
    } catch (error) {
      // With this key it is a single run, even if it is sent several times.
      const isLost = error instanceof ApiError && (error.status === 0 || error.status === 503);
      if (!isLost || tries >= RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (tries + 1)));
    }
  }
}

/** Runs the workflow of a tab. Refusals are shown on its nodes. Resolves when the server has accepted the run. */
export async function runTab(tab: string, wishes: RunWishes = {}): Promise<ShownRun | undefined> {
  const content = contentOfTab(tab);
  if (!content || useRuns.getState().submitting.has(tab)) return undefined;
  mark(tab, true);
  if (useDocument.getState().tab === tab) speakUp(wishes.targets && upstreamOf(content, wishes.targets));
  const before = useRuns.getState().byTab[tab];
  try {
    const workflow = workflowOf(content);
    const submitted = await submit(tab, workflow, wishes);
    if (!useTabs.getState().tabs.some(({ key }) => key === tab)) return undefined;
    const run = newRun(submitted, before, recipesOf(workflow));
    show(tab, run);
    return run;
  } catch (error) {
    const { problems = [] } = error as Partial<ApiError>;
    const told = problems.length > 0 ? problems : [asMessage(messageOf(error))];
    show(tab, refusedRun(told, told[0]!, before));
    return undefined;
  } finally {
    mark(tab, false);
  }
}

/** Runs the active workflow. */
export async function runActive(wishes: RunWishes = {}): Promise<void> {
  // Leaves the field that has the focus, because a field passes on its value then.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const { active } = useTabs.getState();
  if (active !== null) await runTab(active, wishes);
}

/** Runs only what these nodes need. */
export const runTo = (targets: readonly string[]): Promise<void> => runActive({ targets });

/** Cancels the run of the active tab. @throws ApiError */
export async function cancelActive(): Promise<void> {
  const { active } = useTabs.getState();
  const run = active === null ? undefined : useRuns.getState().byTab[active];
  if (run && run.id !== '' && !isFinal(run.status)) await cancelRun(run.id);
}

/** Opens a past run in a new tab, with its workflow and results. @throws ApiError */
export async function reopenRun(runId: string): Promise<void> {
  const detail = await getRun(runId);
  const tab = openWorkflow(detail.workflow, { name: detail.name });
  show(tab, runFromDetail(detail));
}
