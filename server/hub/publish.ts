import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MANIFEST, type ManifestFile, type ModelManifest } from '../../models/manifest.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { modelFolder, modelsFolder } from './fetched.ts';

/** A file of a model and its temporary path `at`, where it stays until all files are complete. */
export interface PlacedFile {
  readonly file: ManifestFile;
  readonly at: string;
}

/**
 * Copies a file and flushes it. Hard links are no alternative, because Patchbay refuses weights that are linked to
 * other files.
 */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Moves a file. @returns false if it had to be copied, because the target is on another disk */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyDurably(from, to);
    return false;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Moves the files of a model to its folder. A new model appears all at once; an existing one gets its new files one by one and its
 * manifest last. If this fails, the downloaded files are moved back.
 * @returns the manifest that was written
 */
export async function publish(
  dataFolder: string,
  planned: ModelManifest,
  placed: readonly PlacedFile[],
  before: ModelManifest | undefined,
): Promise<ModelManifest> {
  const folder = modelFolder(dataFolder, planned.repo);
  const fresh = before === undefined;
  const into = fresh ? join(modelsFolder(dataFolder), `.new-${randomUUID()}`) : folder;
  const moved: { readonly from: string; readonly to: string }[] = [];
  const copied = new Set<string>();
  try {
    for (const [i, { file, at }] of placed.entries()) {
      const target = join(into, file.path);
      await makeFolder(dirname(target));
      // Several files of the model may have the same bytes, which were downloaded once.
      const again = placed.slice(i + 1).some((other) => other.at === at);
      const same = again ? await copyDurably(at, target) : await move(at, target);
      if (same) moved.push({ from: at, to: target });
      else copied.add(file.path);
    }
    const files = planned.files.map(({ linked, ...file }) =>
      linked && !copied.has(file.path) ? { ...file, linked } : file,
    );
    const manifest = { ...planned, files };
    await writeDurably(join(into, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    if (fresh) await rename(into, folder);
    const paths = new Set(files.map(({ path }) => path));
    for (const { path } of before?.files ?? [])
      if (!paths.has(path)) await rm(join(folder, path), { force: true });
    return manifest;
  } catch (error) {
    for (const { from, to } of moved) await rename(to, from).catch(() => {});
    throw error;
  } finally {
    if (fresh) await rm(into, { recursive: true, force: true });
  }
}
