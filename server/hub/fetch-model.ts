import { randomUUID } from 'node:crypto';
import { access, constants, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../../models/catalog.ts';
import type { ManifestFile, ModelManifest } from '../../models/manifest.ts';
import { CancelledError, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { withLock } from '../runtime/files/lock.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { checkSpace } from './disk-space.ts';
import { fetchFile } from './fetch-file.ts';
import { findFetched, isPresent, lockOf, modelFolder, modelsFolder, stagingFolder } from './fetched.ts';
import { isOffline, toHubError } from './hub-error.ts';
import { withHint } from './meant.ts';
import { type FetchPlan, type ModelWish, planFetch } from './plan.ts';
import { type PlacedFile, publish } from './publish.ts';
import type { RepoFile } from './repository.ts';
import { type ResolvedFile, resolveFile } from './resolve.ts';
import type { HubSettings } from './settings.ts';
import { findCached, placeCached } from './shared-cache.ts';
import { findTrained, type ReadTrained } from './trained.ts';

/** The progress of a download. */
export interface FetchProgress {
  readonly state: 'waiting' | 'resolving' | 'downloading';
  readonly plan?: FetchPlan;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The part of `doneBytes` that this download received over the network, for computing its speed. */
  readonly fetchedBytes: number;
  readonly file?: string;
}

/** Settings of {@link fetchModel}. */
export interface FetchWorld {
  readonly dataFolder: string;
  readonly catalog: Catalog;
  readonly settings: HubSettings;
  /** Reads the trained scale and bias from a file; without it they are not looked for. */
  readonly readTrained?: ReadTrained;
}

interface Wanted extends ResolvedFile {
  readonly path: string;
}

/**
 * Downloads a model. The model appears only when every file is complete and correct. Files that are already here are not downloaded
 * again, files in the shared Hugging Face cache are linked, and started downloads continue. A second process that wants the same
 * model waits for the first.
 * @returns the manifest of the model's folder
 * @throws PatchbayError `hub.*`; CancelledError
 */
export async function fetchModel(
  wish: ModelWish,
  world: FetchWorld,
  signal: AbortSignal,
  onProgress: (progress: FetchProgress) => void = () => {},
): Promise<ModelManifest> {
  const { dataFolder, settings } = world;
  try {
    onProgress({ state: 'resolving', doneBytes: 0, totalBytes: 0, fetchedBytes: 0 });
    const plan = await planFetch(wish, world.catalog, settings, signal);
    const staging = stagingFolder(dataFolder, plan.repo);
    await makeFolder(join(staging, 'files'));
    const known = plan.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
    const waiting = () =>
      onProgress({ state: 'waiting', plan, doneBytes: 0, totalBytes: known, fetchedBytes: 0 });
    return await withLock(lockOf(dataFolder, plan.repo), signal, waiting, () =>
      fetchPlanned(plan, world, signal, onProgress),
    );
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw withHint(toHubError(error, wish.repo, settings), wish.repo, world.catalog);
  }
}

async function fetchPlanned(
  plan: FetchPlan,
  world: FetchWorld,
  signal: AbortSignal,
  onProgress: (progress: FetchProgress) => void,
): Promise<ModelManifest> {
  const { dataFolder, settings } = world;
  const staging = stagingFolder(dataFolder, plan.repo);
  const files = join(staging, 'files');
  await makeFolder(files);
  const models = modelsFolder(dataFolder);
  await makeFolder(models);
  // Checked here, so that a write error comes before hours of downloading and not after.
  await access(models, constants.W_OK);
  const before = await findFetched(dataFolder, plan.repo);
  const folder = modelFolder(dataFolder, plan.repo);
  if (!before && (await stat(folder).catch(() => undefined)))
    throw new PatchbayError(hubMessage('hub.exists', { folder }));
  const wanted = await resolveAll(plan, settings, signal);
  const commit = plan.commit ?? wanted[0]?.commit ?? plan.revision;
  const totalBytes = sumOf(wanted);
  let finished = 0;
  let fetchedBytes = 0;
  const tell = (file: string, here: number) =>
    onProgress({ state: 'downloading', plan, doneBytes: finished + here, totalBytes, fetchedBytes, file });

  const kept: ManifestFile[] = [];
  const missing: Wanted[] = [];
  for (const want of wanted) {
    const old = before?.manifest.files.find(
      (file) => file.path === want.path && isSame(file, want, before.manifest.commit === commit),
    );
    if (before && old && (await isPresent(before.folder, old))) {
      kept.push(old);
      finished += old.bytes;
    } else missing.push(want);
  }
  const placed: PlacedFile[] = [];
  const toFetch: Wanted[] = [];
  for (const want of missing) {
    tell(want.path, 0);
    const cached = await findCached(plan.repo, { ...want, commit }, settings, signal);
    if (!cached) {
      toFetch.push(want);
      continue;
    }
    const at = join(staging, `linked-${randomUUID()}${want.path.slice(want.path.lastIndexOf('.'))}`);
    const how = await placeCached(cached, at);
    placed.push({
      at,
      file: {
        path: want.path,
        bytes: cached.bytes,
        sha256: cached.sha256,
        ...(how === 'linked' && { linked: true as const }),
      },
    });
    finished += cached.bytes;
  }
  if (toFetch.length > 0 && settings.offline) throw isOffline(plan.repo);
  const lying = await Promise.all(
    toFetch.map(async ({ hash }) =>
      Math.max(await sizeOf(join(files, hash.hex)), await sizeOf(join(files, `${hash.hex}.part`))),
    ),
  );
  const open = toFetch.reduce((sum, { bytes }, i) => sum + Math.max(0, bytes - (lying[i] ?? 0)), 0);
  await checkSpace(staging, open, plan.title);
  if (!(await isOneDisk(staging, models)))
    await checkSpace(models, sumOf(toFetch) + sumOf(placed.map(({ file }) => file)), plan.title);
  for (const want of toFetch) {
    const place = { part: join(files, `${want.hash.hex}.part`), target: join(files, want.hash.hex) };
    let last: number | undefined;
    const sha256 = await fetchFile(
      { ...plan, revision: commit, path: want.path },
      want,
      place,
      settings,
      signal,
      (bytes) => {
        if (last !== undefined && bytes > last) fetchedBytes += bytes - last;
        last = bytes;
        tell(want.path, bytes);
      },
    );
    placed.push({ at: place.target, file: { path: want.path, bytes: want.bytes, sha256 } });
    finished += want.bytes;
  }
  const known = before?.manifest.commit === commit ? before.manifest.trained : undefined;
  const trained = known ?? (await findTrained(plan, commit, world, signal));
  const all = [...kept, ...placed.map(({ file }) => file)];
  const planned = { ...manifestOf(plan, commit, all, before?.manifest), ...(trained && { trained }) };
  const manifest = await publish(dataFolder, planned, placed, before?.manifest);
  await rm(staging, { recursive: true, force: true });
  return manifest;
}

const isSame = (file: ManifestFile, { hash, bytes }: Wanted, sameCommit: boolean): boolean =>
  file.bytes === bytes && (hash.kind === 'sha256' ? hash.hex === file.sha256 : sameCommit);

const sumOf = (files: readonly { readonly bytes: number }[]) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

const isOneDisk = async (one: string, other: string) => (await stat(one)).dev === (await stat(other)).dev;

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Asks the hub for the sizes and hashes that the plan does not have. */
async function resolveAll(plan: FetchPlan, settings: HubSettings, signal: AbortSignal): Promise<Wanted[]> {
  const one = async ({ path, bytes, hash }: RepoFile): Promise<Wanted> => {
    if (plan.commit !== undefined && bytes !== undefined && hash)
      return { path, bytes, hash, commit: plan.commit };
    const found = await resolveFile(
      { ...plan, path, revision: plan.commit ?? plan.revision },
      settings,
      signal,
    );
    if (hash?.kind === 'sha256' && found.hash.kind === 'sha256' && hash.hex !== found.hash.hex)
      throw new PatchbayError(
        hubMessage('hub.other-file', { host: settings.endpoint.host, file: path, repo: plan.repo }),
      );
    return { path, bytes: found.bytes, hash: hash ?? found.hash, commit: found.commit };
  };
  const found: Wanted[] = [];
  for (const file of plan.files) found.push(await one(file));
  return found;
}

/** The manifest of the folder after the download. Other precisions of the same commit stay in it. */
function manifestOf(
  { id, title, repo, revision, family, license }: FetchPlan,
  commit: string,
  files: readonly ManifestFile[],
  before: ModelManifest | undefined,
): ModelManifest {
  const paths = new Set(files.map(({ path }) => path));
  const others = before?.commit === commit ? before.files.filter(({ path }) => !paths.has(path)) : [];
  return {
    version: 1,
    ...{ id, title, repo, revision, commit },
    ...(family !== undefined && { family }),
    ...(license !== undefined && { license }),
    files: [...files, ...others].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}
