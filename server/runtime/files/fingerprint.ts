import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

/** A hash of a file's path, size and modification time, which changes when the file does. A missing file has one too. */
export async function fingerprintFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  const state = found === undefined ? 'missing' : `${found.size}\0${found.mtimeNs}`;
  return createHash('sha256').update(`${path}\0${state}`).digest('hex');
}
