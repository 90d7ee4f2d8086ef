import { dirname, join } from 'node:path';
import { createLook } from '../files/look.ts';
import { FAMILIES, GENERIC } from './families.ts';
import type { MemoFile } from './memo-file.ts';
import type { ModelEntry } from './model-entry.ts';
import { type Catalogued, CONFIG_PLACES, readModelFolder } from './model-folder.ts';

/** Where a model's small files and graphs may lie, below its folder. */
const PLACES = [
  ...new Set([
    ...CONFIG_PLACES.map((name) => dirname(name)),
    ...[...FAMILIES, GENERIC]
      .flatMap(({ image, text, decoder }) => [image, text, decoder].flatMap((tower) => tower?.graphs ?? []))
      .flatMap((name) => [dirname(name), join('onnx', dirname(name))]),
  ]),
];
/** Two changes within so many milliseconds may bear the same time: what is so young is read again. */
const YOUNG_MS = 2000;

/** The files that a model is read from, as they are now; `newest` is when one of them last changed, in milliseconds since 1970. */
async function stateOf(folder: string): Promise<{ readonly text: string; readonly newest: number }> {
  const look = createLook();
  const lines: string[] = [];
  let newest = 0;
  for (const place of PLACES) {
    const entries = await look.list(join(folder, place)).catch(() => []);
    for (const name of entries.map((entry) => entry.name).sort()) {
      if (!/\.(json|onnx)$/.test(name)) continue;
      const found = await look.stat(join(folder, place, name)).catch(() => undefined);
      const { ino = 0, size = 0, mtimeMs = 0, ctimeMs = 0 } = found ?? {};
      lines.push(`${place}/${name} ${ino} ${size} ${mtimeMs} ${ctimeMs}`);
      newest = Math.max(newest, mtimeMs, ctimeMs);
    }
  }
  return { text: lines.join('\n'), newest };
}

/** Reads models' folders, each once for as long as its files stay as they are: that is asked before every run. */
export class FolderReads {
  readonly #memo: MemoFile;
  readonly #catalogued: Catalogued;
  readonly #known = new Map<string, { readonly state: string; readonly entry: ModelEntry }>();

  constructor(memo: MemoFile, catalogued: Catalogued) {
    this.#memo = memo;
    this.#catalogued = catalogued;
  }

  /** The model in a folder; the same object while nothing changes. Never throws: what is wrong is its `problem`. */
  async read(folder: string): Promise<ModelEntry> {
    const asked = Date.now();
    const { text, newest } = await stateOf(folder);
    const known = this.#known.get(folder);
    if (known?.state === text) return known.entry;
    const entry = await readModelFolder(folder, this.#memo, this.#catalogued);
    // What went wrong may have been the moment and not the files.
    if (newest < asked - YOUNG_MS && entry.problem === undefined)
      this.#known.set(folder, { state: text, entry });
    else this.#known.delete(folder);
    return entry;
  }
}
