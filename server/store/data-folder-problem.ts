import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { makeFolderSync } from '../runtime/files/make-folder.ts';

const codeOf = (error: unknown): string => (error as { code?: unknown }).code?.toString() ?? 'unknown';

/** The problem of a data folder that cannot be made or opened, from the error of the system. */
function problemOf(folder: string, cause: unknown): PatchbayError {
  const code = codeOf(cause);
  const path = (cause as NodeJS.ErrnoException).path ?? folder;
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new PatchbayError(storageMessage('data.not-a-folder', { path }), { cause });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new PatchbayError(storageMessage('data.read-only', { path: folder }), { cause });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PatchbayError(storageMessage('data.disk-full', { path: folder }), { cause });
  return new PatchbayError(storageMessage('data.unreadable', { path: folder, reason: code }), { cause });
}

/** Makes a data folder. @throws PatchbayError `data.not-a-folder`, `data.read-only`, `data.disk-full`, `data.unreadable` */
export function makeDataFolder(folder: string): void {
  try {
    makeFolderSync(folder, 0o700);
  } catch (cause) {
    throw problemOf(folder, cause);
  }
}

/**
 * The problem of a journal that SQLite cannot open. SQLite says only that it failed; the system says why.
 * @param code the code of SQLite
 */
export function unopened(path: string, code: string | undefined, cause: unknown): PatchbayError {
  for (const [file, wanted] of [
    [dirname(path), constants.R_OK | constants.W_OK | constants.X_OK],
    [path, constants.R_OK | constants.W_OK],
  ] as const) {
    try {
      accessSync(file, wanted);
    } catch (error) {
      // SQLite makes a missing journal.
      if (codeOf(error) !== 'ENOENT') return problemOf(dirname(path), error);
    }
  }
  const reason = code ?? (cause as Error).message;
  return new PatchbayError(storageMessage('data.unreadable', { path, reason }), { cause });
}
