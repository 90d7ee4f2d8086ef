import { Button } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import type { ViewPlace } from '../results/pictures/selection.ts';
import { formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import { download } from './export-set.tsx';
import css from './room.module.css';
import { useSorting } from './sorting.ts';
import { teachFrom } from './teach.ts';
import { canUseHere, useHere } from './use-here.ts';

/** Shown when every picture has a category: what to do next. */
export function AllSorted({ place, onClose }: { readonly place: ViewPlace; readonly onClose: () => void }) {
  const set = useSorting((state) => state.set);
  const count = useSorting((state) => state.pictures.length);
  return (
    <div className={css.done} role="status">
      <CircleCheck size={18} aria-hidden />
      <span className={css.doneText}>{t('categories.done', { count: formatCount(count) })}</span>
      {canUseHere(place) && (
        <Button size="xs" onClick={() => useHere(set, place)}>
          {t('categories.useHere')}
        </Button>
      )}
      <Button size="xs" onClick={() => void attempt(teachFrom(set, place, false).then(onClose))}>
        {t('categories.teach')}
      </Button>
      <Button size="xs" variant="default" onClick={() => download(set, 'zip')}>
        {t('categories.exportZip')}
      </Button>
      <Button size="xs" variant="default" onClick={() => download(set, 'csv')}>
        CSV
      </Button>
    </div>
  );
}
