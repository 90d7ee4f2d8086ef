import { create } from 'zustand';
import { useTabs } from '../document/tabs.ts';

/** The tab whose closing waits for an answer, because it is not saved. */
export const useClosing = create<{ readonly key: string | null }>(() => ({ key: null }));

/** Closes a tab, or asks first where something would be lost. */
export function requestClose(key: string, close: (key: string) => void): void {
  const tab = useTabs.getState().tabs.find((one) => one.key === key);
  if (tab?.dirty) useClosing.setState({ key });
  else close(key);
}
