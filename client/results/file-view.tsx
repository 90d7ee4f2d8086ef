import { Download, FileCheck, FolderCheck } from 'lucide-react';
import type { ViewOf } from '../../server/contract/view.ts';
import { runFileAddress } from '../ui/api/runs.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './file-view.module.css';
import type { KindOfView } from './view-kind.ts';

type FileOf = ViewOf<'file'>;

/** The files that a node wrote, their folder, and a link to download. */
export function FileView({ view }: { readonly view: FileOf }) {
  const { path, bytes, files } = view;
  const name = path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
  const address = files === 1 ? runFileAddress(path) : undefined;
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
        {address !== undefined && (
          <a className="nodrag" href={address} download={name}>
            <Download size={12} aria-hidden /> {t('results.download')}
          </a>
        )}
      </div>
    </div>
  );
}

/** How the studio shows written files. */
export const file: KindOfView<FileOf> = { Body: FileView, isFile: true };
