import { create } from 'zustand';
import type { Collection } from '../../../server/contract/collections.ts';
import { listCollections } from '../api/collections.ts';
import { namedList } from '../named/list.ts';

/** The collections on this computer. */
export const collectionList = namedList<Collection>(listCollections);

export const { useList: useCollections, load: loadCollections } = collectionList;

/** What the page knows of collections besides their list. */
export const useCollectionsState = create<{
  /** Rises with every change, so that what was checked with an older list is checked again. */
  readonly changes: number;
  /** Whether the window with the list is open. */
  readonly isOpen: boolean;
}>(() => ({ changes: 0, isOpen: false }));

/** A collection was made, changed, renamed or deleted, here or elsewhere. */
export function collectionsChanged(): void {
  useCollectionsState.setState(({ changes }) => ({ changes: changes + 1 }));
  if (useCollections.getState().loaded) void loadCollections();
}

/** Opens the window with all collections. */
export const openCollections = (): void => useCollectionsState.setState({ isOpen: true });
