import { Columns3 } from 'lucide-react';
import { useDocument } from '../document/store.ts';
import { useRunFact } from '../runs/store.ts';
import { t } from '../ui/strings/index.ts';
import css from './results.module.css';
import { besides, compare } from './side-by-side.ts';

/** Opens the results that can stand beside that of a node. Nothing if there are none. */
export function CompareButton({ nodeId, onOpen }: { readonly nodeId: string; readonly onOpen: () => void }) {
  const ids = useRunFact((run) => besides(run, useDocument.getState(), nodeId).join('\n'));
  if (ids === '') return null;
  return (
    <button
      type="button"
      className={`${css.headButton} nodrag`}
      aria-label={t('pictures.sideBySide')}
      title={t('pictures.sideBySide')}
      onClick={() => {
        onOpen();
        compare(ids.split('\n'));
      }}
    >
      <Columns3 size={14} aria-hidden />
    </button>
  );
}
