import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PatchbayError } from '../../../nodes/sdk/index.ts';

// A pipe that nobody writes to would be waited for, in one of the few threads that open files; Windows has no such flag.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file to read. @throws PatchbayError `file.not-found` or `file.unreadable` */
export async function openToRead(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, READ);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new PatchbayError({ code: 'file.unreadable', message: `${path} is no file.` });
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PatchbayError(
      missing
        ? { code: 'file.not-found', message: `There is no file ${path}.` }
        : { code: 'file.unreadable', message: `${path} could not be opened; check that it may be read.` },
      { cause },
    );
  }
}
