import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opening a pipe that nobody writes to blocks its thread for ever, and the process has only a few threads for files. With this
 * flag the call returns at once. Windows has no such flag.
 */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The `code` of the error for a pipe, a socket, a device or a folder where a file is wanted. */
export const NOT_REGULAR = 'ENOTREG';

function notRegular(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${NOT_REGULAR}: not a regular file, open '${path}'`), {
    code: NOT_REGULAR,
    path,
  });
}

/** Whether opening failed because there is no regular file at the path. */
export function isNotRegular(error: unknown): boolean {
  return (error as Partial<NodeJS.ErrnoException> | null)?.code === NOT_REGULAR;
}

/** Opens a regular file for reading and never blocks. @throws the file system's error; code {@link NOT_REGULAR} */
export async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, READ);
  try {
    if ((await file.stat()).isFile()) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw notRegular(path);
}

/** Like {@link openRegular}, with calls that block this thread. @returns a file descriptor that the caller closes */
export function openRegularSync(path: string): number {
  const file = openSync(path, READ);
  try {
    if (fstatSync(file).isFile()) return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
  closeSync(file);
  throw notRegular(path);
}

/** The bytes of a regular file. @throws the file system's error; code {@link NOT_REGULAR} */
export async function readRegular(path: string): Promise<Buffer>;
export async function readRegular(path: string, encoding: BufferEncoding): Promise<string>;
export async function readRegular(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
  const file = await openRegular(path);
  try {
    return await file.readFile(encoding);
  } finally {
    await file.close();
  }
}

/** Like {@link readRegular}, with calls that block this thread. */
export function readRegularSync(path: string): Buffer;
export function readRegularSync(path: string, encoding: BufferEncoding): string;
export function readRegularSync(path: string, encoding?: BufferEncoding): Buffer | string {
  const file = openRegularSync(path);
  try {
    const { size } = fstatSync(file);
    const parts: Buffer[] = [];
    let done = 0;
    // Files of /proc say that they are empty, so the end of the file counts and not its size.
    for (;;) {
      const part = Buffer.allocUnsafe(Math.min(Math.max(size - done, 4096), 2 ** 30));
      const read = readSync(file, part, 0, part.length, done);
      if (read === 0) break;
      parts.push(part.subarray(0, read));
      done += read;
    }
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    return encoding === undefined ? bytes : bytes.toString(encoding);
  } finally {
    closeSync(file);
  }
}

/** The parts of a regular file, one after the other. @throws the file system's error; code {@link NOT_REGULAR} */
export async function* partsOfRegular(path: string): AsyncGenerator<Buffer> {
  const file = await openRegular(path);
  try {
    for await (const part of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false }))
      yield part as Buffer;
  } finally {
    await file.close();
  }
}

/** The sha256 of a regular file, hexadecimal. @throws the file system's error; code {@link NOT_REGULAR} */
export async function hashRegular(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of partsOfRegular(path)) hash.update(part);
  return hash.digest('hex');
}
