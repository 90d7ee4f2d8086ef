import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { hubError, PassingError } from './hub-error.ts';
import { askThrough, bodyOf, discard, header, isEncoded, type Reply } from './request.ts';
import { type FileAddress, fileUrl, throwIfRefused } from './resolve.ts';
import { persist } from './retry.ts';
import type { HubSettings } from './settings.ts';
import { repoFolder } from './shared-cache.ts';

/** A file that is read in pieces, wherever it is. */
export interface PiecewiseFile {
  readonly path: string;
  readonly size: number;
  /** Bytes start..end. @throws where they cannot be had. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Fetched at once where reading has jumped; doubled as long as it goes straight on. */
const FIRST_BYTES = 1 << 14;
const MAX_WINDOW_BYTES = 1 << 20;
/** Nobody who asks for pieces gets a whole model in pieces. */
const MAX_BYTES = 48 << 20;
const MAX_PIECES = 2000;

/** The bytes of an answer, and how large the whole file is; undefined where it is not the piece that was asked for. */
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
      throw new PassingError(`${reply.url.host} sends more than a piece`);
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled < wanted) throw new PassingError(`the connection to ${reply.url.host} was cut`);
  return { bytes, size };
}

/**
 * Opens a file of the hub to be read in pieces by Range.
 * @returns undefined where there is no such file, or the server gives no pieces
 * @throws PassingError; CancelledError.
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
          throw hubError('pieces', `${address.path} of ${address.repo} is not read in so many pieces.`);
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
        // Where it led is where the next piece is.
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
      if (start > end || end > size) throw new PassingError(`${address.path} ends early`);
      if (start < window.start || end > ends()) {
        next = start >= window.start && start <= ends() ? Math.min(next * 2, MAX_WINDOW_BYTES) : FIRST_BYTES;
        const wanted = Math.min(Math.max(next, end - start), size - start);
        const found = await piece(start, wanted);
        if (!found || found.size !== size || found.bytes.length < end - start)
          throw new PassingError(`${address.path} is another file than before`);
        window = { start, bytes: found.bytes };
      }
      return window.bytes.slice(start - window.start, end - window.start);
    },
  };
}

/** The same of the shared cache; undefined where it is not in there. Close it after use. */
export async function openCached(
  { repo, revision, path }: FileAddress,
  settings: HubSettings,
): Promise<(PiecewiseFile & { close(): Promise<void> }) | undefined> {
  const file = await open(join(repoFolder(settings, repo), 'snapshots', revision, path), 'r').catch(
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
