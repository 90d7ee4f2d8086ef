import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** What a file's bytes must hash to: large files' sha256, or the id git gives small ones. */
export interface FileHash {
  readonly kind: 'sha256' | 'git-sha1';
  readonly hex: string;
}

/** The hash an ETag is; undefined for one that says nothing of the bytes. */
export function hashOfEtag(etag: string | undefined): FileHash | undefined {
  const hex = etag?.replace(/^W\//, '').replaceAll('"', '').toLowerCase() ?? '';
  if (/^[0-9a-f]{64}$/.test(hex)) return { kind: 'sha256', hex };
  if (/^[0-9a-f]{40}$/.test(hex)) return { kind: 'git-sha1', hex };
  return undefined;
}

/** Hashes bytes as they come, both ways at once. */
export class Sums {
  readonly #sha256: Hash = createHash('sha256');
  readonly #git: Hash | undefined;

  /** @param bytes length of the whole file, which git's id begins with */
  constructor({ hash, bytes }: { readonly hash: FileHash | undefined; readonly bytes: number }) {
    if (hash?.kind === 'git-sha1') this.#git = createHash('sha1').update(`blob ${bytes}\0`);
  }

  update(part: Uint8Array): void {
    this.#sha256.update(part);
    this.#git?.update(part);
  }

  /** The sha256 of what came, and whether it is what it should be. Ends it. */
  finish(expected: FileHash): { sha256: string; right: boolean } {
    const sha256 = this.#sha256.digest('hex');
    const git = this.#git?.digest('hex');
    return { sha256, right: expected.hex === (expected.kind === 'sha256' ? sha256 : git) };
  }
}

/** Adds a file's bytes to sums. @throws the system's error. */
export async function addFile(
  path: string,
  sums: Sums,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  for await (const part of createReadStream(path, {
    highWaterMark: 1 << 18,
    signal,
  }) as AsyncIterable<Buffer>) {
    sums.update(part);
    onBytes?.(part.length);
  }
}
