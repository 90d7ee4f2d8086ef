import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type ImageItem, type ImageService, type Images, PatchbayError } from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { fingerprintFile } from '../files/fingerprint.ts';
import type { PathResolver } from '../files/paths.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { Realiser } from '../preprocess/realise.ts';
import type { ContentKeys } from './content-keys.ts';
import type { FetchLimits } from './fetch-picture.ts';
import { type FolderListing, type ScanOptions, scanFolder, unreadWarning } from './folder-scan.ts';
import { headOf, missing, readItem } from './read-item.ts';
import type { DecodeLimits } from './sharp.ts';

/** What pictures are found and realised with. */
export interface ImageServiceDeps {
  readonly pool: SessionPool;
  readonly paths: PathResolver;
  readonly assets: AssetStore;
  readonly contentKeys: ContentKeys;
  /** Bounds of decoding; see {@link DecodeLimits}. */
  readonly limits?: DecodeLimits;
  /** Bounds of downloads; see {@link FetchLimits}. */
  readonly fetch?: FetchLimits;
}

/** Realisers keep weights by size: one for each pool, however many nodes run. */
const realisers = new WeakMap<SessionPool, Realiser>();

async function realiserOf(pool: SessionPool): Promise<Realiser> {
  const { createRealiser } = await import('../preprocess/realise.ts');
  const realiser = realisers.get(pool) ?? createRealiser(pool);
  realisers.set(pool, realiser);
  return realiser;
}

/** Finds, reads and realises pictures; see {@link ImageService}. The decoder is loaded when the first picture is opened. */
export function createImageService(deps: ImageServiceDeps): ImageService {
  const { paths, assets, pool, limits } = deps;
  return {
    async file(path) {
      const asset = assetOf(path);
      if (asset) return assetItem(assets, asset);
      if (/^https?:/i.test(path))
        throw new PatchbayError({
          code: 'image.not-found',
          message: `${path} is a web address, and this takes a file: use Load URL for it.`,
        });
      const file = await paths.resolve(path);
      const found = await stat(file).catch(async (cause: unknown) => {
        throw await missing(path, file, cause);
      });
      if (!found.isFile())
        throw new PatchbayError({
          code: 'image.not-found',
          message: `${file} is a folder; give one picture.`,
        });
      const { formatOf } = await import('./sharp.ts');
      formatOf(await headOf(file));
      return fileItem(file, basename(file), found);
    },

    async folder(path, options): Promise<Images> {
      const { files, skipped, unread } = await readable(paths, await paths.resolve(path), options);
      const warning = unreadWarning(unread);
      if (warning !== undefined) options.onWarn?.(warning);
      const items = files.map((found) => {
        const slash = found.path.indexOf('/');
        const label = options.labels && slash !== -1 ? found.path.slice(0, slash) : undefined;
        return { ...fileItem(found.file, found.path, found), ...(label !== undefined && { label }) };
      });
      return { kind: 'images', items, skipped };
    },

    async url(url, { signal }) {
      const { fetchPicture } = await import('./fetch-picture.ts');
      const { openPicture } = await import('./sharp.ts');
      const fetched = await fetchPicture(url, signal, deps.fetch);
      const { format } = await openPicture(fetched.bytes, limits);
      const { hash, size } = await assets.put(fetched.bytes);
      const name = nameOf(fetched.url, format.extension);
      return { kind: 'image', name, path: name, source: { kind: 'asset', hash, size } };
    },

    async keep(picture, { name, path = name, label }) {
      const { encodePng } = await import('./sharp.ts');
      const { hash, size } = await assets.put(await encodePng(picture));
      return {
        kind: 'image',
        name,
        path,
        source: { kind: 'asset', hash, size },
        ...(label !== undefined && { label }),
      };
    },

    async fingerprint(path, options = {}) {
      const asset = assetOf(path);
      if (asset) return asset.hash;
      const resolved = await paths.resolve(path).catch(() => undefined);
      if (resolved === undefined) return 'refused';
      const folder = await stat(resolved).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (!folder) return fingerprintFile(resolved);
      return fingerprintFolder(paths, resolved, { recursive: options.recursive ?? true, glob: options.glob });
    },

    async *batches(pixels, options) {
      const { batches } = await import('./batches.ts');
      yield* batches(pixels, { realiser: await realiserOf(pool), assets }, { ...options, limits });
    },

    async statistics(pixels, options) {
      const { statistics } = await import('./statistics.ts');
      const deps = { realiser: await realiserOf(pool), assets, pool };
      return statistics(pixels, deps, { ...options, limits });
    },

    async export(item, { format, maxEdge }) {
      const { openPicture } = await import('./sharp.ts');
      const bytes = await readItem(item, assets);
      const picture = await openPicture(bytes, limits);
      if (format === 'original') return { bytes, extension: picture.format.extension };
      return { bytes: await picture.copy(format, maxEdge), extension: format === 'png' ? 'png' : 'jpg' };
    },
  };
}

