import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';

// Without O_NONBLOCK, opening a pipe that nobody writes to blocks one of the few threads that open files. Windows has no such flag.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file to read it. @throws PatchbayError `file.not-found`, `file.not-a-file`, `file.unreadable` */
export async function openToRead(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, READ);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new PatchbayError(fileMessage('file.not-a-file', { path }));
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PatchbayError(fileMessage(isMissing ? 'file.not-found' : 'file.unreadable', { path }), {
      cause,
    });
  }
}
