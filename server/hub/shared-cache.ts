import { constants, copyFile, link, readdir, realpath, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegular } from '../runtime/files/regular-file.ts';
import { addFile, type FileHash, hashOfEtag, Sums } from './hashes.ts';
import { isCommit, isContained } from './names.ts';
import type { Repository } from './repository.ts';
import type { HubSettings } from './settings.ts';

/** A file that Python or another program downloaded before, with the right hash. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The cache's folder of a repository. */
export const repoFolder = ({ cacheFolder }: HubSettings, repo: string): string =>
  join(cacheFolder, `models--${repo.replaceAll('/', '--')}`);

/** Finds a file in the shared cache by its hash and checks the hash, so that a damaged file is not used. */
export async function findCached(
  repo: string,
  want: { readonly path: string; readonly hash: FileHash; readonly commit: string },
  settings: HubSettings,
  signal: AbortSignal,
): Promise<CachedFile | undefined> {
  const folder = repoFolder(settings, repo);
  // On systems without symbolic links, the cache names files by path and not by hash.
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

/** Lists a repository from the shared cache, for work without a network; undefined if the cache does not have it. */
export async function listCached(
  repo: string,
  revision: string,
  settings: HubSettings,
): Promise<Repository | undefined> {
  const folder = repoFolder(settings, repo);
  const commit = isCommit(revision)
    ? revision
    : (await readRegular(join(folder, 'refs', ...revision.split('/')), 'utf8').catch(() => '')).trim();
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
      // The name of the blob is its hash.
      const hash = hashOfEtag(real.split(/[/\\]/).at(-1));
      return [{ path, bytes: found.size, hash }];
    }),
  );
  return names.length === 0 ? undefined : { commit, files: files.flat() };
}

/**
 * Whether a file holds weights. ONNX Runtime reads weights only from the graph's own folder, so they must not be a link
 * to another folder.
 */
const isWeights = (path: string) => !/\.(onnx|json)$/.test(path);

/**
 * Links a cached file to `target` without copying it: a hard link on the same disk, otherwise a symbolic link. Weights on another
 * disk are copied, because the runtime follows no link out of the model's folder.
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
        // On Windows, only some users may create symbolic links.
      }
    }
    await copyFile(cached.path, target, constants.COPYFILE_FICLONE);
    return 'copied';
  }
}
