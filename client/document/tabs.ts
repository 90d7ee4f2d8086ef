import { create } from 'zustand';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { type Content, contentOf, EMPTY, workflowOf } from './content.ts';
import { type History, NO_HISTORY } from './history.ts';
import { contentIn, documentActions, useDocument } from './store.ts';

/** An open workflow. */
export interface Tab {
  /** Key of the tab; not the id of the workflow. */
  readonly key: string;
  /** Id of the saved workflow; null before the first save. */
  readonly workflowId: string | null;
  /** The revision being edited; null before the first save. */
  readonly revision: number | null;
  readonly name: string;
  /** Whether there are unsaved changes. */
  readonly dirty: boolean;
  /** Why saving failed. */
  readonly problem: Said | null;
  /** The revision that someone else saved in the meantime. Saving waits until the user decides. */
  readonly conflict: number | null;
  /** The saved workflow was deleted elsewhere. Saving waits until the user decides. */
  readonly isGone?: boolean;
  /** The earlier run that the tab shows as it was; null for a workflow that one works on. */
  readonly run: EarlierRun | null;
  /** How the tab was shown last; absent for the canvas. */
  readonly view?: 'canvas' | 'form';
}

/** A run whose workflow is open as it was. */
export interface EarlierRun {
  readonly id: string;
  /** The saved workflow that the run belongs to. */
  readonly workflowId: string | null;
  readonly createdAt: string;
}

/** What the window shows. */
export type View = 'home' | 'canvas' | 'form';

interface TabsState {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  readonly view: View;
}

/** The open workflows, and the visible one. */
export const useTabs = create<TabsState>(() => ({ tabs: [], active: null, view: 'home' }));

/** The active tab; undefined on the home page. */
export const useActiveTab = (): Tab | undefined =>
  useTabs(({ tabs, active }) => tabs.find((tab) => tab.key === active));

interface Parked {
  readonly content: Content;
  readonly history: History;
}

/** Open workflows that are not visible. */
const parked = new Map<string, Parked>();

let count = 0;
const newKey = () =>
  `${Date.now().toString(36)}-${(count++).toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;

/** The content of an open tab. */
export function contentOfTab(key: string): Content | undefined {
  const state = useDocument.getState();
  return state.tab === key ? contentIn(state) : parked.get(key)?.content;
}

function park(): void {
  const state = useDocument.getState();
  if (state.tab !== '' && useTabs.getState().tabs.some((tab) => tab.key === state.tab))
    parked.set(state.tab, { content: contentIn(state), history: state.history });
}

/** Changes the state of a tab. */
export function patchTab(key: string, patch: Partial<Omit<Tab, 'key'>>): void {
  const { tabs } = useTabs.getState();
  if (!tabs.some((tab) => tab.key === key)) return;
  useTabs.setState({ tabs: tabs.map((tab) => (tab.key === key ? { ...tab, ...patch } : tab)) });
}

/** Options for opening a workflow. */
export interface OpenOptions {
  readonly workflowId?: string | null;
  readonly revision?: number | null;
  readonly name?: string;
  readonly dirty?: boolean;
  readonly view?: View;
  /** Key of a restored tab. */
  readonly key?: string;
  readonly run?: EarlierRun | null;
  /** Shows an open tab with just this workflow instead of opening another one. */
  readonly reuse?: boolean;
}

const textOf = (content: Content) => JSON.stringify(workflowOf(content));

/** Opens a workflow in a new tab, or shows its tab if it is already open. Returns the tab's key. */
export function openWorkflow(workflow: Workflow, options: OpenOptions = {}): string {
  const { workflowId = null, revision = null, dirty = false, view = 'canvas', key = newKey() } = options;
  const { run = null, reuse = false } = options;
  const { tabs } = useTabs.getState();
  const content = contentOf(workflow);
  const name = options.name ?? (content.name || '');
  const named = content.name === name ? content : { ...content, name };
  const isOpen = (tab: Tab): boolean => {
    if (run !== null || tab.run !== null) return run !== null && tab.run?.id === run.id;
    if (workflowId !== null) return tab.workflowId === workflowId;
    if (!reuse || tab.name !== name) return false;
    const there = contentOfTab(tab.key);
    return there !== undefined && textOf(there) === textOf(named);
  };
  const open = tabs.find(isOpen);
  if (open) {
    activateTab(open.key, view);
    return open.key;
  }
  park();
  const shown = view === 'home' ? {} : { view };
  const tab: Tab = { key, workflowId, revision, name, dirty, problem: null, conflict: null, run, ...shown };
  useTabs.setState({ tabs: [...tabs, tab], active: key, view });
  documentActions().show(key, named);
  return key;
}

/** Opens an empty workflow. */
export function openEmpty(name = ''): string {
  return openWorkflow(workflowOf({ ...EMPTY, name }), { name });
}

/** Shows a tab, by default as it was shown last. */
export function activateTab(key: string, view?: View): void {
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (!tab) return;
  const next = view ?? tab.view ?? 'canvas';
  if (next !== 'home' && next !== tab.view) patchTab(key, { view: next });
  if (useDocument.getState().tab !== key) {
    park();
    const { content, history } = parked.get(key) ?? { content: EMPTY, history: NO_HISTORY };
    parked.delete(key);
    useTabs.setState({ active: key, view: next });
    documentActions().show(key, content, history);
  } else useTabs.setState({ active: key, view: next });
}

/** Shows the home page. The tabs stay open. */
export function goHome(): void {
  useTabs.setState({ view: 'home' });
}

/** Shows the active workflow as canvas or as form. */
export function showAs(view: 'canvas' | 'form'): void {
  const { active } = useTabs.getState();
  if (active === null) return;
  patchTab(active, { view });
  useTabs.setState({ view });
}

/** Replaces the workflow of a tab, for example with the version that someone else saved. */
export function replaceTab(key: string, workflow: Workflow, patch: Partial<Omit<Tab, 'key'>>): void {
  const content = contentOf(workflow);
  if (useDocument.getState().tab === key) documentActions().show(key, content);
  else parked.set(key, { content, history: NO_HISTORY });
  patchTab(key, { name: content.name, dirty: false, problem: null, conflict: null, ...patch });
}

/** Closes a tab without saving. Shows the tab beside it, or home after the last one. */
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
  if (neighbour) activateTab(neighbour.key, view === 'home' ? view : undefined);
  else {
    useTabs.setState({ active: null, view: 'home' });
    documentActions().show('', EMPTY);
  }
}
