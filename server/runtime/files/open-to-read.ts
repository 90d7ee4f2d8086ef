import type { FileHandle } from 'node:fs/promises';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { isNotRegular, openRegular } from './regular-file.ts';

/** Opens a file to read it. @throws PatchbayError `file.not-found`, `file.not-a-file`, `file.unreadable` */
export async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await openRegular(path);
  } catch (cause) {
    if (isNotRegular(cause)) throw new PatchbayError(fileMessage('file.not-a-file', { path }), { cause });
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PatchbayError(fileMessage(isMissing ? 'file.not-found' : 'file.unreadable', { path }), {
      cause,
    });
  }
}
