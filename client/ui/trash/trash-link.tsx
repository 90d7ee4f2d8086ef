import { Button } from '@mantine/core';
import { ArchiveRestore } from 'lucide-react';
import { t } from '../strings/index.ts';
import { openTrash } from './trash.ts';

/** A button that opens the list of what was deleted. */
export function TrashLink({ size = 'compact-xs' }: { readonly size?: 'compact-xs' | 'compact-sm' }) {
  return (
    <Button
      variant="subtle"
      size={size}
      leftSection={<ArchiveRestore size={14} aria-hidden />}
      onClick={openTrash}
    >
      {t('trash.title')}
    </Button>
  );
}
