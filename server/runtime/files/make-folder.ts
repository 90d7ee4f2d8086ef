import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The system's codes for a path whose parent does not exist or is a file. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

function notAFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} is not a folder.`), { code: 'ENOTDIR', path });
}

/**
 * Creates a folder and its missing parents. Node's recursive mkdir never ends in a folder such as /proc, which exists but answers
 * ENOENT when something is created in it. This function goes up once and down once.
 *
 * @throws the system's error with its path; for ENOTDIR the path is the file that is in the way
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
    // Another process may have created it in the meantime.
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

/** {@link makeFolder} for code that cannot be asynchronous; new folders get `mode`. @throws the system's error */
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
