import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the system says where the way to a folder does not exist, or leads through a file. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

function notAFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} is no folder.`), { code: 'ENOTDIR', path });
}

/**
 * Makes a folder and those above it, upwards once and down once. Node's own recursive mkdir never ends where a folder is
 * there and yet says that it is not when something is made in it, as /proc and some mounts do.
 *
 * @throws the system's error, with the path it speaks of: for ENOTDIR the file that stands in the way
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
    return;
  } catch (error) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return;
    if (found) throw notAFolder(path);
    if (!ABSENT.has(codeOf(error)) || dirname(path) === path) throw error;
  }
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    // Another writer may have made it meanwhile.
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

function statOrNothing(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** {@link makeFolder} for places that may not wait; `mode` is that of folders it makes. @throws the system's error */
export function makeFolderSync(path: string, mode?: number): void {
  try {
    mkdirSync(path, { mode });
    return;
  } catch (error) {
    const found = statOrNothing(path);
    if (found?.isDirectory()) return;
    if (found) throw notAFolder(path);
    if (!ABSENT.has(codeOf(error)) || dirname(path) === path) throw error;
  }
  makeFolderSync(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
