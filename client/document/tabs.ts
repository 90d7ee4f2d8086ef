import { create } from 'zustand';

/** A workflow that is open. */
export interface Tab {
  /** Key of this tab, not of the workflow. */
  readonly key: string;
  /** The saved workflow, or null while it was never saved. */
  readonly workflowId: string | null;
  /** The revision that is edited. */
  readonly revision: number | null;
  readonly name: string;
  /** Whether something is not saved yet. */
  readonly dirty: boolean;
}

interface TabsState {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  /** What fills the window. */
  readonly view: 'home' | 'canvas' | 'form';
}

/** The open workflows and the one that is seen. */
export const useTabs = create<TabsState>(() => ({ tabs: [], active: null, view: 'home' }));
