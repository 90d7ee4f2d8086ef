import { constants, copyFile, link, readdir, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addFile, type FileHash, hashOfEtag, Sums } from './hashes.ts';
import { isCommit, isContained } from './names.ts';
import type { Repository } from './repository.ts';
import type { HubSettings } from './settings.ts';

/** A file that Python, or another program, fetched before; its bytes are what they should be. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the cache keeps a repository. */
export const repoFolder = ({ cacheFolder }: HubSettings, repo: string): string =>
  join(cacheFolder, `models--${repo.replaceAll('/', '--')}`);

/** Finds a file in the shared cache by its hash, and hashes it: a cache that was damaged is none. */
export async function findCached(
  repo: string,
  want: { readonly path: string; readonly hash: FileHash; readonly commit: string },
  settings: HubSettings,
  signal: AbortSignal,
): Promise<CachedFile | undefined> {
  const folder = repoFolder(settings, repo);
  // Without symbolic links the cache keeps files by name instead of by hash.
  for (const place of [
    join(folder, 'blobs', want.hash.hex),
    join(folder, 'snapshots', want.commit, want.path),
  ]) {
    try {
      const path = await realpath(place);
      const { size } = await stat(path);
      const sums = new Sums({ hash: want.hash, bytes: size });
      await addFile(path, sums, signal);
      const { sha256, right } = sums.finish(want.hash);
      if (right) return { path, bytes: size, sha256 };
    } catch {
      if (signal.aborted) throw signal.reason;
    }
  }
  return undefined;
}

/** A repository as the shared cache knows it, for when the network may not be asked; undefined where it is not there. */
export async function listCached(
  repo: string,
  revision: string,
  settings: HubSettings,
): Promise<Repository | undefined> {
  const folder = repoFolder(settings, repo);
  const commit = isCommit(revision)
    ? revision
    : (await readFile(join(folder, 'refs', ...revision.split('/')), 'utf8').catch(() => '')).trim();
  if (!isCommit(commit)) return undefined;
  const snapshot = join(folder, 'snapshots', commit);
  const names: string[] = await readdir(snapshot, { recursive: true }).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = name.replaceAll('\\', '/');
      if (!isContained(path)) return [];
      const real = await realpath(join(snapshot, name)).catch(() => undefined);
      const found = real === undefined ? undefined : await stat(real);
      if (real === undefined || !found?.isFile()) return [];
      // The blob's name is the hash it was fetched with.
      const hash = hashOfEtag(real.split(/[/\\]/).at(-1));
      return [{ path, bytes: found.size, hash }];
    }),
  );
  return names.length === 0 ? undefined : { commit, files: files.flat() };
}

/** Weights beside a graph: ONNX Runtime reads them from the graph's own folder only, so no link may lead out of it. */
const isWeights = (path: string) => !/\.(onnx|json)$/.test(path);

/**
 * Gives a cached file a second name, without copying it: the same file where both are on one disk, else a symbolic link. Weights
 * beside a graph on another disk are copied, since the runtime follows no link out of the model's folder.
 */
export async function placeCached(cached: CachedFile, target: string): Promise<'linked' | 'copied'> {
  try {
    await link(cached.path, target);
    return 'linked';
  } catch {
    if (!isWeights(target)) {
      try {
        await symlink(cached.path, target);
        return 'linked';
      } catch {
        // Windows lets few make links.
      }
    }
    await copyFile(cached.path, target, constants.COPYFILE_FICLONE);
    return 'copied';
  }
}
