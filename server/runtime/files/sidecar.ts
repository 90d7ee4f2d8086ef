import { stat } from 'node:fs/promises';
import { readRegular } from './regular-file.ts';
import { parseStrictJson } from './strict-json.ts';

/** The same limit as for a safetensors header. */
const MAX_BYTES = 100_000_000;

/** The file beside `file` that holds its metadata, for formats that cannot hold any. */
export const sidecarOf = (file: string): string => `${file}.json`;

/** Reads the metadata beside a file, as an object without a prototype. It is empty if the sidecar is missing or invalid. */
export async function readSidecar(file: string): Promise<Readonly<Record<string, string>>> {
  const strings: Record<string, string> = Object.create(null);
  try {
    const path = sidecarOf(file);
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_BYTES) return strings;
    const parsed = parseStrictJson(await readRegular(path, 'utf8'));
    if (!(parsed instanceof Map)) return strings;
    for (const [name, value] of parsed) if (typeof value === 'string') strings[name] = value;
  } catch {
    // The vectors are useful even without their metadata.
  }
  return strings;
}
