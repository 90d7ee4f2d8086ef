import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { trashMessage } from '../contract/messages/trash.ts';
import type { TrashEntry } from '../contract/trash.ts';
import { TRASH_DAYS } from '../contract/trash.ts';
import { dataFolder } from '../data-folder.ts';
import { openJournal } from '../store/journal.ts';
import { openTrash, type Trash } from '../trash/trash.ts';
import { canAsk, isAgreed } from './ask.ts';
import { pad } from './columns.ts';
import { sizeText } from './download-bar.ts';
import { print, printLine } from './print.ts';
import { EXIT, UsageError } from './usage.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

/** A number of files and their size: `132 files, 45 MB`. */
export const sizeOf = ({ files, bytes }: { readonly files: number; readonly bytes: number }): string =>
  `${files} ${files === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;

const extentText = (entry: TrashEntry): string =>
  entry.revisions === undefined
    ? sizeOf(entry)
    : `${entry.revisions} ${entry.revisions === 1 ? 'version' : 'versions'}`;

/**
 * Opens the trash for one command. The journal is locked while a server runs; then only uploads, models, label sets and collections can be restored here.
 */
async function withTrash<T>(work: (trash: Trash, hasJournal: boolean) => Promise<T>): Promise<T> {
  const folder = dataFolder();
  if (!existsSync(join(folder, 'journal.db'))) {
    const trash = openTrash(folder);
    await trash.recover();
    return work(trash, true);
  }
  let journal: ReturnType<typeof openJournal>;
  try {
    journal = openJournal(folder);
  } catch (error) {
    if (!(error instanceof PatchbayError) || error.code !== 'data.in-use') throw error;
    return work(openTrash(folder), false);
  }
  try {
    const trash = openTrash(folder, journal);
    await trash.recover();
    return await work(trash, true);
  } finally {
    journal.close();
  }
}

/** `patchbay trash list`: lists what was deleted and can be restored. */
export const listTrashCommand = (options: { json: boolean }): Promise<number> =>
  withTrash(async (trash) => {
    const list = await trash.list();
    if (options.json) await json(list);
    else if (list.items.length === 0)
      printLine(
        `The trash is empty. Deleted runs, workflows, uploads, models, category sets and collections stay in it for ${TRASH_DAYS} days.`,
      );
    else {
      for (const entry of list.items) {
        const { id, kind, title, key, deletedAt } = entry;
        const what = `${title || key} (${extentText(entry)})`;
        printLine(`${pad(id, 26)} ${pad(kind, 9)} ${what}, deleted ${deletedAt.slice(0, 16)}Z`);
      }
      printLine(
        `${sizeOf(list)}. "patchbay trash restore ID" brings one back, "patchbay trash empty" frees the space.`,
      );
    }
    return EXIT.completed;
  });

/** `patchbay trash restore ID`: puts something deleted back to where it was. */
export const restoreTrashCommand = (id: string, options: { json: boolean }): Promise<number> =>
  withTrash(async (trash, hasJournal) => {
    const found = (await trash.list()).items.find((entry) => entry.id === id);
    if (found && !hasJournal && ['run', 'workflow', 'asset'].includes(found.kind))
      throw new PatchbayError(trashMessage('trash.server-runs', { name: found.title || found.key }));
    const entry = await trash.restore(id);
    if (options.json) await json(entry);
    else printLine(`Restored the ${entry.kind} ${entry.title || entry.key} (${extentText(entry)}).`);
    return EXIT.completed;
  });

/** The options of `patchbay trash empty`. */
export interface EmptyOptions {
  readonly json: boolean;
  readonly yes: boolean;
}

/** `patchbay trash empty [ID]`: deletes everything in the trash for good, or one entry. Asks before. */
export const emptyTrashCommand = (id: string | undefined, options: EmptyOptions): Promise<number> =>
  withTrash(async (trash) => {
    const { items } = await trash.list();
    const going = id === undefined ? items : items.filter((entry) => entry.id === id);
    if (id !== undefined && going.length === 0)
      throw new PatchbayError(trashMessage('trash.not-found', { id }));
    const files = going.reduce((sum, entry) => sum + entry.files, 0);
    const bytes = going.reduce((sum, entry) => sum + entry.bytes, 0);
    const count = `${going.length} ${going.length === 1 ? 'entry' : 'entries'} (${sizeOf({ files, bytes })})`;
    if (going.length > 0 && !options.yes) {
      if (!canAsk(options)) throw UsageError.of(trashMessage('usage.trash-yes'));
      if (!(await isAgreed(`Delete ${count} for good? This cannot be undone. [y/N] `))) {
        console.error('Nothing was deleted.');
        return EXIT.cancelled;
      }
    }
    const gone = [];
    for (const entry of going) gone.push(await trash.purge(entry.id));
    if (options.json) await json({ items: gone, files, bytes });
    else printLine(going.length === 0 ? 'The trash is empty.' : `Deleted ${count} for good.`);
    return EXIT.completed;
  });
