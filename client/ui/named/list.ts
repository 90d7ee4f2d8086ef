import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Said } from '../../../nodes/sdk/messages.ts';
import { messageOf } from '../strings/message-of.ts';

/** A list of things with names that the server keeps, as last loaded. */
export interface NamedList<T> {
  readonly items: readonly T[];
  readonly loaded: boolean;
  /** Why the list could not be loaded. */
  readonly problem: Said | null;
}

/** A list as a store, and the function that loads it. If that fails, the store contains the problem. */
export interface LoadedList<T> {
  readonly useList: UseBoundStore<StoreApi<NamedList<T>>>;
  readonly load: () => Promise<void>;
}

/** A list that is empty until it is loaded for the first time. @param ask gets it from the server; asked once at a time */
export function namedList<T>(ask: () => Promise<readonly T[]>): LoadedList<T> {
  const useList = create<NamedList<T>>(() => ({ items: [], loaded: false, problem: null }));
  let asking: Promise<void> | undefined;
  const once = async () => {
    try {
      const items = await ask();
      useList.setState({ items, loaded: true, problem: null });
    } catch (error) {
      useList.setState({ problem: messageOf(error) });
    } finally {
      asking = undefined;
    }
  };
  const load = () => {
    asking ??= once();
    return asking;
  };
  return { useList, load };
}
