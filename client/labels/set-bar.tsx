import { Button } from '@mantine/core';
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { undoLabels } from '../ui/api/labels.ts';
import { formatCount, sentencesText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { FileBrowser } from '../widgets/file-browser.tsx';
import { said } from './import-form.tsx';
import { addFolder, openSet, useOpenSet } from './open-set.ts';
import css from './room.module.css';
import { useSorting } from './sorting.ts';

/** Above the pictures of a whole set: which of them are gone, what was added, and a way to add more. */
export function SetBar() {
  const set = useSorting((state) => state.set);
  const pictures = useSorting((state) => state.pictures);
  const added = useOpenSet((state) => state.added);
  const opening = useOpenSet((state) => state.opening);
  const [browsing, setBrowsing] = useState(false);
  const [isAdding, setIsAdding] = useState(false);
  const [refused, setRefused] = useState<Said>();
  const gone = pictures.filter(({ item }) => item.picture === undefined).length;
  const problem = refused ?? opening?.problem;
  const attempt = async (work: () => Promise<unknown>) => {
    setRefused(undefined);
    setIsAdding(true);
    try {
      await work();
    } catch (error) {
      setRefused(messageOf(error));
    }
    setIsAdding(false);
  };
  const undo = added?.undo;
  const facts = sentencesText([
    ...(pictures.length === 0 ? [t('categories.emptySet')] : []),
    ...(added ? [said(added, true)] : []),
    ...(gone > 0 ? [t('categories.goneSome', { count: formatCount(gone), total: gone })] : []),
  ]);
  return (
    <div className={css.setBar}>
      {problem ? (
        <span className={css.setFacts} role="alert">
          {told(problem)}
        </span>
      ) : (
        <span className={css.setFacts} role="status">
          {isAdding ? t('categories.adding') : facts}
        </span>
      )}
      {undo && added.pictures > 0 && !isAdding && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => void attempt(() => undoLabels(set, undo).then(() => openSet(set)))}
        >
          {t('trash.undo')}
        </Button>
      )}
      <Button
        size="xs"
        variant={pictures.length === 0 ? 'filled' : 'default'}
        leftSection={<FolderPlus size={14} aria-hidden />}
        loading={isAdding}
        onClick={() => setBrowsing(true)}
      >
        {t('categories.addFolder')}
      </Button>
      {browsing && (
        <FileBrowser
          title={t('categories.folder')}
          kind="folder"
          start=""
          onClose={() => setBrowsing(false)}
          onChoose={(path) => {
            setBrowsing(false);
            void attempt(() => addFolder(set, path));
          }}
        />
      )}
    </div>
  );
}
