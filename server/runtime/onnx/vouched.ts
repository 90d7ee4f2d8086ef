import { createHash } from 'node:crypto';
import { closeSync, readSync, type Stats } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { MANIFEST, parseManifest } from '../../../models/manifest.ts';
import { openRegularSync, readRegularSync } from '../files/regular-file.ts';

const CHUNK = 1 << 20;
/** Hashes by path, size and times, because sessions open more often than files change. */
const hashed = new Map<string, string>();

function sha256Of(path: string, { ino, size, mtimeMs, ctimeMs }: Stats): string {
  const key = `${path}|${ino}|${size}|${mtimeMs}|${ctimeMs}`;
  const known = hashed.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK);
  const file = openRegularSync(path);
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  const hex = hash.digest('hex');
  hashed.set(key, hex);
  return hex;
}

function manifestAt(folder: string): ReturnType<typeof parseManifest> {
  try {
    return parseManifest(readRegularSync(join(folder, MANIFEST), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether the manifest of a downloaded model, beside the graph or one folder above, lists this linked file with its sha256. */
export function isVouchedFor(folder: string, location: string, path: string, stat: Stats): boolean {
  for (const root of [folder, dirname(folder)]) {
    const name = relative(root, join(folder, location)).split(sep).join('/');
    const listed = manifestAt(root)?.files.find((file) => file.path === name && file.linked);
    if (listed) return listed.bytes === stat.size && listed.sha256 === sha256Of(path, stat);
  }
  return false;
}
