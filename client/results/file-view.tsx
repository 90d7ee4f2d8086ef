import { Download, FileCheck, FolderCheck } from 'lucide-react';
import { runFileAddress } from '../ui/api/runs.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './file-view.module.css';
import type { ShownView } from './read-view.ts';

type FileOf = Extract<ShownView, { view: 'file' }>;

/** What was written, where, and a way to have it here. */
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
            : t('results.savedFiles', { name, size, count: formatCount(files) })}
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
