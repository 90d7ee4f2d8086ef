import { type Deletion, TRASH_DAYS, type TrashEntry } from '../../../server/contract/trash.ts';
import { formatBytes, formatCount, listText, sentencesText } from '../format.ts';
import { t } from '../strings/index.ts';
import { workflowText } from '../strings/workflow-text.ts';

type Named = Pick<TrashEntry, 'title' | 'key' | 'kind'>;

/** The name of something deleted, as people know it. */
export const nameOf = ({ title, key, kind }: Named): string =>
  workflowText(title) || (kind === 'run' || kind === 'workflow' ? t('runs.untitled') : key);

/** How much there is: the files and their size, or the versions of a workflow. */
export function extentText({ files, bytes, revisions }: TrashEntry): string {
  if (revisions !== undefined) return t('trash.versions', { count: revisions });
  if (files === 0) return t('trash.noFiles');
  return t('trash.files', { count: files, size: formatBytes(bytes) });
}

function askText(deletion: Deletion, name: string): string {
  const { kind, files, bytes, revisions = 0 } = deletion;
  const extent = { name, count: files, size: formatBytes(bytes) };
  if (kind === 'run') return files === 0 ? t('trash.askRun', { name }) : t('trash.askRunFiles', extent);
  if (kind === 'workflow') return t('trash.askWorkflow', { name, count: revisions });
  if (kind === 'asset') return t('trash.askAsset', extent);
  if (kind === 'labels') return t('trash.askLabels', { name });
  if (kind === 'collection') return t('trash.askCollection', { name, size: formatBytes(bytes) });
  return kind === 'uploads' ? t('trash.askUploads', extent) : t('trash.askModel', extent);
}

function usedByText({ usedBy: { total, names } }: Deletion): string | undefined {
  if (total === 0) return undefined;
  const shown = names.map((name) => workflowText(name) || t('runs.untitled'));
  const more = total > names.length ? [t('trash.more', { count: total - names.length })] : [];
  return t('trash.usedBy', { count: total, names: listText([...shown, ...more]) });
}

/** The question before a deletion: what goes, who uses it, and that it can be restored. */
export function questionText(deletion: Deletion, name = nameOf(deletion)): string {
  const sentences = [
    askText(deletion, name),
    usedByText(deletion),
    t('trash.canRestore', { days: TRASH_DAYS }),
  ];
  return sentencesText(sentences.filter((sentence) => sentence !== undefined));
}

/** The label of the button that deletes: a verb with its object and what goes with it. */
export function confirmText({ kind, files, bytes }: Pick<Deletion, 'kind' | 'files' | 'bytes'>): string {
  if (kind === 'run') return files === 0 ? t('trash.yesRun') : t('trash.yesRunFiles', { count: files });
  if (kind === 'workflow') return t('trash.yesWorkflow');
  if (kind === 'asset') return t('trash.yesAsset', { size: formatBytes(bytes) });
  if (kind === 'uploads') return t('trash.yesUploads', { count: files });
  if (kind === 'labels') return t('trash.yesLabels');
  if (kind === 'collection') return t('trash.yesCollection');
  return t('trash.yesModel', { size: formatBytes(bytes) });
}

/** How long an entry is kept from now on. */
export function leftText({ expiresAt }: TrashEntry, now = Date.now()): string {
  const days = Math.ceil((Date.parse(expiresAt) - now) / (24 * 60 * 60 * 1000));
  return t('trash.left', { count: Math.max(1, days) });
}

/** What was deleted, as a sentence. */
export const goneText = (entry: TrashEntry): string =>
  entry.kind === 'run' && entry.files > 0
    ? t('trash.goneWith', { name: nameOf(entry), count: entry.files })
    : t('trash.gone', { name: nameOf(entry) });

/** The total of a list of entries. */
export const totalText = (count: number, bytes: number): string =>
  t('trash.total', { count, size: count === 0 ? formatCount(0) : formatBytes(bytes) });
