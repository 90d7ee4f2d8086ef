import { Button, Modal, TextInput } from '@mantine/core';
import { ArrowUp, File as FileIcon, Folder, Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { FolderListing } from '../../server/contract/http.ts';
import { openFileMenu } from '../results/pictures/file-menu.ts';
import { Thumbnail } from '../results/thumbnail.tsx';
import { browse } from '../ui/api/files.ts';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { folderText } from '../ui/strings/workflow-text.ts';
import css from './file-browser.module.css';
import { useFinding } from './find-files.ts';
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

const LAST = 'patchbay-browsed';

/** The folder that was shown last; empty at first. */
function lastFolder(): string {
  try {
    return localStorage.getItem(LAST) ?? '';
  } catch {
    return '';
  }
}

function remember(folder: string): void {
  try {
    localStorage.setItem(LAST, folder);
  } catch {
    // Storage is blocked: the list of places is shown next time.
  }
}

function useFolder(given: string) {
  // An uploaded picture is in no folder that people know.
  const [start] = useState(() => (given === '' || given.startsWith('asset:') ? lastFolder() : given));
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
      else {
        setFound(answer);
        remember(answer.path);
      }
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

/** The folder of a file: `sample:` for `sample:cat.png`. */
const folderOf = (path: string): string => path.replace(/(?<=:)[^/\\]*$|[/\\][^/\\]*$/, '');

/** Moves the focus in the list with the arrow keys. @returns whether the key was one of them */
function moveInList(list: HTMLElement | null, key: string): boolean {
  const buttons = [...(list?.querySelectorAll('button') ?? [])];
  const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: buttons.length - 1 }[key];
  if (to === undefined || buttons.length === 0) return false;
  buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
  return true;
}

/** Shows folders and files of the server's computer and returns the path of the chosen one. */
export function FileBrowser({ title, kind, start, onClose, onChoose }: FileBrowserProps) {
  useBack(true, onClose);
  const { setPath: show, found: here, problem } = useFolder(start);
  const [query, setQuery] = useState('');
  const finding = useFinding(here, query);
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const found = finding?.found ?? here;
  const setPath = (path: string) => {
    setQuery('');
    show(path);
    field.current?.focus();
  };
  const choose = (path: string) => {
    onChoose(path);
    onClose();
  };
  const open = (entry: Entry) => (takes(kind, entry) ? choose(entry.path) : setPath(folderOf(entry.path)));
  const pictures = here?.files.filter(({ ref }) => ref !== undefined) ?? [];
  // Who looks for a folder may remember only a picture in it.
  const shows = (entry: Entry) => takes(kind, entry) || (finding !== undefined && entry.ref !== undefined);
  const files = found?.files.filter(shows) ?? [];
  const inPlace = here !== null && here.path !== '';
  const nothing = found !== null && found.folders.length + files.length === 0;
  const up = () => here?.parent != null && setPath(here.parent);
  const onListKey = (event: KeyboardEvent) => {
    if (event.key === 'Backspace') up();
    else if (event.key === 'ArrowUp' && list.current?.querySelector('button') === document.activeElement)
      field.current?.focus();
    else if (!moveInList(list.current, event.key)) return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('widgets.browseFor', { title })}
      size="lg"
      // In front of the label room, which is in front of everything else.
      zIndex={440}
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
          disabled={here === null || here.parent === null}
          onClick={up}
        >
          {t('widgets.up')}
        </Button>
        <code className={css.browserPath}>
          {inPlace ? <bdi dir="ltr">{here.path}</bdi> : t('widgets.places')}
        </code>
      </div>
      <TextInput
        ref={field}
        data-autofocus
        size="xs"
        mb={8}
        leftSection={<Search size={14} aria-hidden />}
        aria-label={t('widgets.findHere')}
        placeholder={t('widgets.findHere')}
        value={query}
        disabled={!inPlace}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') list.current?.querySelector('button')?.focus();
          else if (event.key === 'Enter') list.current?.querySelector('button')?.click();
          else if (event.key === 'Backspace' && query === '') up();
          else return;
          event.preventDefault();
        }}
      />
      {problem !== null && (
        <p className={common.problem} role="alert">
          {told(problem)}
        </p>
      )}
      <ul className={css.browserList} ref={list} onKeyDown={onListKey}>
        {found?.folders.map(({ name, path, place }) => (
          <li key={path}>
            <button type="button" className={css.entry} onClick={() => setPath(path)}>
              <Folder size={16} aria-hidden />
              <span>{place === undefined ? folderText(path, name) : t(PLACES[place])}</span>
              {finding && <small className={css.where}>{finding.whereOf(path)}</small>}
            </button>
          </li>
        ))}
        {files.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              className={css.entry}
              onClick={() => open(entry)}
              onContextMenu={(event) => {
                const { ref } = entry;
                if (ref !== undefined) openFileMenu({ ...entry, ref }, event);
              }}
            >
              {entry.ref === undefined ? (
                <FileIcon size={16} aria-hidden />
              ) : (
                <Thumbnail source={{ ref: entry.ref }} edge={40} label="" />
              )}
              <span>{entry.name}</span>
              {finding && <small className={css.where}>{finding.whereOf(entry.path)}</small>}
            </button>
          </li>
        ))}
      </ul>
      {kind === 'folder' && !finding && pictures.length > 0 && (
        <div className={strips.strip}>
          {pictures.slice(0, 8).map(({ path, name, ref }) => (
            <Thumbnail key={path} source={{ ref: ref as string }} edge={64} label={name} />
          ))}
        </div>
      )}
      {finding ? (
        <p className={common.note} role="status">
          {finding.isLooking
            ? t('widgets.finding', { count: finding.looked })
            : nothing
              ? t('widgets.findNone', { query })
              : finding.found.more && t('widgets.findLimit')}
        </p>
      ) : (
        <>
          {nothing && pictures.length === 0 && <p className={common.note}>{t('widgets.emptyFolder')}</p>}
          {found?.more && <p className={common.note}>{t('widgets.moreFiles')}</p>}
        </>
      )}
      {(kind === 'folder' || kind === 'adapter') && (
        <div className={css.browserFoot}>
          <span className={common.note}>{pictures.length > 0 && pictureCount(pictures.length)}</span>
          <Button size="sm" disabled={!inPlace} onClick={() => here && choose(here.path)}>
            {t('widgets.use')}
          </Button>
        </div>
      )}
    </Modal>
  );
}
