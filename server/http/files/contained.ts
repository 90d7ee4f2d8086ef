import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileMessage } from '../../contract/messages/files.ts';
import { openRegular } from '../../runtime/files/regular-file.ts';
import { HttpError, MAX_NAME_BYTES } from '../http-error.ts';
import { fileType, SIGNATURE_BYTES } from './file-type.ts';

/** The most files of a run that are listed. */
const MAX_LISTED = 1000;

const notFound = (path: string) => new HttpError(404, fileMessage('file.not-found', { path }));

/** Names that have a special meaning on some system: devices, streams, drives, other separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not get in.
const STRANGE = /[\u0000-\u001f\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether a name is valid on every file system and has no special meaning on any. */
export function isPlainName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES && !STRANGE.test(name);
}

/**
 * The real path of a regular file inside a folder. Links are followed and checked.
 * @throws HttpError 404 for anything else, whether or not it exists
 */
export async function containedFile(folder: string, path: string): Promise<string> {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || STRANGE.test(part))) throw notFound(path);
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, ...parts));
    const way = relative(root, real);
    if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) throw notFound(path);
    if (!(await stat(real)).isFile()) throw notFound(path);
    return real;
  } catch (cause) {
    throw cause instanceof HttpError ? cause : notFound(path);
  }
}

/** The files below a folder, by relative path with forward slashes; none if the folder does not exist. Links are left out. */
export async function* everyFile(folder: string): AsyncGenerator<string> {
  const open: string[] = [''];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const entries: Dirent[] = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && !entry.name.startsWith('.')) yield path;
    }
  }
}

/** The first files of {@link everyFile} with their sizes. */
export async function filesBelow(folder: string): Promise<{ path: string; bytes: number }[]> {
  const files: { path: string; bytes: number }[] = [];
  for await (const path of everyFile(folder)) {
    if (files.length >= MAX_LISTED) break;
    files.push({ path, bytes: (await stat(join(folder, path)).catch(() => ({ size: 0 }))).size });
  }
  return files;
}

/** The type of a file on disk, by its first bytes. */
export async function typeOfFile(path: string): Promise<string> {
  const file = await openRegular(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0);
    return fileType(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
