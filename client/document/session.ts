import type { WorkflowChange } from '../../server/contract/live.ts';
import { serializeWorkflow } from '../../workflows/serialize.ts';
import type { ApiError } from '../ui/api/http.ts';
import { createWorkflow, getWorkflow, markUsed, updateWorkflow } from '../ui/api/workflows.ts';
import { forgetAddress } from '../ui/back.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { tell } from '../ui/tell.ts';
import { Autosave } from './autosave.ts';
import { EMPTY, workflowOf } from './content.ts';
import { keepJournal, restoreSession } from './journal.ts';
import { type LastWords, lastWordsIn, withLastWords } from './last-words.ts';
import { portable } from './paths.ts';
import { type JournalSession, openSessionStore, type SessionStore } from './session-store.ts';
import { isStarter, openStarter } from './starters.ts';
import { useDocument } from './store.ts';
import { contentOfTab, openWorkflow, patchTab, replaceTab, useTabs } from './tabs.ts';

const WINDOW_KEY = 'patchbay-window';
/** Sessions that no window has opened for 30 days are deleted. */
const FORGET_MS = 30 * 86_400_000;

let autosave: Autosave | undefined;

const lockName = (id: string) => `patchbay-window-${id}`;

/** How long a reloaded page waits until the page before it has closed, in milliseconds. */
const RELOAD_MS = 2000;

/** Reserves a window's id while the page is open. False if another page holds it for longer than `patience` ms. */
function hold(id: string, patience = 0): Promise<boolean> {
  // Over plain HTTP from another computer, the browser has no locks. The id in sessionStorage is used without one.
  if (!navigator.locks) return Promise.resolve(true);
  const options = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
  return new Promise((resolve) => {
    navigator.locks
      .request(lockName(id), options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<never>(() => {});
      })
      .catch(() => resolve(false));
  });
}

interface Own {
  readonly id: string;
  readonly session?: JournalSession;
}

/** Chooses the session that this page continues. */
async function ownSession(
  known: string | null,
  isHeld: boolean,
  left: readonly JournalSession[],
): Promise<Own> {
  if (known !== null && isHeld) return { id: known, session: left.find(({ id }) => id === known) };
  // After a crash of the browser, its sessions belong to no window. The newest one is restored.
  if (known === null && navigator.locks) {
    const newest = [...left].sort((a, b) => b.at - a.at);
    for (const session of newest) if (await hold(session.id)) return { id: session.id, session };
  }
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  await hold(id);
  return { id };
}

async function forgetOld(
  store: SessionStore,
  lastWords: LastWords,
  left: readonly JournalSession[],
  own: string,
): Promise<void> {
  for (const { id, at } of left) {
    if (id === own || Date.now() - at <= FORGET_MS) continue;
    lastWords.takeBack(id);
    await store.remove(id);
  }
}

async function begin(): Promise<void> {
  autosave = new Autosave({ create: createWorkflow, update: updateWorkflow, get: getWorkflow });
  addEventListener('pointerdown', () => useDocument.getState().actions.endGesture(), { capture: true });
  try {
    const store = await openSessionStore();
    const lastWords = lastWordsIn(localStorage);
    const known = sessionStorage.getItem(WINDOW_KEY);
    // The previous page saves its last words while it closes. They exist once its lock is free.
    const isHeld = known !== null && (await hold(known, RELOAD_MS));
    const left = withLastWords(await store.all(), lastWords.all());
    const { id, session } = await ownSession(known, isHeld, left);
    sessionStorage.setItem(WINDOW_KEY, id);
    if (session && useTabs.getState().tabs.length === 0) {
      restoreSession(session);
      void autosave.saveAll();
      void refreshSaved();
    }
    keepJournal(store, lastWords, id);
    void forgetOld(store, lastWords, left, id).catch(() => undefined);
  } catch {
    // Private windows may block IndexedDB. The server still has every save.
  }
  addEventListener('hashchange', () => void openAddressed());
  await openAddressed();
}

/**
 * Opens the workflow in the address: `#workflow=ID`, with `&view=form` as a form. Then removes it from the address,
 * and no sooner, so that a page reloaded in between opens it again.
 */
async function openAddressed(): Promise<void> {
  const { hash } = location;
  const wish = new URLSearchParams(hash.slice(1));
  const id = wish.get('workflow');
  if (!id) return;
  try {
    await openSaved(id, wish.get('view') === 'form' ? 'form' : 'canvas');
  } catch (error) {
    tell('error', told(messageOf(error)));
  }
  if (location.hash === hash) forgetAddress();
}

