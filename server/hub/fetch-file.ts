import { rename } from 'node:fs/promises';
import { CancelledError, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { PassingError } from './hub-error.ts';
import { PartFile } from './part-file.ts';
import { askThrough, bodyOf, discard, header, isEncoded, type Reply } from './request.ts';
import { type FileAddress, fileUrl, type ResolvedFile, throwIfRefused } from './resolve.ts';
import { persist } from './retry.ts';
import type { HubSettings } from './settings.ts';

/** How many times a complete file may arrive with a wrong hash before the download fails. */
const MAX_WRONG = 3;

/** The paths of a file to download. */
export interface Destination {
  /** Grows during the download and stays for the next try. */
  readonly part: string;
  /** Appears when the file is complete and correct. */
  readonly target: string;
}

/** Where the bytes of an answer start in the file; undefined if they are not the requested bytes. */
function startOf(reply: Reply, asked: number, total: number): number | undefined {
  // A login page, for example of a hotel network, is HTML. No file of a model is HTML.
  if (header(reply, 'content-type')?.startsWith('text/html')) return undefined;
  // If a proxy compressed the answer, its length and ranges do not describe the file.
  const length = isEncoded(reply) ? undefined : header(reply, 'content-length');
  if (reply.status === 206 && isEncoded(reply)) return undefined;
  if (reply.status === 200) return length === undefined || Number(length) === total ? 0 : undefined;
  if (reply.status !== 206) return undefined;
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header(reply, 'content-range') ?? '');
  if (!range || Number(range[1]) !== asked) return undefined;
  return range[3] === '*' || Number(range[3]) === total ? asked : undefined;
}

/** Downloads the missing part with one request. @throws PassingError when the answer ends early */
async function advance(
  address: FileAddress,
  { bytes }: ResolvedFile,
  part: PartFile,
  settings: HubSettings,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const from = part.bytes;
  const range = from > 0 ? from : undefined;
  const url = fileUrl(address, settings);
  const reply = await askThrough({ method: 'GET', url, range, signal }, settings);
  const start = startOf(reply, from, bytes);
  if (start === undefined || reply.status >= 300) {
    discard(reply);
    if (reply.status === 416 || reply.status < 300) await part.reset();
    if (reply.status !== 416) throwIfRefused(reply, address.repo, address.path, settings);
    onBytes(part.bytes);
    throw new PassingError(hubMessage('hub.not-the-file', { host: reply.url.host }));
  }
  if (start < from) await part.reset();
  for await (const data of bodyOf(reply, settings)) {
    if (part.bytes + data.length > bytes) {
      await part.reset();
      throw new PassingError(hubMessage('hub.more-than-file', { host: reply.url.host }));
    }
    await part.append(data);
    onBytes(part.bytes);
  }
  if (part.bytes < bytes) throw new PassingError(hubMessage('hub.cut', { host: reply.url.host }));
}

/**
 * Downloads one file. It continues a part that an earlier try left, retries after network errors, and accepts only the right hash.
 * @param onBytes called with the number of bytes on disk
 * @returns the sha256 of the file
 * @throws PatchbayError `hub.*`; the system's errors; CancelledError
 */
export async function fetchFile(
  address: FileAddress,
  want: ResolvedFile,
  { part: path, target }: Destination,
  settings: HubSettings,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  // An earlier try may have completed this file but not the others. Its hash is then checked again.
  await rename(target, path).catch(() => {});
  const part = await PartFile.open(path, want, signal).catch((error: unknown) => {
    throw signal.aborted ? new CancelledError() : error;
  });
  try {
    for (let wrong = 0; wrong < MAX_WRONG; wrong++) {
      onBytes(part.bytes);
      await persist(
        async () => {
          if (part.bytes < want.bytes) await advance(address, want, part, settings, signal, onBytes);
        },
        settings,
        signal,
        () => part.bytes,
      );
      const { sha256, right } = await part.finish();
      if (right) {
        await rename(path, target);
        return sha256;
      }
      await part.reset();
    }
  } finally {
    await part.close();
  }
  const { path: name, repo } = address;
  throw new PatchbayError(hubMessage('hub.hash', { file: name, repo, times: MAX_WRONG }));
}