const ASSET = 'asset:';

interface Asset {
  readonly hash: string;
  readonly name?: string;
}

/** `asset:HASH`, or `asset:HASH/NAME` with what it is called, names a stored file; a wrong hash is found out when it is read. */
function assetOf(path: string): Asset | undefined {
  if (!path.startsWith(ASSET)) return undefined;
  const [hash = '', ...name] = path.slice(ASSET.length).split('/');
  return { hash, ...(name.length > 0 && { name: name.join('/') }) };
}

async function assetItem(assets: AssetStore, { hash, name: called }: Asset): Promise<ImageItem> {
  const { size } = await stat(assets.path(hash)).catch((cause: unknown) => {
    throw new PatchbayError(
      { code: 'asset.not-found', message: 'A stored picture is gone; add it again.' },
      { cause },
    );
  });
  const name = called || hash.slice(0, 12);
  return { kind: 'image', name, path: name, source: { kind: 'asset', hash, size } };
}

function fileItem(
  file: string,
  path: string,
  { size, mtimeMs }: { size: number; mtimeMs: number },
): ImageItem {
  return { kind: 'image', name: basename(file), path, source: { kind: 'file', path: file, size, mtimeMs } };
}

/** The last part of the address, with the ending of what it really is. */
function nameOf(url: URL, extension: string): string {
  let last = url.pathname.split('/').at(-1) ?? '';
  try {
    last = decodeURIComponent(last);
  } catch {}
  const stem = basename(last, extname(last))
    .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
    .slice(0, 100);
  return `${stem === '' ? 'picture' : stem}.${extension}`;
}

/** What there is in a folder, without what a link in it takes from where nothing may be read. */
async function readable(paths: PathResolver, folder: string, options: ScanOptions): Promise<FolderListing> {
  const listing = await scanFolder(folder, options);
  const files: (typeof listing.files)[number][] = [];
  const skipped = [...listing.skipped];
  for (const found of listing.files) {
    if (await paths.mayRead(found.file)) files.push(found);
    else
      skipped.push({
        name: basename(found.file),
        path: found.path,
        reason: 'The link leads out of the folders that may be read.',
      });
  }
  return { ...listing, files, skipped };
}

async function fingerprintFolder(
  paths: PathResolver,
  folder: string,
  options: { recursive: boolean; glob?: string },
): Promise<string> {
  const hash = createHash('sha256');
  try {
    // The same listing from another place is another listing: items carry absolute paths.
    hash.update(await realpath(folder));
    const { files, skipped, unread } = await readable(paths, folder, options);
    for (const { path, size, mtimeMs } of files) hash.update(`\n${path}\0${size}\0${mtimeMs}`);
    for (const { path, reason } of skipped) hash.update(`\n${path}\0${reason}`);
    hash.update(`\n${unreadWarning(unread) ?? ''}`);
  } catch (error) {
    hash.update(`\n${(error as Error).message}`);
  }
  return hash.digest('hex');
}
