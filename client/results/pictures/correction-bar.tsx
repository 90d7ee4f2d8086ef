import { Button } from '@mantine/core';
import { Undo2, X } from 'lucide-react';
import { useTabs } from '../../document/tabs.ts';
import { useRetrain } from '../../runs/retrain.ts';
import { RetrainControls } from '../../runs/retrain-controls.tsx';
import { t } from '../../ui/strings/index.ts';
import { undoLast } from './correct.ts';
import { setNews, useCorrections } from './corrections.ts';
import css from './pictures.module.css';
import { useSortRequest } from './sortable.ts';

/** What was corrected last, with undo, and how the workflow learns from it. In front of all windows, so that it is at hand in each. */
export function CorrectionBar() {
  const tab = useTabs((state) => (state.view === 'home' ? null : state.active)) ?? '';
  const corrections = useCorrections(({ byTab }) => byTab[tab]);
  const isSorting = useSortRequest((state) => state.request !== null);
  const { count, on } = useRetrain(tab);
  const news = corrections?.news ?? null;
  const isWaiting = count > 0 && !on;
  // The label room has the same controls in its head.
  if (isSorting || (news === null && !isWaiting)) return null;
  return (
    <section
      className={css.corrections}
      aria-label={t('correct.bar')}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {news !== null && (
        <span className={css.news} role="status" title={news}>
          {news}
        </span>
      )}
      {(corrections?.past.length ?? 0) > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Undo2 size={14} aria-hidden />}
          onClick={() => void undoLast(tab)}
        >
          {t('trash.undo')}
        </Button>
      )}
      <RetrainControls tab={tab} />
      {news !== null && !isWaiting && (
        <button
          type="button"
          className={css.barButton}
          aria-label={t('canvas.close')}
          title={t('canvas.close')}
          onClick={() => setNews(tab, null)}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </section>
  );
}
