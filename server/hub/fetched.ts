import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MANIFEST, type ManifestFile, type ModelManifest, parseManifest } from '../../models/manifest.ts';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { withLock } from '../runtime/files/lock.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import { addFile, Sums } from './hashes.ts';
import { folderName, isContained, isRepoId } from './names.ts';

/** The folder of all downloaded models in a data folder. */
export const modelsFolder = (dataFolder: string): string => join(dataFolder, 'models');
/** The folder of one downloaded model. */
export const modelFolder = (dataFolder: string, repo: string): string =>
  join(modelsFolder(dataFolder), folderName(repo));
/** The folder that holds a model's files until all of them are complete. */
export const stagingFolder = (dataFolder: string, repo: string): string =>
  join(dataFolder, 'downloads', folderName(repo));
/** The lock that a process holds while it changes the files of a model. */
export const lockOf = (dataFolder: string, repo: string): string => `${stagingFolder(dataFolder, repo)}.lock`;

/** A downloaded model and its folder. */
export interface FetchedModel {
  readonly manifest: ModelManifest;
  readonly folder: string;
}

async function readFetched(folder: string): Promise<FetchedModel | undefined> {
  const text = await readRegular(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  const manifest = text === undefined ? undefined : parseManifest(text);
  return manifest && isRepoId(manifest.repo) && manifest.files.every(({ path }) => isContained(path))
    ? { manifest, folder }
    : undefined;
}

/** Lists the downloaded models of a data folder. */
export async function listFetched(dataFolder: string): Promise<FetchedModel[]> {
  const folder = modelsFolder(dataFolder);
  const names: string[] = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => readFetched(join(folder, name))),
  );
  return found.flatMap((model) => model ?? []);
}

/** Finds a downloaded model by its id. */
export async function findFetched(dataFolder: string, id: string): Promise<FetchedModel | undefined> {
  if (!isRepoId(id)) return undefined;
  const found = await readFetched(modelFolder(dataFolder, id));
  return found?.manifest.id === id ? found : undefined;
}

/**
 * Takes a downloaded model away. Files that it shares with the Hugging Face cache stay in the cache.
 * @param away moves the folder of the model to another place; without it, the folder is deleted
 * @throws PatchbayError `hub.not-fetched`, `hub.busy`, `hub.in-use`
 */
export async function removeFetched(
  dataFolder: string,
  id: string,
  away: (model: FetchedModel) => Promise<void> = deleteFolder(dataFolder),
): Promise<FetchedModel> {
  const found = await findFetched(dataFolder, id);
  if (!found) throw new PatchbayError(hubMessage('hub.not-fetched', { model: id }));
  const lock = lockOf(dataFolder, found.manifest.repo);
  await makeFolder(dirname(lock));
  const busy = () => {
    throw new PatchbayError(hubMessage('hub.busy', { model: id }));
  };
  await withLock(lock, new AbortController().signal, busy, async () => {
    await away(found).catch((cause: unknown) => {
      const { code = '' } = (cause instanceof PatchbayError ? cause.cause : cause) as { code?: string };
      if (!['EPERM', 'EBUSY', 'EACCES'].includes(code)) throw cause;
      throw new PatchbayError(hubMessage('hub.in-use', { model: id }), { cause });
    });
  });
  return found;
}

const deleteFolder =
  (dataFolder: string) =>
  async ({ folder }: FetchedModel) => {
    // Renaming makes the model disappear at once. Deleting its files takes longer.
    const aside = join(modelsFolder(dataFolder), `.removed-${randomUUID()}`);
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
  };

/** A file that is missing or differs from the downloaded one. */
export interface DamagedFile {
  readonly path: string;
  readonly problem: 'missing' | 'changed';
}

/** Compares the hashes of a model's files with its manifest. @param onBytes called with the number of bytes read so far */
export async function verifyFetched(
  { manifest, folder }: FetchedModel,
  signal: AbortSignal,
  onBytes: (bytes: number) => void = () => {},
): Promise<DamagedFile[]> {
  const damaged: DamagedFile[] = [];
  let read = 0;
  for (const { path, sha256, bytes } of manifest.files) {
    const hash = { kind: 'sha256', hex: sha256 } as const;
    const sums = new Sums({ hash, bytes });
    try {
      await addFile(join(folder, path), sums, signal, (part) => {
        read += part;
        onBytes(read);
      });
      if (!sums.finish(hash).right) damaged.push({ path, problem: 'changed' });
    } catch {
      signal.throwIfAborted();
      damaged.push({ path, problem: 'missing' });
    }
  }
  return damaged;
}

/** Whether a file of a manifest exists with the right length. Its hash was checked when it was downloaded. */
export async function isPresent(folder: string, { path, bytes, linked }: ManifestFile): Promise<boolean> {
  const found = await lstat(join(folder, path)).catch(() => undefined);
  return found !== undefined && (found.isSymbolicLink() ? linked === true : found.size === bytes);
}
