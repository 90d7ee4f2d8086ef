import { useDocument } from './store.ts';

/** Whether there is nothing at all on the canvas. */
export const useIsEmpty = (): boolean =>
  useDocument(
    ({ order, groups, notes }) =>
      order.length === 0 && Object.keys(groups).length === 0 && Object.keys(notes).length === 0,
  );
