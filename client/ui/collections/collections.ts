import { create } from 'zustand';
import type { Said } from '../../../nodes/sdk/messages.ts';
import type { Collection } from '../../../server/contract/collections.ts';
import { listCollections } from '../api/collections.ts';
import { messageOf } from '../strings/message-of.ts';

/** The list of collections, as last loaded. */
export interface CollectionList {
  readonly items: readonly Collection[];
  readonly loaded: boolean;
  /** Why the list could not be loaded. */
  readonly problem: Said | null;
  /** Rises with every change, so that what was checked with an older list is checked again. */
  readonly changes: number;
  /** Whether the window with the list is open. */
  readonly open: boolean;
}

/** The list of collections; empty until it is loaded for the first time. */
export const useCollections = create<CollectionList>(() => ({
  items: [],
  loaded: false,
  problem: null,
  changes: 0,
  open: false,
}));

let asking: Promise<void> | undefined;

async function ask(): Promise<void> {
  try {
    useCollections.setState({ items: await listCollections(), loaded: true, problem: null });
  } catch (error) {
    useCollections.setState({ problem: messageOf(error) });
  } finally {
    asking = undefined;
  }
}

/** Loads the list. If that fails, the store contains the problem. */
export function loadCollections(): Promise<void> {
  asking ??= ask();
  return asking;
}

/** A collection was made, changed, renamed or deleted, here or elsewhere. */
export function collectionsChanged(): void {
  useCollections.setState(({ changes }) => ({ changes: changes + 1 }));
  if (useCollections.getState().loaded) void loadCollections();
}

/** Opens the window with all collections. */
export const openCollections = (): void => useCollections.setState({ open: true });
