import { type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { type FileHash, hashOfEtag } from './hashes.ts';
import { isOffline, PassingError, refusedBy } from './hub-error.ts';
import { askThrough, discard, header, type Reply } from './request.ts';
import { persist, throwIfBusy } from './retry.ts';
import type { HubSettings } from './settings.ts';

/** A file of a repository at a revision. */
export interface FileAddress {
  readonly repo: string;
  readonly revision: string;
  readonly path: string;
}

/** The commit, size and hash that the hub promises for a file. */
export interface ResolvedFile {
  readonly commit: string;
  readonly bytes: number;
  readonly hash: FileHash;
}

/** The address of a file on the hub. */
export function fileUrl({ repo, revision, path }: FileAddress, { endpoint }: HubSettings): URL {
  const way = path.split('/').map(encodeURIComponent).join('/');
  return new URL(
    `${endpoint.origin}${endpoint.pathname.replace(/\/$/, '')}/${repo}/resolve/${encodeURIComponent(revision)}/${way}`,
  );
}

/** @throws PatchbayError `hub.*` or PassingError for every status that is an error */
export function throwIfRefused(
  reply: Reply,
  repo: string,
  file: string | Message,
  settings: HubSettings,
): void {
  const { status, url } = reply;
  throwIfBusy(status, url.host, header(reply, 'retry-after'));
  if (status >= 400)
    throw refusedBy(settings, { status, code: header(reply, 'x-error-code') ?? '', repo, file });
}

/**
 * Asks for the commit, the length and the hash of a file, without downloading it.
 * @throws PatchbayError `hub.*`; CancelledError
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
      // The hub sends its headers before the redirect to the file server. A renamed repository redirects within the
      // hub.
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
        throw new PassingError(hubMessage('hub.not-a-hub', { host: url.host }));
      if (hash === undefined || !Number.isSafeInteger(bytes))
        throw new PatchbayError(hubMessage('hub.no-hash', { host: url.host, file: path, repo }));
      return { commit: commit ?? address.revision, bytes, hash };
    },
    settings,
    signal,
  );
}
