import { createHash, type Hash } from 'node:crypto';
import { partsOfRegular } from '../runtime/files/regular-file.ts';

/** The hash that a file must have: sha256 for large files, the git id for small ones. */
export interface FileHash {
  readonly kind: 'sha256' | 'git-sha1';
  readonly hex: string;
}

/** The hash in an ETag; undefined for an ETag that is not a hash. */
export function hashOfEtag(etag: string | undefined): FileHash | undefined {
  const hex = etag?.replace(/^W\//, '').replaceAll('"', '').toLowerCase() ?? '';
  if (/^[0-9a-f]{64}$/.test(hex)) return { kind: 'sha256', hex };
  if (/^[0-9a-f]{40}$/.test(hex)) return { kind: 'git-sha1', hex };
  return undefined;
}

/** Computes the sha256 while bytes arrive, and also the git id if it is needed. */
export class Sums {
  readonly #sha256: Hash = createHash('sha256');
  readonly #git: Hash | undefined;

  /** @param bytes the length of the whole file, which goes into the git id first */
  constructor({ hash, bytes }: { readonly hash: FileHash | undefined; readonly bytes: number }) {
    if (hash?.kind === 'git-sha1') this.#git = createHash('sha1').update(`blob ${bytes}\0`);
  }

  update(part: Uint8Array): void {
    this.#sha256.update(part);
    this.#git?.update(part);
  }

  /** Gives the sha256, and whether the hash is the expected one. Call it once, at the end. */
  finish(expected: FileHash): { sha256: string; right: boolean } {
    const sha256 = this.#sha256.digest('hex');
    const git = this.#git?.digest('hex');
    return { sha256, right: expected.hex === (expected.kind === 'sha256' ? sha256 : git) };
  }
}

/** Adds the bytes of a file to sums. @throws the system's error */
export async function addFile(
  path: string,
  sums: Sums,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  for await (const part of partsOfRegular(path)) {
    signal?.throwIfAborted();
    sums.update(part);
    onBytes?.(part.length);
  }
}
