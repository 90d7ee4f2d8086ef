import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';

const PART = /^[A-Za-z0-9][\w.-]{0,95}$/;
const EXAMPLE = 'Xenova/clip-vit-base-patch32';
/** Names with a special meaning in some file system: devices, streams, hidden files, other separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the refused ones.
const STRANGE = /[\u0000-\u001f\u007f\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const COMMIT = /^[0-9a-f]{40}$/;

/** A repository and the wanted revision. */
export interface RepoRef {
  readonly repo: string;
  readonly revision?: string;
}

/** Whether a text has the form of a repository's id: owner/name. */
export function isRepoId(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length === 2 &&
    parts.every((part) => PART.test(part) && !/--|\.\./.test(part) && !/[.-]$/.test(part))
  );
}

/**
 * Reads a repository as people write it: owner/name, or the address of its page.
 * @throws PatchbayError `hub.repo-id`, `hub.revision`
 */
export function parseRepo(text: string): RepoRef {
  const page = /^https?:\/\/[^/]+\/([^/]+\/[^/?#]+)(?:\/tree\/([^?#]+))?/.exec(text.trim());
  const repo = page?.[1] ?? text.trim();
  if (!isRepoId(repo))
    throw new PatchbayError(hubMessage('hub.repo-id', { text: text.slice(0, 100), example: EXAMPLE }));
  return {
    repo,
    ...(page?.[2] && { revision: checkRevision(decodeURIComponent(page[2]).replace(/\/$/, '')) }),
  };
}

/** Returns the revision. @throws PatchbayError `hub.revision` for a text that cannot be a branch, tag or commit */
export function checkRevision(revision: string): string {
  if (!/^[\w./+-]{1,200}$/.test(revision) || revision.includes('..') || revision.startsWith('/'))
    throw new PatchbayError(hubMessage('hub.revision', { revision: revision.slice(0, 100) }));
  return revision;
}

/** Whether a revision is a commit and not a branch or tag. */
export const isCommit = (revision: string): boolean => COMMIT.test(revision);

/** Whether a path of a repository stays inside the folder it is joined to, on every system. */
export const isContained = (path: string): boolean =>
  path.length > 0 &&
  path.length <= 300 &&
  path.split('/').every((part) => part !== '' && !STRANGE.test(part));

/** The name of a model's folder, which differs for every repository. */
export const folderName = (repo: string): string => repo.replace('/', '--');
