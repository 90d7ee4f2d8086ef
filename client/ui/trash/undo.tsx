import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import type { TrashEntry } from '../../../server/contract/trash.ts';
import { t } from '../strings/index.ts';
import css from './trash.module.css';
import { noticeOf, restore, trashChanged } from './trash.ts';
import { goneText } from './words.ts';

/** How long a deletion can be undone from its notification, in milliseconds. */
const UNDO_MS = 10_000;

function Undo({ entry, onUndo }: { readonly entry: TrashEntry; readonly onUndo: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The deleted object had the focus. Without a new place, the keyboard would start at the top of the page.
    const timer = setTimeout(() => {
      if (document.activeElement === null || document.activeElement === document.body)
        button.current?.focus({ preventScroll: true });
    }, 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <span className={css.undo}>
      <span className={css.undoText}>{goneText(entry)}</span>
      <Button ref={button} className={css.restore} size="compact-sm" variant="light" onClick={onUndo}>
        {t('trash.undo')}
      </Button>
    </span>
  );
}

/** Says what was deleted, and offers to undo it for a while. Lists of such things load again. */
export function tellDeleted(entry: TrashEntry): void {
  const undo = () => void restore(entry);
  notifications.show({
    id: noticeOf(entry),
    autoClose: UNDO_MS,
    closeButtonProps: { 'aria-label': t('canvas.close') },
    message: <Undo entry={entry} onUndo={undo} />,
  });
  trashChanged();
}
