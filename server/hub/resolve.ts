import { type FileHash, hashOfEtag } from './hashes.ts';
import { hubError, isOffline, PassingError, refusedBy } from './hub-error.ts';
import { askThrough, discard, header, type Reply } from './request.ts';
import { persist, throwIfBusy } from './retry.ts';
import type { HubSettings } from './settings.ts';

/** A file of a repository at a revision. */
export interface FileAddress {
  readonly repo: string;
  readonly revision: string;
  readonly path: string;
}

/** What the hub promises of a file. */
export interface ResolvedFile {
  readonly commit: string;
  readonly bytes: number;
  readonly hash: FileHash;
}

/** Where the hub gives a file out. */
export function fileUrl({ repo, revision, path }: FileAddress, { endpoint }: HubSettings): URL {
  const way = path.split('/').map(encodeURIComponent).join('/');
  return new URL(
    `${endpoint.origin}${endpoint.pathname.replace(/\/$/, '')}/${repo}/resolve/${encodeURIComponent(revision)}/${way}`,
  );
}

/** @throws PatchbayError, or PassingError, for every status that is no answer. */
export function throwIfRefused(reply: Reply, repo: string, what: string, settings: HubSettings): void {
  const { status, url } = reply;
  throwIfBusy(status, url.host, header(reply, 'retry-after'));
  if (status >= 400)
    throw refusedBy(settings, { status, code: header(reply, 'x-error-code') ?? '', repo, what });
}

/**
 * Asks what a file is, without fetching it: the commit, its length, and its hash.
 * @throws PatchbayError `hub.*` with a sentence.
 */
export function resolveFile(
  address: FileAddress,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<ResolvedFile> {
  const { repo, path } = address;
  if (settings.offline) throw isOffline(repo);
  const url = fileUrl(address, settings);
  return persist(
    async () => {
      const seen: Reply[] = [];
      // The hub's own headers are before the redirect to where the bytes are; a renamed repository is a redirect within it.
      const last = await askThrough(
        { method: 'HEAD', url, signal },
        settings,
        (from, to) => from.origin === to.origin,
      );
      discard(last);
      seen.push(last);
      throwIfRefused(last, repo, path, settings);
      const commit = header(last, 'x-repo-commit');
      const hash = hashOfEtag(header(last, 'x-linked-etag') ?? header(last, 'etag'));
      const length =
        header(last, 'x-linked-size') ?? (last.status < 300 ? header(last, 'content-length') : '');
      const bytes = /^\d+$/.test(length ?? '') ? Number(length) : Number.NaN;
      if (commit === undefined && hash === undefined)
        throw new PassingError(
          `${url.host} does not answer as a hub does; a login page or a proxy may be in between`,
        );
      if (hash === undefined || !Number.isSafeInteger(bytes))
        throw hubError(
          'no-hash',
          `${url.host} does not say what ${path} of ${repo} should hash to, or how long it is, so it was not fetched. Try another mirror in HF_ENDPOINT.`,
        );
      return { commit: commit ?? address.revision, bytes, hash };
    },
    settings,
    signal,
  );
}
