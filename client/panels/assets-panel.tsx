import { ActionIcon, Button } from '@mantine/core';
import { CornerLeftUp, Folder, FolderPlus } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { FolderListing } from '../../server/contract/http.ts';
import { clipOf } from '../document/clipboard.ts';
import { browse, deleteUploads, thumbnailUrl } from '../ui/api/files.ts';
import { labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { folderText } from '../ui/strings/workflow-text.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import { addFromPanel } from './add-from-panel.ts';
import css from './panels.module.css';

type Place = NonNullable<FolderListing['folders'][number]['place']>;
const PLACES: Readonly<Record<Place, 'assets.samples' | 'assets.uploads' | 'assets.home'>> = {
  samples: 'assets.samples',
  uploads: 'assets.uploads',
  home: 'assets.home',
};

const loadNode = (type: 'image/load-image' | 'image/load-folder', path: string) =>
  addFromPanel(type, { path });

const dragged = (type: string, path: string) =>
  clipOf({ format: 'patchbay', version: 1, nodes: [{ id: 'pictures', type, params: { path } }], edges: [] });

/** Uploads, samples and folders of the server's computer. An item dragged to the canvas becomes a load node. */
export function AssetsPanel() {
  const [folder, setFolder] = useState<FolderListing>();
  const [uploads, setUploads] = useState<string>();
  const [problem, setProblem] = useState<Said | null>(null);
  const go = useCallback(async (path: string) => {
    try {
      const found = await browse(path);
      if (path === '') setUploads(found.folders.find(({ place }) => place === 'uploads')?.path);
      setFolder(found);
      setProblem(null);
    } catch (error) {
      setProblem(messageOf(error));
    }
  }, []);
  const changes = useTrash((state) => state.changes);
  const place = useRef('');
  place.current = folder?.path ?? '';
  // Load the folder again when one was deleted or restored. At first, this is the list of places.
  useEffect(() => void go(place.current), [go, changes]);
  const pictures = folder?.files.filter(({ ref }) => ref !== undefined) ?? [];
  const isEmpty = folder && folder.folders.length === 0 && pictures.length === 0;

  return (
    <>
      <p className={css.quiet}>{t('assets.help')}</p>
      {problem && <p className={css.problem}>{told(problem)}</p>}
      {folder && folder.parent !== null && (
        <div className={css.buttons}>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<CornerLeftUp size={12} aria-hidden />}
            onClick={() => void go(folder.parent ?? '')}
          >
            {t('assets.up')}
          </Button>
          {pictures.length > 0 && (
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => loadNode('image/load-folder', folder.path)}
            >
              {t('assets.useFolder')}
            </Button>
          )}
        </div>
      )}
      {isEmpty && <p className={css.quiet}>{t('assets.empty')}</p>}
      <ul className={css.list}>
        {folder?.folders.map(({ name, path, place }) => (
          <li key={path} className={css.folder}>
            <button
              type="button"
              className={css.folderOpen}
              draggable
              onDragStart={(event) =>
                event.dataTransfer.setData('application/patchbay-example', dragged('image/load-folder', path))
              }
              onClick={() => void go(path)}
            >
              <Folder size={14} aria-hidden /> {place ? t(PLACES[place]) : folderText(path, name)}
            </button>
            {!place && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={labelled(t('assets.useFolder'), name)}
                onClick={() => loadNode('image/load-folder', path)}
              >
                <FolderPlus size={14} aria-hidden />
              </ActionIcon>
            )}
            {!place && folder.path === uploads && (
              <TrashButton
                kind="uploads"
                id={name}
                name={name}
                size="sm"
                onDelete={() => deleteUploads(name)}
              />
            )}
          </li>
        ))}
      </ul>
      <ul className={css.pictures}>
        {pictures.map(({ name, path, ref = '' }) => (
          <li key={path}>
            <button
              type="button"
              className={css.pictureButton}
              title={name}
              aria-label={labelled(t('assets.use'), name)}
              draggable
              onDragStart={(event) =>
                event.dataTransfer.setData('application/patchbay-example', dragged('image/load-image', path))
              }
              onClick={() => loadNode('image/load-image', path)}
            >
              <img src={thumbnailUrl({ ref }, 128)} alt="" loading="lazy" draggable={false} />
            </button>
          </li>
        ))}
      </ul>
      {folder?.more && <p className={css.quiet}>{t('widgets.moreFiles')}</p>}
      <TrashLink />
    </>
  );
}
