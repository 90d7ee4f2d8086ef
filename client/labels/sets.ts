import { create } from 'zustand';

/** Whether the list of category sets is open. */
export const useCategorySets = create<{ readonly open: boolean }>(() => ({ open: false }));

/** The name of the label room among the views of a workflow. */
export const ROOM = 'label-room';

/** Where a window keeps changes that it could not send, in its session storage. */
export const UNSENT = 'patchbay-unsent-categories';

/** Opens the list of category sets. */
export const openCategorySets = (): void => useCategorySets.setState({ open: true });
