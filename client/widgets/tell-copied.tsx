import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { deleteUploads } from '../ui/api/files.ts';
import { formatBytes } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import { tellDeleted } from '../ui/trash/undo.tsx';
import type { Dropped, Uploaded } from './drops.ts';

/** How long the way back is offered, in milliseconds. */
const OFFERED_MS = 20_000;
const PREFIX = 'uploads:';

/**
 * Says how many files of a folder were copied, and where to, and offers to take it back. Nothing for files that were there before.
 * @param onBack called before the copies go to the trash
 */
export function tellCopied(
  { folder, isNew }: Uploaded,
  { files }: Pick<Dropped, 'files'>,
  onBack?: () => void,
): void {
  if (!isNew) return;
  const id = `copied-${folder}`;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const takeBack = () => {
    notifications.hide(id);
    onBack?.();
    const name = folder.startsWith(PREFIX) ? folder.slice(PREFIX.length) : folder;
    void attempt(deleteUploads(name).then(tellDeleted));
  };
  notifications.show({
    id,
    autoClose: OFFERED_MS,
    closeButtonProps: { 'aria-label': t('canvas.close') },
    message: (
      <>
        {t('widgets.copied', { count: files.length, size: formatBytes(bytes), folder })}{' '}
        <Button size="compact-sm" variant="light" onClick={takeBack}>
          {t('widgets.deleteCopies')}
        </Button>
      </>
    ),
  });
}
