import { create } from 'zustand';

/** Whether the list of category sets is open. */
export const useCategorySets = create<{ readonly open: boolean }>(() => ({ open: false }));

/** The name of the label room among the views of a workflow. */
export const ROOM = 'label-room';

/** Opens the list of category sets. */
export const openCategorySets = (): void => useCategorySets.setState({ open: true });
