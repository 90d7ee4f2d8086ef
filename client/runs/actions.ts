import { asMessage } from '../../nodes/sdk/messages.ts';
import { isFinal, type RunRequestBody, type RunSummary } from '../../server/contract/run.ts';
import type { TrashEntry } from '../../server/contract/trash.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { upstreamOf, workflowOf } from '../document/content.ts';
import { writeOwnWords } from '../document/own-words.ts';
import { speakUp } from '../document/quiet.ts';
import { followSaved, refreshSaved, saveTab } from '../document/session.ts';
import { useDocument } from '../document/store.ts';
import { activateTab, contentOfTab, openWorkflow, patchTab, useTabs } from '../document/tabs.ts';
import { loadCatalogue, useCatalogue } from '../ui/api/catalogue.ts';
import { ApiError } from '../ui/api/http.ts';
import { type LiveConnection, openLive } from '../ui/api/live.ts';
import { cancelRun, forgetRun, getRun, listRuns, submitRun } from '../ui/api/runs.ts';
import { collectionsChanged } from '../ui/collections/collections.ts';
import { labelsChanged } from '../ui/labels/label-sets.ts';
import { modelsChanged, setDownloads } from '../ui/models/downloads.ts';
import { messageOf } from '../ui/strings/told.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { Drawing } from './drawing.ts';
import { RunFollower } from './follower.ts';
import { recipesOf, useRecipes } from './recipes.ts';
import { newRun, refusedRun, runFromDetail, type ShownRun, sourcesOf, withoutOutdated } from './run-state.ts';
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

/** The most runs whose results a reopened workflow puts together. */
const MOST_TOGETHER = 6;

/**
 * The runs whose results a reopened workflow shows, of a list that has the newest first: the last one, and those with results
 * before it up to one of the whole workflow.
 */
export function lastRuns(runs: readonly RunSummary[]): string[] {
  const shown: string[] = [];
  for (const [at, { id, status, targets }] of runs.entries()) {
    const hasResults = status === 'completed' || status === 'partial';
    if (at === 0 || hasResults) shown.push(id);
    if ((hasResults && targets === null) || shown.length === MOST_TOGETHER) break;
  }
  return shown;
}

/** Shows the results of the last runs of a saved workflow, for a tab that has shown none. */
async function showLast(tab: string, workflowId: string): Promise<void> {
  try {
    const { items } = await listRuns({ workflowId, limit: 20 });
    if (items.length > 0) await restore(tab, lastRuns(items));
  } catch (error) {
    if (isAway(error)) unrestored.set(tab, []);
  }
}

/** Tabs whose results are still to be loaded, with the runs that they showed; without any, the last ones of the workflow. */
const unrestored = new Map<string, readonly string[]>();
/** Tabs that were looked at. */
const seen = new Set<string>();

function restoreTabs(): void {
  for (const { key, workflowId, run } of useTabs.getState().tabs) {
    const runIds = unrestored.get(key);
    unrestored.delete(key);
    const isNew = !seen.has(key);
    seen.add(key);
    if (runIds && runIds.length > 0) void restore(key, runIds);
    else if ((isNew || runIds) && run !== null) void restore(key, [run.id]);
    else if ((isNew || runIds) && workflowId !== null) void showLast(key, workflowId);
  }
}

/** Runs that could not be sent, with what their tabs showed before. */
const unsent = new Map<string, { readonly refused: ShownRun; readonly before: ShownRun | undefined }>();

/** The server is back: a tab no longer says that it does not answer. */
function forgetUnsent(): void {
  for (const [tab, { refused, before }] of unsent)
    if (useRuns.getState().byTab[tab] === refused) setShown(tab, before);
  unsent.clear();
}

function forgetClosedTabs(): void {
  const open = new Set(useTabs.getState().tabs.map(({ key }) => key));
  for (const [tab, run] of Object.entries(useRuns.getState().byTab)) {
    if (open.has(tab)) continue;
    seen.delete(tab);
    setShown(tab, undefined);
    if (tabsOf(run.id).length === 0) follower.leave(run.id);
  }
}

/** A change of the open workflow makes errors of its last run outdated. */
function dropOutdated(): void {
  const { tab } = useDocument.getState();
  const run = useRuns.getState().byTab[tab];
  if (run) setShown(tab, withoutOutdated(run, useRecipes.getState()));
}

let wasOnline = false;

