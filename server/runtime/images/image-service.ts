import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import {
  englishOf,
  folderLabel,
  type ImageItem,
  type ImageService,
  type Images,
  nodeTitle,
  PatchbayError,
  type Said,
} from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { disk } from '../disk/disk.ts';
import { type IndexPlace, lineOf } from '../disk/tasks.ts';
import type { AssetStore } from '../files/assets.ts';
import type { PathResolver } from '../files/paths.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { Realiser } from '../preprocess/realise.ts';
import type { ContentKeys } from './content-keys.ts';
import type { FetchLimits } from './fetch-picture.ts';
import {
  type FolderListing,
  fingerprintScan,
  passedOverWarning,
  type ScanOptions,
  scanFolder,
  unreadWarning,
} from './folder-scan.ts';
import { HEAD_BYTES } from './formats.ts';
import { missing, readItem } from './read-item.ts';
import type { DecodeLimits } from './sharp.ts';

/** The services that {@link createImageService} uses, and its limits. */
export interface ImageServiceDeps {
  readonly pool: SessionPool;
  readonly paths: PathResolver;
  readonly assets: AssetStore;
  readonly contentKeys: ContentKeys;
  /** Limits of decoding; see {@link DecodeLimits}. */
  readonly limits?: DecodeLimits;
  /** Receives warnings about how pictures came out, for the node that uses the service. */
  readonly warn?: (message: Said) => void;
  /** Limits of downloads; see {@link FetchLimits}. */
  readonly fetch?: FetchLimits;
}

/** One realiser for each pool, because it keeps resize weights that all its nodes can use. */
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
        throw new PatchbayError(imageMessage('image.is-address', { address: path, node: LOAD_URL }));
      const file = await paths.resolve(path);
      const found = await look(file, HEAD_BYTES).catch(async (cause: unknown) => {
        throw await missing(path, file, cause);
      });
      if (found.kind === 'folder') throw new PatchbayError(imageMessage('image.is-folder', { path: file }));
      if (found.kind !== 'file')
        throw new PatchbayError(imageMessage('image.not-a-file', { name: basename(file) }));
      const { formatOf } = await import('./sharp.ts');
      formatOf(found.head);
      return fileItem(file, basename(file), found);
    },

    async folder(path, options): Promise<Images> {
      const { files, skipped, ...more } = await readable(
        paths,
        await paths.resolve(path),
        scanOptions(options),
        deps.contentKeys.index,
      );
      for (const warning of [unreadWarning(more.unread), passedOverWarning(more)])
        if (warning !== undefined) options.onWarn?.(warning);
      const items = files.map((found) => {
        const label = options.labels ? folderLabel(found.path, options.labelFolder) : undefined;
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
      if (asset) return (await isStored(assets, asset.hash)) ? asset.hash : 'missing';
      const resolved = await paths.resolve(path).catch(() => undefined);
      if (resolved === undefined) return 'refused';
      const found = await look(resolved, 0).catch(() => undefined);
      if (found?.kind !== 'folder') return hashText(`${resolved}\0${found?.size} ${found?.state}`);
      const scan = { ...options, recursive: options.recursive ?? true };
      return fingerprintFolder(paths, resolved, scan, deps.contentKeys.index);
    },

    async hashes(items, { signal }) {
      const keys = await deps.contentKeys.keys(items, signal);
      return keys.map((key) => (typeof key === 'string' ? key : undefined));
    },

    async *batches(pixels, options) {
      const { batches } = await import('./batches.ts');
      yield* batches(
        pixels,
        { realiser: await realiserOf(pool), assets },
        {
          ...{ onWarn: deps.warn, limits },
          ...options,
        },
      );
    },

    async statistics(pixels, options) {
      const { statistics } = await import('./statistics.ts');
      const worked = { realiser: await realiserOf(pool), assets, pool };
      const { warn } = deps;
      return statistics(pixels, worked, { ...{ onWarn: warn, limits }, ...options });
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

const look = (path: string, bytes: number) => disk.run('look', { path, bytes }, () => path);

const hashText = (text: string) => createHash('sha256').update(text).digest('hex');

/** Only what a thread can be given. */
function scanOptions({ recursive, glob, housekeeping, limit, signal }: ScanOptions): ScanOptions {
  return { recursive, glob, housekeeping, limit, signal };
}

const ASSET = 'asset:';
const LOAD_URL = nodeTitle('image/load-url', 'Load URL');

interface Asset {
  readonly hash: string;
  readonly name?: string;
}

/** `asset:HASH` or `asset:HASH/NAME` names a stored file. A wrong hash is noticed when the file is read. */
function assetOf(path: string): Asset | undefined {
  if (!path.startsWith(ASSET)) return undefined;
  const [hash = '', ...name] = path.slice(ASSET.length).split('/');
  return { hash, ...(name.length > 0 && { name: name.join('/') }) };
}

/** Whether an asset is there. Its file can be deleted. */
async function isStored(assets: AssetStore, hash: string): Promise<boolean> {
  try {
    return (await stat(assets.path(hash))).isFile();
  } catch {
    return false;
  }
}

async function assetItem(assets: AssetStore, { hash, name: called }: Asset): Promise<ImageItem> {
  const { size } = await stat(assets.path(hash)).catch((cause: unknown) => {
    throw new PatchbayError(fileMessage('asset.not-found'), { cause });
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

/** A file name for a download: the last part of its address, with the extension of its real format. */
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

/** Lists a folder, without the files that a link takes from outside the folders that may be read. */
async function readable(
  paths: PathResolver,
  folder: string,
  options: ScanOptions,
  index: IndexPlace,
): Promise<FolderListing> {
  return allowed(paths, await scanFolder(folder, options, index));
}

/** A listing without what may not be read. */
async function allowed<T extends FolderListing>(paths: PathResolver, listing: T): Promise<T> {
  const files: (typeof listing.files)[number][] = [];
  const skipped = [...listing.skipped];
  for (const found of listing.files) {
    // Without a link on its way, a file is inside the folder, which was checked.
    if (!found.linked || (await paths.mayRead(found.file))) files.push(found);
    else
      skipped.push({
        name: basename(found.file),
        path: found.path,
        reason: imageMessage('image.link-outside'),
      });
  }
  return { ...listing, files, skipped };
}

async function fingerprintFolder(
  paths: PathResolver,
  folder: string,
  options: ScanOptions,
  index: IndexPlace,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    // The real path is included, because items contain absolute paths. Equal listings of two folders must differ.
    hash.update(await realpath(folder));
    const {
      files,
      skipped,
      unread,
      passedOver,
      hash: own,
    } = await allowed(paths, await fingerprintScan(folder, options, index));
    hash.update(own);
    for (const file of files) hash.update(lineOf(file));
    for (const { path, reason } of skipped) hash.update(`\n${path}\0${englishOf(reason)}`);
    for (const warning of [unreadWarning(unread), passedOverWarning({ passedOver })])
      hash.update(`\n${warning?.message ?? ''}`);
  } catch (error) {
    hash.update(`\n${(error as Error).message}`);
  }
  return hash.digest('hex');
}
