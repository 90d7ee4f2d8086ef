import { randomUUID } from 'node:crypto';
import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MANIFEST, type ManifestFile, type ModelManifest, parseManifest } from '../../models/manifest.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { addFile, Sums } from './hashes.ts';
import { hubError } from './hub-error.ts';
import { withLock } from './lock.ts';
import { folderName, isContained, isRepoId } from './names.ts';

/** Where fetched models are, and where what is on its way lies, in a data folder. */
export const modelsFolder = (dataFolder: string): string => join(dataFolder, 'models');
export const modelFolder = (dataFolder: string, repo: string): string =>
  join(modelsFolder(dataFolder), folderName(repo));
/** Where a model's files lie until all of them are there. */
export const stagingFolder = (dataFolder: string, repo: string): string =>
  join(dataFolder, 'downloads', folderName(repo));
/** Held by whoever changes what there is of a model. */
export const lockOf = (dataFolder: string, repo: string): string => `${stagingFolder(dataFolder, repo)}.lock`;

/** A fetched model, and its folder. */
export interface FetchedModel {
  readonly manifest: ModelManifest;
  readonly folder: string;
}

async function readFetched(folder: string): Promise<FetchedModel | undefined> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  const manifest = text === undefined ? undefined : parseManifest(text);
  return manifest && isRepoId(manifest.repo) && manifest.files.every(({ path }) => isContained(path))
    ? { manifest, folder }
    : undefined;
}

/** The models that were fetched into a data folder. */
export async function listFetched(dataFolder: string): Promise<FetchedModel[]> {
  const folder = modelsFolder(dataFolder);
  const names: string[] = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => readFetched(join(folder, name))),
  );
  return found.flatMap((model) => model ?? []);
}

/** A fetched model by its id, or undefined. */
export async function findFetched(dataFolder: string, id: string): Promise<FetchedModel | undefined> {
  if (!isRepoId(id)) return undefined;
  const found = await readFetched(modelFolder(dataFolder, id));
  return found?.manifest.id === id ? found : undefined;
}

/**
 * Removes a fetched model's folder. What it shares with the Hugging Face cache stays there.
 * @throws PatchbayError `hub.not-fetched`, `hub.busy`.
 */
export async function removeFetched(dataFolder: string, id: string): Promise<FetchedModel> {
  const found = await findFetched(dataFolder, id);
  if (!found) throw hubError('not-fetched', `${id} was not fetched, so there is nothing to delete.`);
  const lock = lockOf(dataFolder, found.manifest.repo);
  await makeFolder(dirname(lock));
  const busy = () => {
    throw hubError('busy', `${id} is being fetched at the moment: cancel that, and delete it then.`);
  };
  await withLock(lock, new AbortController().signal, busy, async () => {
    // Gone at once for everyone; the bytes follow.
    const aside = join(modelsFolder(dataFolder), `.removed-${randomUUID()}`);
    await rename(found.folder, aside).catch((cause: unknown) => {
      throw hubError(
        'busy',
        `${id} is in use, so this system does not let go of its files: stop what runs and try again.`,
        cause,
      );
    });
    await rm(aside, { recursive: true, force: true });
  });
  return found;
}

/** One file that is not as it was fetched. */
export interface DamagedFile {
  readonly path: string;
  readonly problem: 'missing' | 'changed';
}

/** Hashes all files of a model against its manifest. @param onBytes told how many bytes were read so far */
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

/** Whether a file of a manifest is there with its length; its hash was checked when it came. */
export async function isPresent(folder: string, { path, bytes, linked }: ManifestFile): Promise<boolean> {
  const found = await lstat(join(folder, path)).catch(() => undefined);
  return found !== undefined && (found.isSymbolicLink() ? linked === true : found.size === bytes);
}