/** Opens the live connection and follows the runs of the open tabs. Called once per page. */
export function beginRuns(): void {
  if (live) return;
  for (const [tab, runIds] of Object.entries(shownRunsKept())) unrestored.set(tab, runIds);
  live = openLive({
    onEvents: (...arrival) => drawing.take(...arrival),
    onQueue: (queue) => useRuns.setState({ queue }),
    onDownloads: setDownloads,
    onModels: modelsChanged,
    onLabels: labelsChanged,
    onCollections: collectionsChanged,
    onWorkflow: (change) => void followSaved(change),
    onConnection(connection) {
      useRuns.setState({ connection });
      if (connection !== 'online') return;
      if (!useCatalogue.getState().loaded) void loadCatalogue();
      forgetUnsent();
      restoreTabs();
      follower.online();
      // Windows may have saved while this one could not hear of it.
      if (wasOnline) void refreshSaved();
      wasOnline = true;
    },
  });
  useRecipes.subscribe(dropOutdated);
  useTabs.subscribe((state, before) => {
    if (state.tabs === before.tabs) return;
    restoreTabs();
    forgetClosedTabs();
  });
  useTrash.subscribe(({ changes }, before) => {
    if (changes !== before.changes) void showRestored();
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

/** The saved workflow that a run of a tab belongs to. A workflow is saved before its first run, so that its runs stay with it. */
async function workflowIdOf(tab: string): Promise<string | undefined> {
  const own = () => useTabs.getState().tabs.find(({ key }) => key === tab);
  if (own()?.run) return own()?.run?.workflowId ?? undefined;
  if (own()?.workflowId === null) await saveTab(tab);
  return own()?.workflowId ?? undefined;
}

async function submit(tab: string, workflow: Workflow, wishes: RunWishes) {
  const workflowId = await workflowIdOf(tab);
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
  writeOwnWords(tab);
  const content = contentOfTab(tab);
  if (!content || useRuns.getState().submitting.has(tab)) return undefined;
  mark(tab, true);
  // Nobody asked for an automatic run, so new nodes stay quiet.
  if (useDocument.getState().tab === tab && wishes.series === undefined)
    speakUp(wishes.targets && upstreamOf(content, wishes.targets));
  const before = useRuns.getState().byTab[tab];
  try {
    const workflow = workflowOf(content);
    const submitted = await submit(tab, workflow, wishes);
    if (!useTabs.getState().tabs.some(({ key }) => key === tab)) return undefined;
    const run = newRun(submitted, before, recipesOf(workflow));
    // What it shows from now on is no earlier run.
    patchTab(tab, { run: null });
    show(tab, run);
    return run;
  } catch (error) {
    const { problems = [] } = error as Partial<ApiError>;
    const told = problems.length > 0 ? problems : [asMessage(messageOf(error))];
    const refused = refusedRun(told, told[0]!, before);
    if (isAway(error)) unsent.set(tab, { refused, before });
    show(tab, refused);
    return undefined;
  } finally {
    mark(tab, false);
  }
}

/** When the user last asked for a run. */
let startedAt = Number.NEGATIVE_INFINITY;

/** Runs the active workflow. */
export async function runActive(wishes: RunWishes = {}): Promise<void> {
  // Leaves the field that has the focus, because a field passes on its value then.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const { active } = useTabs.getState();
  startedAt = performance.now();
  if (active !== null) await runTab(active, wishes);
}

/** Runs only what these nodes need. */
export const runTo = (targets: readonly string[]): Promise<void> => runActive({ targets });

/** How long a press on Cancel is taken for the second press of a double click on Run, which was in its place. */
const DOUBLE_PRESS_MS = 500;

/** Cancels the run of the active tab by its button. @throws ApiError */
export async function cancelPressed(): Promise<void> {
  if (performance.now() - startedAt > DOUBLE_PRESS_MS) await cancelActive();
}

/** Cancels the run of the active tab. @throws ApiError */
export async function cancelActive(): Promise<void> {
  const { active } = useTabs.getState();
  const run = active === null ? undefined : useRuns.getState().byTab[active];
  if (run && run.id !== '' && !isFinal(run.status)) await cancelRun(run.id);
}

/** Opens a past run as it was, with its workflow and results. It has one tab, however often it is opened. @throws ApiError */
export async function reopenRun(runId: string): Promise<void> {
  const open = useTabs.getState().tabs.find(({ run }) => run?.id === runId);
  if (open) return activateTab(open.key);
  const detail = await getRun(runId);
  const { id, workflowId, createdAt, title, name } = detail;
  const key = `${runId}-${Date.now().toString(36)}`;
  // Its results are here already.
  seen.add(key);
  const tab = openWorkflow(detail.workflow, {
    key,
    name: title ?? name,
    run: { id, workflowId, createdAt },
  });
  show(tab, runFromDetail(detail));
}

/** What tabs showed of runs that were deleted, in case that is undone. */
const deleted = new Map<string, readonly (readonly [tab: string, before: ShownRun])[]>();

/** Moves a run to the trash. Nodes no longer show its results, whose files are gone. @throws ApiError */
export async function deleteRun(runId: string): Promise<TrashEntry> {
  const entry = await forgetRun(runId);
  const shown = Object.entries(useRuns.getState().byTab).filter(([, run]) => sourcesOf(run).includes(runId));
  deleted.set(runId, shown);
  for (const [tab, run] of shown) {
    setShown(tab, undefined);
    const others = sourcesOf(run).filter((id) => id !== runId);
    if (others.length > 0) void restore(tab, others);
  }
  return entry;
}

/** A deleted run may have been restored: tabs that showed it show it again, unless they show another one by now. */
async function showRestored(): Promise<void> {
  for (const [runId, shown] of deleted) {
    const isBack = await getRun(runId).then(
      () => true,
      () => false,
    );
    if (!isBack) continue;
    deleted.delete(runId);
    for (const [tab, before] of shown) {
      const now = useRuns.getState().byTab[tab];
      const isOpen = useTabs.getState().tabs.some(({ key }) => key === tab);
      if (isOpen && (now === undefined || sourcesOf(before).includes(now.id))) show(tab, before);
    }
  }
}
