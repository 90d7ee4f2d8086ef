import { z } from 'zod';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import type { FileHash } from './hashes.ts';
import { isOffline, PassingError } from './hub-error.ts';
import { isContained } from './names.ts';
import { askThrough, discard, textOf } from './request.ts';
import { throwIfRefused } from './resolve.ts';
import { persist } from './retry.ts';
import type { HubSettings } from './settings.ts';

/** A file of a repository, with its size and hash if they are known. */
export interface RepoFile {
  readonly path: string;
  readonly bytes?: number;
  readonly hash?: FileHash;
}

/** The content of a repository at a revision. */
export interface Repository {
  readonly commit: string;
  readonly license?: string;
  readonly files: readonly RepoFile[];
}

const schema = z.object({
  sha: z.string().max(200),
  cardData: z
    .object({ license: z.union([z.string(), z.array(z.string())]).optional() })
    .nullish()
    .catch(undefined),
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: z.int().nonnegative().nullish(),
        blobId: z.string().nullish(),
        lfs: z
          .object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() })
          .nullish()
          .catch(undefined),
      }),
    )
    .max(100_000),
});

function hashOf({ lfs, blobId }: z.infer<typeof schema>['siblings'][number]): FileHash | undefined {
  if (lfs) return { kind: 'sha256', hex: lfs.sha256 };
  return blobId && /^[0-9a-f]{40}$/.test(blobId) ? { kind: 'git-sha1', hex: blobId } : undefined;
}

/**
 * Lists the commit, the licence and the files of a repository. Paths that lead out of the model's folder are left out.
 * @throws PatchbayError `hub.*`; CancelledError
 */
export function listRepository(
  repo: string,
  revision: string,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<Repository> {
  if (settings.offline) throw isOffline(repo);
  const { endpoint } = settings;
  const url = new URL(
    `${endpoint.origin}${endpoint.pathname.replace(/\/$/, '')}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`,
  );
  return persist(
    async () => {
      const reply = await askThrough({ method: 'GET', url, signal }, settings);
      if (reply.status >= 400) discard(reply);
      throwIfRefused(reply, repo, hubMessage('hub.file-list', { repo }), settings);
      const text = await textOf(reply, settings);
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch (cause) {
        throw new PassingError(hubMessage('hub.not-a-hub', { host: url.host }), { cause });
      }
      const parsed = schema.safeParse(json);
      if (!parsed.success)
        throw new PatchbayError(hubMessage('hub.listing', { host: url.host, repo }), { cause: parsed.error });
      const { sha, cardData, siblings } = parsed.data;
      const license = cardData?.license;
      return {
        commit: sha,
        license: Array.isArray(license) ? license.join(', ') : license,
        files: siblings
          .filter(({ rfilename }) => isContained(rfilename))
          .map((file) => ({
            path: file.rfilename,
            bytes: file.lfs?.size ?? file.size ?? undefined,
            hash: hashOf(file),
          })),
      };
    },
    settings,
    signal,
  );
}
