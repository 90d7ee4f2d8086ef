import { type ImageItem, messageOf, PatchbayError, type Skipped } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { NO_ANSWER } from '../disk/disk.ts';
import { isNotRegular } from '../files/regular-file.ts';

/** Reasons of the moment. The bytes of the picture are not at fault, so the next run may be able to read it. */
const PASSING: ReadonlySet<string> = new Set([
  'image.gone',
  'image.no-access',
  'image.not-a-file',
  'image.read-failed',
  'image.no-answer',
  'asset.not-found',
]);

/** A picture that is left out because of a fault. */
export function leftOut({ name, path }: Pick<ImageItem, 'name' | 'path'>, fault: PatchbayError): Skipped {
  const reason = messageOf(fault);
  return { name, path, reason, ...(PASSING.has(fault.code) && { passing: true }) };
}

/** Larger files would fill the memory before a decoder could refuse them. */
export const MAX_FILE_BYTES = 1_000_000_000;

/** Refuses a file by its size, before it is read or hashed. @throws PatchbayError `image.file-too-large` */
export function checkBytes(name: string, bytes: number): void {
  if (bytes > MAX_FILE_BYTES) throw new PatchbayError(imageMessage('image.file-too-large', { name }));
}

const DENIED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM']);

/** Whether the file system refuses access, which lasts until somebody changes it. */
export const isDenied = (error: unknown): boolean => DENIED.has((error as NodeJS.ErrnoException).code);

/** The error for a picture whose file cannot be opened or read. @param cause the error of the file system */
export function gone(name: string, cause: unknown): PatchbayError {
  const { code } = cause as NodeJS.ErrnoException;
  const message = isNotRegular(cause)
    ? imageMessage('image.not-a-file', { name })
    : code === 'ENOENT' || code === 'ENOTDIR'
      ? imageMessage('image.gone', { name })
      : isDenied(cause)
        ? imageMessage('image.no-access', { name })
        : code === NO_ANSWER
          ? imageMessage('image.no-answer', { name })
          : imageMessage('image.read-failed', { name, fault: code ?? String(cause) });
  return new PatchbayError(message, { cause });
}
