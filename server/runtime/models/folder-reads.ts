import { dirname, join } from 'node:path';
import { createLook } from '../files/look.ts';
import { FAMILIES, GENERIC } from './families.ts';
import type { MemoFile } from './memo-file.ts';
import type { ModelEntry } from './model-entry.ts';
import { type Catalogued, CONFIG_PLACES, readModelFolder } from './model-folder.ts';

/** Folders below a model's folder that may hold its small files and graphs. */
const PLACES = [
  ...new Set([
    ...CONFIG_PLACES.map((name) => dirname(name)),
    ...[...FAMILIES, GENERIC]
      .flatMap(({ image, text, decoder }) => [image, text, decoder].flatMap((tower) => tower?.graphs ?? []))
      .flatMap((name) => [dirname(name), join('onnx', dirname(name))]),
  ]),
];
/** Two changes within this time may have the same time stamp, so a folder that changed this recently is read again. */
const YOUNG_MS = 2000;

/** Names, sizes and times of the files of a model. `newest` is the last change, in milliseconds since 1970. */
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

/** Reads the folders of models. Every run needs all models, so a folder is read again only after a change of its files. */
export class FolderReads {
  readonly #memo: MemoFile;
  readonly #catalogued: Catalogued;
  readonly #known = new Map<string, { readonly state: string; readonly entry: ModelEntry }>();

  constructor(memo: MemoFile, catalogued: Catalogued) {
    this.#memo = memo;
    this.#catalogued = catalogued;
  }

  /** The model in a folder; the same object while no file changes. Never throws: a broken model has a `problem`. */
  async read(folder: string): Promise<ModelEntry> {
    const asked = Date.now();
    const { text, newest } = await stateOf(folder);
    const known = this.#known.get(folder);
    if (known?.state === text) return known.entry;
    const entry = await readModelFolder(folder, this.#memo, this.#catalogued);
    // A problem may have a temporary cause outside the files, so a broken model is read again.
    if (newest < asked - YOUNG_MS && entry.problem === undefined)
      this.#known.set(folder, { state: text, entry });
    else this.#known.delete(folder);
    return entry;
  }
}
