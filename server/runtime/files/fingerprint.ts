import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

/** Changes when the file at `path` does: from its place, size and time of change. What is missing has a fingerprint too. */
export async function fingerprintFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  const state = found === undefined ? 'missing' : `${found.size}\0${found.mtimeNs}`;
  return createHash('sha256').update(`${path}\0${state}`).digest('hex');
}