let begun: Promise<void> | undefined;

/** Restores the last session. Then saves every change, to the journal and to the server. */
export function beginSession(): Promise<void> {
  begun ??= begin();
  return begun;
}

/** Loads the saved version of tabs that have no unsaved changes. Says which tabs' workflows are deleted. */
export async function refreshSaved(): Promise<void> {
  for (const { workflowId } of useTabs.getState().tabs) if (workflowId !== null) await refresh(workflowId);
}

/**
 * Shows the saved version of a workflow in its tabs. Unsaved changes stay; their next save finds the conflict.
 * @param newest its revision, if known: a tab that has it saved it itself, and nothing is loaded
 */
async function refresh(id: string, newest?: number): Promise<void> {
  const open = () =>
    useTabs.getState().tabs.filter(({ workflowId, run }) => workflowId === id && run === null);
  try {
    // An own save may be on its way, and its answer brings the revision.
    await Promise.all(open().map(({ key }) => autosave?.settled(key)));
    if (open().every(({ dirty, revision }) => dirty || revision === newest)) return;
    const saved = await getWorkflow(id);
    for (const { key, dirty, revision } of open())
      if (!dirty && saved.revision !== revision)
        replaceTab(key, saved.workflow, { revision: saved.revision, name: saved.name });
  } catch (error) {
    if ((error as Partial<ApiError>).status !== 404) return;
    for (const { key } of open()) patchTab(key, { isGone: true });
  }
}

/** Follows a change of a saved workflow that may come from another window. */
export async function followSaved({ id, revision }: WorkflowChange): Promise<void> {
  const open = useTabs.getState().tabs.filter(({ workflowId, run }) => workflowId === id && run === null);
  if (open.length === 0) return;
  if (revision === null) for (const { key } of open) patchTab(key, { isGone: true });
  else {
    for (const { key, isGone } of open) if (isGone) patchTab(key, { isGone: false });
    await refresh(id, revision);
  }
}

/** Saves the active workflow now. */
export async function saveNow(): Promise<void> {
  const { active } = useTabs.getState();
  if (active !== null) await saveTab(active);
}

/** Saves the workflow of a tab now, also for the first time. If that fails, the tab says so. */
export async function saveTab(key: string): Promise<void> {
  if (!autosave) return;
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (tab && tab.workflowId === null) patchTab(key, { dirty: true });
  await autosave.save(key);
}

/** After a conflict or a deletion elsewhere: saves the version of this window as a new workflow. */
export function keepMineAsCopy(key: string, suffix: string): void {
  const content = contentOfTab(key);
  if (!content) return;
  const name = `${content.name || ''} ${suffix}`.trim();
  const free = { conflict: null, problem: null, isGone: false };
  patchTab(key, { workflowId: null, revision: null, dirty: true, name, ...free });
  if (useDocument.getState().tab === key) useDocument.setState({ name });
  void autosave?.save(key);
}

/** Saves the tabs of a workflow that have unsaved changes. */
export async function saveTabsOf(workflowId: string): Promise<void> {
  for (const tab of useTabs.getState().tabs)
    if (tab.workflowId === workflowId && tab.dirty) await autosave?.save(tab.key);
}

/**
 * After a conflict: shows the other version and drops the changes of this window.
 * @throws ApiError
 */
export async function loadTheirs(key: string): Promise<void> {
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (!tab?.workflowId) return;
  const saved = await getWorkflow(tab.workflowId);
  replaceTab(key, saved.workflow, { revision: saved.revision, name: saved.name });
}

/**
 * Opens a saved workflow, or an included one (`starter:NAME`) as a new workflow.
 * @throws ApiError
 */
export async function openSaved(id: string, view: 'canvas' | 'form' = 'canvas'): Promise<string> {
  if (isStarter(id)) return openStarter(id, view);
  const { workflow, revision, name, ...saved } = await getWorkflow(id);
  // For the order of the list on the home page, which can wait.
  void markUsed(id).catch(() => undefined);
  return openWorkflow(workflow, { workflowId: saved.id, revision, name, view });
}

/** The active workflow as a file. Its paths name no folder of this computer, where they can. */
export async function workflowFile(): Promise<{ readonly name: string; readonly text: string }> {
  const content = contentOfTab(useTabs.getState().active ?? '') ?? EMPTY;
  const name = (content.name || 'workflow').replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
  return { name: `${name}.json`, text: serializeWorkflow(await portable(workflowOf(content))) };
}
