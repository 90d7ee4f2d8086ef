import { Button, Modal } from '@mantine/core';
import { ArrowUp, File as FileIcon, Folder } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { FolderListing } from '../../server/contract/http.ts';
import { Thumbnail } from '../results/thumbnail.tsx';
import { browse } from '../ui/api/files.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { folderText } from '../ui/strings/workflow-text.ts';
import css from './file-browser.module.css';
import strips from './pictures.module.css';
import common from './widgets.module.css';

/** What the user chooses: a folder, a picture, any file, or an adapter (a folder or a file). */
export type BrowseKind = 'folder' | 'picture' | 'file' | 'adapter';

/** Props of the dialog that browses the allowed folders. */
export interface FileBrowserProps {
  readonly title: string;
  readonly kind: BrowseKind;
  /** The first folder to show, or a file inside it. */
  readonly start: string;
  readonly onClose: () => void;
  readonly onChoose: (path: string) => void;
}

const PLACES = { samples: 'widgets.samples', uploads: 'widgets.uploads', home: 'widgets.home' } as const;

type Entry = FolderListing['files'][number];

const takes = (kind: BrowseKind, { ref, name }: Entry): boolean =>
  kind === 'picture'
    ? ref !== undefined
    : kind === 'adapter'
      ? /\.(safetensors|json|bin)$/i.test(name)
      : kind === 'file';

/** "24 pictures". */
export const pictureCount = (count: number, more = false): string =>
  t(more ? 'widgets.picturesAndMore' : 'widgets.pictureCount', { count });

function useFolder(start: string) {
  const [path, setPath] = useState(start);
  const [found, setFound] = useState<FolderListing | null>(null);
  const [problem, setProblem] = useState<Said | null>(null);
  useEffect(() => {
    const left = new AbortController();
    const show = (answer: FolderListing) => {
      if (left.signal.aborted) return;
      // If the start is a file, its folder is shown.
      const isFile = answer.files.length === 1 && answer.files[0]?.path === answer.path;
      if (isFile && answer.parent !== null) setPath(answer.parent);
      else setFound(answer);
    };
    const fail = (error: unknown) => {
      if (left.signal.aborted) return;
      // The start may not exist yet. Then the list of places is shown.
      if (path === start && start !== '') setPath('');
      else setProblem(messageOf(error));
    };
    setProblem(null);
    browse(path, left.signal).then(show, fail);
    return () => left.abort();
  }, [path, start]);
  return { path, setPath, found, problem };
}

/** Shows folders and files of the server's computer and returns the path of the chosen one. */
export function FileBrowser({ title, kind, start, onClose, onChoose }: FileBrowserProps) {
  const { setPath, found, problem } = useFolder(start);
  const choose = (path: string) => {
    onChoose(path);
    onClose();
  };
  const pictures = found?.files.filter(({ ref }) => ref !== undefined) ?? [];
  const files = found?.files.filter((entry) => takes(kind, entry)) ?? [];
  const inPlace = found !== null && found.path !== '';
  const nothing = found !== null && found.folders.length + files.length === 0;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('widgets.browseFor', { title })}
      size="lg"
      // Keys and clicks in the dialog must not reach the canvas.
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.stopPropagation()}
      closeButtonProps={{ 'aria-label': t('results.close') }}
    >
      <div className={css.browserHead}>
        <Button
          variant="default"
          size="xs"
          leftSection={<ArrowUp size={14} aria-hidden />}
          disabled={found?.parent === null || found === null}
          onClick={() => found?.parent != null && setPath(found.parent)}
        >
          {t('widgets.up')}
        </Button>
        <code className={css.browserPath}>
          {inPlace ? <bdi dir="ltr">{found.path}</bdi> : t('widgets.places')}
        </code>
      </div>
      {problem !== null && (
        <p className={common.problem} role="alert">
          {told(problem)}
        </p>
      )}
      <ul className={css.browserList}>
        {found?.folders.map(({ name, path, place }) => (
          <li key={path}>
            <button type="button" className={css.entry} onClick={() => setPath(path)}>
              <Folder size={16} aria-hidden />
              <span>{place === undefined ? folderText(path, name) : t(PLACES[place])}</span>
            </button>
          </li>
        ))}
        {files.map(({ name, path, ref }) => (
          <li key={path}>
            <button type="button" className={css.entry} onClick={() => choose(path)}>
              {ref === undefined ? (
                <FileIcon size={16} aria-hidden />
              ) : (
                <Thumbnail source={{ ref }} edge={32} label="" />
              )}
              <span>{name}</span>
            </button>
          </li>
        ))}
      </ul>
      {kind === 'folder' && pictures.length > 0 && (
        <div className={strips.strip}>
          {pictures.slice(0, 8).map(({ path, name, ref }) => (
            <Thumbnail key={path} source={{ ref: ref as string }} edge={64} label={name} />
          ))}
        </div>
      )}
      {nothing && pictures.length === 0 && <p className={common.note}>{t('widgets.emptyFolder')}</p>}
      {found?.more && <p className={common.note}>{t('widgets.moreFiles')}</p>}
      {(kind === 'folder' || kind === 'adapter') && (
        <div className={css.browserFoot}>
          <span className={common.note}>{pictures.length > 0 && pictureCount(pictures.length)}</span>
          <Button size="sm" disabled={!inPlace} onClick={() => found && choose(found.path)}>
            {t('widgets.use')}
          </Button>
        </div>
      )}
    </Modal>
  );
}
