import { readFile, stat } from 'node:fs/promises';
import { parseStrictJson } from './strict-json.ts';

/** As much as a safetensors header may hold. */
const MAX_BYTES = 100_000_000;

/** The file beside `file` that says what a format without metadata cannot. */
export const sidecarOf = (file: string): string => `${file}.json`;

/** The strings kept beside a file: without a prototype, and none where there is no sidecar or it is something else. */
export async function readSidecar(file: string): Promise<Readonly<Record<string, string>>> {
  const strings: Record<string, string> = Object.create(null);
  try {
    const path = sidecarOf(file);
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_BYTES) return strings;
    const parsed = parseStrictJson(await readFile(path, 'utf8'));
    if (!(parsed instanceof Map)) return strings;
    for (const [name, value] of parsed) if (typeof value === 'string') strings[name] = value;
  } catch {
    // A sidecar only adds to what the file itself holds.
  }
  return strings;
}
