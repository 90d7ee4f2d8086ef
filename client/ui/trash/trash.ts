import { create } from 'zustand';
import type { TrashEntry } from '../../../server/contract/trash.ts';
import { restoreTrash } from '../api/trash.ts';
import { t } from '../strings/index.ts';
import { attempt, tell } from '../tell.ts';
import { nameOf } from './words.ts';

/** Whether the list of what was deleted is open, and how often something was deleted or restored on this page. */
export const useTrash = create<{ readonly open: boolean; readonly changes: number }>(() => ({
  open: false,
  changes: 0,
}));

/** Something was deleted or restored. Components that list such things load them again. */
export const trashChanged = (): void => useTrash.setState(({ changes }) => ({ changes: changes + 1 }));

/** Opens the list of what was deleted. */
export const openTrash = (): void => useTrash.setState({ open: true });

/** The id of the notification about an entry. The notice that it is restored replaces the notice that it was deleted. */
export const noticeOf = ({ id }: TrashEntry): string => `deleted-${id}`;

/** Restores an entry and says so, or says why that is not possible. */
export async function restore(entry: TrashEntry): Promise<void> {
  await attempt(
    restoreTrash(entry.id).then(() =>
      tell('done', t('trash.restored', { name: nameOf(entry) }), noticeOf(entry)),
    ),
  );
  trashChanged();
}
