import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { PatchbayError } from '../../nodes/sdk/errors.ts';
import { safeName } from '../../nodes/sdk/file-names.ts';
import type { Message } from '../../nodes/sdk/messages.ts';
import { MAX_WORKFLOW_BYTES } from '../../workflows/parse.ts';
import { sharingMessage } from '../contract/messages/sharing.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { openRegular, readRegular } from '../runtime/files/regular-file.ts';
import { WORKFLOW_NAME } from './pack.ts';

const MOST_FILES = 100_000;
const MIB = 1024 * 1024;
/** DEFLATE makes nothing more than 1032 times smaller. Real pictures and tables stay far below this. */
const MOST_TIMES_LARGER = 250;

/** Where a shared workflow goes, and how large it may be. */
export interface UnpackOptions {
  /** The name of the file, for messages and for the folder. */
  readonly name: string;
  /** The sha256 of the file. The same file is unpacked once. */
  readonly hash: string;
  /** The folder of uploads. */
  readonly uploads: string;
  /** A folder on the same disk for what is not complete yet. */
  readonly staging: string;
  readonly maxBytes: number;
}

/** A shared workflow after it was unpacked. */
export interface Unpacked {
  /** The absolute path of the folder with its workflow and files. */
  readonly folder: string;
  /** The text of its workflow. */
  readonly workflow: string;
}

const refuse = (message: Message): never => {
  throw new PatchbayError(message);
};

/** What systems add to archives for themselves. It is left where it is. */
const isClutter = (path: string) => /(^|\/)(\.[^/.]|__MACOSX\/)/.test(path);

/** Whether a part of a path is a plain name on every system. Macs write letters with accents as two characters. */
const isPlainName = (part: string) =>
  safeName(part) === part.normalize('NFC') && Buffer.byteLength(part) <= 255;

const isFolder = ({ fileName }: Entry) => fileName.endsWith('/');
/** The type of a file in the attributes that Unix systems write. */
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/** Reads all entries, which are in the end of the file, and refuses the whole if one is not harmless. */
async function harmless(zip: ZipFile, { name, maxBytes }: UnpackOptions): Promise<Entry[]> {
  if (zip.entryCount > MOST_FILES) refuse(sharingMessage('share.too-many', { name, count: MOST_FILES }));
  const entries: Entry[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    if (isClutter(entry.fileName)) continue;
    const shown = entry.fileName.slice(0, 200);
    const parts = entry.fileName.replace(/\/$/, '').split('/');
    const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
    // 0 is what systems without these attributes write.
    const isPlain = type === 0 || type === (isFolder(entry) ? FOLDER : REGULAR);
    if (!isPlain || parts.length > 50 || !parts.every(isPlainName) || !entry.canDecodeFileData())
      refuse(sharingMessage('share.unsafe', { name, entry: shown }));
    if (entry.uncompressedSize > entry.compressedSize * MOST_TIMES_LARGER + MIB)
      refuse(sharingMessage('share.bomb', { name, entry: shown }));
    bytes += entry.uncompressedSize;
    if (bytes > maxBytes)
      refuse(sharingMessage('share.too-large', { name, megabytes: Math.floor(maxBytes / MIB) }));
    entries.push(entry);
  }
  return entries;
}

/** The folder inside the archive that holds the workflow: whoever zips an unpacked one again gets one more folder. */
function rootOf(entries: readonly Entry[], name: string): string {
  const places = entries
    .map(({ fileName }) => fileName)
    .filter((path) => path === WORKFLOW_NAME || /^[^/]+\/workflow\.json$/.test(path))
    .sort((a, b) => a.length - b.length);
  const [first] = places;
  if (first === undefined) return refuse(sharingMessage('share.no-workflow', { name }));
  return first.slice(0, -WORKFLOW_NAME.length);
}

