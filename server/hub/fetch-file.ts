import { rename } from 'node:fs/promises';
import { CancelledError } from '../../nodes/sdk/index.ts';
import { hubError, PassingError } from './hub-error.ts';
import { PartFile } from './part-file.ts';
import { askThrough, bodyOf, discard, header, isEncoded, type Reply } from './request.ts';
import { type FileAddress, fileUrl, type ResolvedFile, throwIfRefused } from './resolve.ts';
import { persist } from './retry.ts';
import type { HubSettings } from './settings.ts';

/** Whole files that may come with a wrong hash before it is given up. */
const MAX_WRONG = 3;

/** Where a file goes. */
export interface Destination {
  /** Grows while it is fetched, and stays for the next try. */
  readonly part: string;
  /** Is there whole and right, or not at all. */
  readonly target: string;
}

/** Where the bytes of an answer start; undefined where they are not those that were asked for. */
function startOf(reply: Reply, asked: number, total: number): number | undefined {
  // Somebody in between answers with a page, often without a length; no file of a model is one.
  if (header(reply, 'content-type')?.startsWith('text/html')) return undefined;
  // Of what was compressed on the way, neither length nor places are those of the file.
  const length = isEncoded(reply) ? undefined : header(reply, 'content-length');
  if (reply.status === 206 && isEncoded(reply)) return undefined;
  if (reply.status === 200) return length === undefined || Number(length) === total ? 0 : undefined;
  if (reply.status !== 206) return undefined;
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header(reply, 'content-range') ?? '');
  if (!range || Number(range[1]) !== asked) return undefined;
  return range[3] === '*' || Number(range[3]) === total ? asked : undefined;
}

/** Fetches what is missing, once. @throws PassingError where it ends early. */
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
    throw new PassingError(
      `${reply.url.host} answers with something else than the file; a login page or a proxy may be in between`,
    );
  }
  if (start < from) await part.reset();
  for await (const data of bodyOf(reply, settings)) {
    if (part.bytes + data.length > bytes) {
      await part.reset();
      throw new PassingError(`${reply.url.host} sends more than the file`);
    }
    await part.append(data);
    onBytes(part.bytes);
  }
  if (part.bytes < bytes) throw new PassingError(`the connection to ${reply.url.host} was cut`);
}

/**
 * Fetches one file: goes on from what lies there, tries again what the network broke, and lets nothing through that does not hash right.
 * @param onBytes told how many of its bytes are here
 * @returns its sha256
 * @throws PatchbayError `hub.hash` and others with a sentence; the system's errors; CancelledError.
 */
export async function fetchFile(
  address: FileAddress,
  want: ResolvedFile,
  { part: path, target }: Destination,
  settings: HubSettings,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  // Finished by a try that ended before the others were: hashed again like everything that lies there.
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
  throw hubError(
    'hash',
    `${address.path} of ${address.repo} came ${MAX_WRONG} times with bytes that are not those the hub promises, so it was thrown away. The network or the mirror changes files on the way: try another network, or another mirror in HF_ENDPOINT.`,
  );
}
