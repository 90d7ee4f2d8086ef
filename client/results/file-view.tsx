import { Download, FileCheck, FolderCheck, Undo2 } from 'lucide-react';
import { baseName } from '../../nodes/sdk/file-names.ts';
import type { ViewOf } from '../../server/contract/view.ts';
import { undoMoves } from '../ui/api/files.ts';
import { fileOfRun, runFileAddress, runZipUrl } from '../ui/api/runs.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { OpenFolder } from '../ui/open-folder.tsx';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { attempt, tell } from '../ui/tell.ts';
import css from './file-view.module.css';
import type { KindOfView } from './view-kind.ts';

type FileOf = ViewOf<'file'>;

/** The most files whose reason is told; the others are counted. */
const MOST_TOLD = 3;

/** Moves files back, and says how many, and why others are not. */
async function moveBack(id: string): Promise<void> {
  const { files, kept } = await undoMoves(id);
  if (files > 0) tell('done', t('results.movedBack', { total: files, count: formatCount(files) }));
  for (const problem of kept.slice(0, MOST_TOLD)) tell('error', told(problem));
  if (kept.length > MOST_TOLD) tell('error', t('results.movedKeptMore', { count: kept.length - MOST_TOLD }));
}

/** The files that a node wrote, their folder, and what to do with them: download, or open the folder. */
export function FileView({ view }: { readonly view: FileOf }) {
  const { path, bytes, files, moves } = view;
  const name = baseName(path);
  const address = files === 1 ? runFileAddress(path) : undefined;
  const folder = files > 1 ? fileOfRun(path) : undefined;
  const Icon = files === 1 ? FileCheck : FolderCheck;
  const size = formatBytes(bytes);
  return (
    <div className={css.file}>
      <Icon size={18} aria-hidden />
      <div className={css.fileWords}>
        <span>
          {files === 1
            ? t('results.saved', { name, size })
            : t('results.savedFiles', { name, size, total: files, count: formatCount(files) })}
        </span>
        <code title={path}>{path}</code>
        <span className={css.fileActions}>
          {address !== undefined && (
            <a className="nodrag" href={address} download={name}>
              <Download size={12} aria-hidden /> {t('results.download')}
            </a>
          )}
          {folder && (
            <a className="nodrag" href={runZipUrl(folder.runId, folder.path)} download={`${name}.zip`}>
              <Download size={12} aria-hidden /> {t('share.zip')}
            </a>
          )}
          {moves !== undefined && (
            <button type="button" className="nodrag" onClick={() => void attempt(moveBack(moves))}>
              <Undo2 size={12} aria-hidden /> {t('results.moveBack')}
            </button>
          )}
          {files > 0 && <OpenFolder what={{ path }} className="nodrag" />}
        </span>
      </div>
    </div>
  );
}

/** How the studio shows written files. */
export const file: KindOfView<FileOf> = { Body: FileView, isFile: true };