async function extract(zip: ZipFile, target: string, options: UnpackOptions): Promise<void> {
  const entries = await harmless(zip, options);
  const root = rootOf(entries, options.name);
  const workflow = entries.find(({ fileName }) => fileName === `${root}${WORKFLOW_NAME}`);
  if ((workflow?.uncompressedSize ?? 0) > MAX_WORKFLOW_BYTES)
    refuse(sharingMessage('share.no-workflow', { name: options.name }));
  const taken = new Set<string>();
  for (const entry of entries) {
    if (isFolder(entry) || !entry.fileName.startsWith(root)) continue;
    const path = entry.fileName.slice(root.length);
    // On many disks, names that differ only in case are one file.
    if (taken.has(path.toLowerCase()))
      refuse(sharingMessage('share.unsafe', { name: options.name, entry: path.slice(0, 200) }));
    taken.add(path.toLowerCase());
    // The library checks that no entry gives more bytes than it declares.
    const stream = await zip.openReadStreamPromise(entry);
    const bytes = whole(stream, entry, options.name);
    await writeFileAtomic(join(target, ...path.split('/')), bytes, { durable: false });
  }
}

/** The bytes of an entry, which must have its checksum. */
async function* whole(stream: AsyncIterable<Buffer>, { crc32: wanted }: Entry, name: string) {
  let sum = 0;
  for await (const part of stream) {
    sum = crc32(part, sum);
    yield part;
  }
  if (sum !== wanted) refuse(sharingMessage('share.damaged', { name }));
}

/** What went wrong with the archive itself; undefined if it was the disk or something else. */
function faultOf(error: unknown, name: string): Message | undefined {
  if (error instanceof PatchbayError || typeof (error as NodeJS.ErrnoException).code === 'string')
    return (error as NodeJS.ErrnoException).code?.startsWith('Z_')
      ? sharingMessage('share.damaged', { name })
      : undefined;
  const { message = '' } = error as Error;
  const [, entry] =
    /^(?:invalid relative path|absolute path|invalid characters in fileName): (.*)$/s.exec(message) ?? [];
  if (entry !== undefined) return sharingMessage('share.unsafe', { name, entry: entry.slice(0, 200) });
  if (/end of central directory record signature not found/i.test(message))
    return sharingMessage('share.not-zip', { name });
  return sharingMessage('share.damaged', { name });
}

/**
 * Unpacks a shared workflow into a folder of the uploads, completely or not at all. Nothing outside of this folder is
 * written, and the same file is unpacked once.
 * @throws PatchbayError `share.*`
 */
export async function unpackShared(archive: string, options: UnpackOptions): Promise<Unpacked> {
  const stem = safeName(
    basename(options.name)
      .replace(/\.(zip|patchbay)$/i, '')
      .replace(/\.patchbay$/i, ''),
  );
  const folder = join(options.uploads, `${stem.slice(0, 80)}-${options.hash.slice(0, 8)}`);
  const workflowOf = async () => ({
    folder,
    workflow: await readRegular(join(folder, WORKFLOW_NAME), 'utf8'),
  });
  const isUnpacked = async () =>
    (await stat(join(folder, WORKFLOW_NAME)).catch(() => undefined)) !== undefined;
  if (await isUnpacked()) return workflowOf();
  const staged = join(options.staging, randomUUID());
  const file = await openRegular(archive);
  try {
    await makeFolder(staged);
    const zip = await fromFdPromise(file.fd, { autoClose: false, lazyEntries: true, strictFileNames: true });
    await extract(zip, staged, options);
    await makeFolder(options.uploads);
    await rename(staged, folder);
  } catch (error) {
    // Another call may have unpacked the same file meanwhile.
    if (await isUnpacked()) return workflowOf();
    const fault = faultOf(error, options.name);
    throw fault === undefined ? error : new PatchbayError(fault, { cause: error });
  } finally {
    await file.close();
    await rm(staged, { recursive: true, force: true });
  }
  return workflowOf();
}
