import { create } from 'zustand';
import type { Workflow } from '../../workflows/workflow.ts';
import { type Content, contentOf, EMPTY, workflowOf } from './content.ts';
import { type History, NO_HISTORY } from './history.ts';
import { contentIn, documentActions, useDocument } from './store.ts';

/** A workflow that is open. */
export interface Tab {
  /** Key of this tab, not of the workflow. */
  readonly key: string;
  /** The saved workflow, or null while it was never saved. */
  readonly workflowId: string | null;
  /** The revision that is edited, or null while it was never saved. */
  readonly revision: number | null;
  readonly name: string;
  /** Whether something is not saved yet. */
  readonly dirty: boolean;
  /** Why it is not saved: a sentence. */
  readonly problem: string | null;
  /** The revision somebody else saved meanwhile; saving waits until the user decides. */
  readonly conflict: number | null;
}

/** What fills the window. */
export type View = 'home' | 'canvas' | 'form';

interface TabsState {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  readonly view: View;
}

/** The open workflows and the one that is seen. */
export const useTabs = create<TabsState>(() => ({ tabs: [], active: null, view: 'home' }));

/** The active tab, or undefined at home. */
export const useActiveTab = (): Tab | undefined =>
  useTabs(({ tabs, active }) => tabs.find((tab) => tab.key === active));

interface Parked {
  readonly content: Content;
  readonly history: History;
}

/** Workflows that are open and not seen. */
const parked = new Map<string, Parked>();

let count = 0;
const newKey = () =>
  `${Date.now().toString(36)}-${(count++).toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;

/** The content of any open tab. */
export function contentOfTab(key: string): Content | undefined {
  const state = useDocument.getState();
  return state.tab === key ? contentIn(state) : parked.get(key)?.content;
}

function park(): void {
  const state = useDocument.getState();
  if (state.tab !== '' && useTabs.getState().tabs.some((tab) => tab.key === state.tab))
    parked.set(state.tab, { content: contentIn(state), history: state.history });
}

/** Changes what is known of a tab. */
export function patchTab(key: string, patch: Partial<Omit<Tab, 'key'>>): void {
  const { tabs } = useTabs.getState();
  if (!tabs.some((tab) => tab.key === key)) return;
  useTabs.setState({ tabs: tabs.map((tab) => (tab.key === key ? { ...tab, ...patch } : tab)) });
}

/** What a workflow is opened with. */
export interface OpenOptions {
  readonly workflowId?: string | null;
  readonly revision?: number | null;
  readonly name?: string;
  readonly dirty?: boolean;
  readonly view?: View;
  /** Key of a tab that comes back after a crash. */
  readonly key?: string;
}

/** Opens a workflow in a tab of its own; one that is open already is shown instead. Returns the tab's key. */
export function openWorkflow(workflow: Workflow, options: OpenOptions = {}): string {
  const { workflowId = null, revision = null, dirty = false, view = 'canvas', key = newKey() } = options;
  const { tabs } = useTabs.getState();
  const open = workflowId === null ? undefined : tabs.find((tab) => tab.workflowId === workflowId);
  if (open) {
    activateTab(open.key, view);
    return open.key;
  }
  park();
  const content = contentOf(workflow);
  const name = options.name ?? (content.name || '');
  const named = content.name === name ? content : { ...content, name };
  const tab: Tab = { key, workflowId, revision, name, dirty, problem: null, conflict: null };
  useTabs.setState({ tabs: [...tabs, tab], active: key, view });
  documentActions().show(key, named);
  return key;
}

/** Opens an empty workflow. */
export function openEmpty(name = ''): string {
  return openWorkflow(workflowOf({ ...EMPTY, name }), { name });
}

/** Shows a tab. */
export function activateTab(key: string, view?: View): void {
  const state = useTabs.getState();
  if (!state.tabs.some((tab) => tab.key === key)) return;
  const next = view ?? (state.view === 'home' ? 'canvas' : state.view);
  if (useDocument.getState().tab !== key) {
    park();
    const { content, history } = parked.get(key) ?? { content: EMPTY, history: NO_HISTORY };
    parked.delete(key);
    useTabs.setState({ active: key, view: next });
    documentActions().show(key, content, history);
  } else useTabs.setState({ active: key, view: next });
}

/** Shows home; the tabs stay. */
export function goHome(): void {
  useTabs.setState({ view: 'home' });
}

/** Shows the workflow as canvas or as form. */
export function showAs(view: 'canvas' | 'form'): void {
  if (useTabs.getState().active !== null) useTabs.setState({ view });
}

/** Replaces what a tab holds, such as by what somebody else saved. */
export function replaceTab(key: string, workflow: Workflow, patch: Partial<Omit<Tab, 'key'>>): void {
  const content = contentOf(workflow);
  if (useDocument.getState().tab === key) documentActions().show(key, content);
  else parked.set(key, { content, history: NO_HISTORY });
  patchTab(key, { name: content.name, dirty: false, problem: null, conflict: null, ...patch });
}

/** Closes a tab, saved or not; the one beside it is shown, or home after the last. */
export function closeTab(key: string): void {
  const { tabs, active, view } = useTabs.getState();
  const index = tabs.findIndex((tab) => tab.key === key);
  if (index < 0) return;
  const rest = tabs.filter((tab) => tab.key !== key);
  parked.delete(key);
  if (active !== key) {
    useTabs.setState({ tabs: rest });
    return;
  }
  const neighbour = rest[Math.min(index, rest.length - 1)];
  useTabs.setState({ tabs: rest, active: null });
  if (neighbour) activateTab(neighbour.key, view);
  else {
    useTabs.setState({ active: null, view: 'home' });
    documentActions().show('', EMPTY);
  }
}
