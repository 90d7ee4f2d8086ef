import { join } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { openRegular } from '../runtime/files/regular-file.ts';
import { PassingError } from './hub-error.ts';
import { askThrough, bodyOf, discard, header, isEncoded, type Reply } from './request.ts';
import { type FileAddress, fileUrl, throwIfRefused } from './resolve.ts';
import { persist } from './retry.ts';
import type { HubSettings } from './settings.ts';
import { repoFolder } from './shared-cache.ts';

/** A file, on the hub or on disk, that is read in pieces. */
export interface PiecewiseFile {
  readonly path: string;
  readonly size: number;
  /** Reads bytes start..end. @throws when they cannot be read */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The first size of a request after a jump. It doubles while reading goes on without a jump. */
const FIRST_BYTES = 1 << 14;
const MAX_WINDOW_BYTES = 1 << 20;
/** Limits for one file, so that reading in pieces never downloads a whole model. */
const MAX_BYTES = 48 << 20;
const MAX_PIECES = 2000;

/** The bytes of an answer and the size of the whole file; undefined if the answer is not the requested piece. */
async function pieceOf(
  reply: Reply,
  start: number,
  most: number,
  settings: HubSettings,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly size: number } | undefined> {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header(reply, 'content-range') ?? '');
  const [first, last, size] = range?.slice(1).map(Number) ?? [];
  const wanted = last === undefined ? 0 : last + 1 - start;
  const isPiece = reply.status === 206 && !isEncoded(reply) && first === start && size !== undefined;
  if (!isPiece || wanted <= 0 || wanted > most) {
    discard(reply);
    return undefined;
  }
  const bytes = new Uint8Array(wanted);
  let filled = 0;
  for await (const part of bodyOf(reply, settings)) {
    if (filled + part.length > bytes.length)
      throw new PassingError(hubMessage('hub.more-than-piece', { host: reply.url.host }));
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled < wanted) throw new PassingError(hubMessage('hub.cut', { host: reply.url.host }));
  return { bytes, size };
}

/**
 * Opens a file of the hub and reads it in pieces with Range requests.
 * @returns undefined if the file does not exist or the server does not support ranges
 * @throws PatchbayError `hub.*`; PassingError; CancelledError
 */
export async function openRemote(
  address: FileAddress,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<PiecewiseFile | undefined> {
  let url = fileUrl(address, settings);
  let [fetched, pieces] = [0, 0];
  const piece = (start: number, bytes: number) =>
    persist(
      async () => {
        pieces += 1;
        fetched += bytes;
        if (pieces > MAX_PIECES || fetched > MAX_BYTES)
          throw new PatchbayError(hubMessage('hub.pieces', { file: address.path, repo: address.repo }));
        const reply = await askThrough(
          { method: 'GET', url, range: start, until: start + bytes - 1, signal },
          settings,
        );
        if (reply.status === 404) {
          discard(reply);
          return undefined;
        }
        if (reply.status >= 400) discard(reply);
        throwIfRefused(reply, address.repo, address.path, settings);
        // Later pieces go directly to the address of the last redirect.
        url = reply.url;
        return pieceOf(reply, start, bytes, settings);
      },
      settings,
      signal,
    );
  const first = await piece(0, FIRST_BYTES);
  if (!first) return undefined;
  const { size } = first;
  let window = { start: 0, bytes: first.bytes };
  let next = FIRST_BYTES;
  const ends = () => window.start + window.bytes.length;
  return {
    path: address.path,
    size,
    async read(start, end) {
      if (start > end || end > size)
        throw new PassingError(hubMessage('hub.ends-early', { file: address.path }));
      if (start < window.start || end > ends()) {
        next = start >= window.start && start <= ends() ? Math.min(next * 2, MAX_WINDOW_BYTES) : FIRST_BYTES;
        const wanted = Math.min(Math.max(next, end - start), size - start);
        const found = await piece(start, wanted);
        if (!found || found.size !== size || found.bytes.length < end - start)
          throw new PassingError(hubMessage('hub.file-changed', { file: address.path }));
        window = { start, bytes: found.bytes };
      }
      return window.bytes.slice(start - window.start, end - window.start);
    },
  };
}

/** Opens a file of the shared cache; undefined if the cache does not have it. Close it after use. */
export async function openCached(
  { repo, revision, path }: FileAddress,
  settings: HubSettings,
): Promise<(PiecewiseFile & { close(): Promise<void> }) | undefined> {
  const file = await openRegular(join(repoFolder(settings, repo), 'snapshots', revision, path)).catch(
    () => undefined,
  );
  if (!file) return undefined;
  const { size } = await file.stat();
  return {
    ...{ path, size },
    async read(start, end) {
      const bytes = new Uint8Array(Math.min(end - start, MAX_BYTES));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < end - start) throw new Error(`${path} ends early`);
      return bytes;
    },
    close: () => file.close(),
  };
}
