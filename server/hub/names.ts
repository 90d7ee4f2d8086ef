import { hubError } from './hub-error.ts';

const PART = /^[A-Za-z0-9][\w.-]{0,95}$/;
/** What some file system takes for more than a name: devices, streams, hidden files, other separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get in.
const STRANGE = /[\u0000-\u001f\u007f\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const COMMIT = /^[0-9a-f]{40}$/;

/** A repository, and the revision that was asked for. */
export interface RepoRef {
  readonly repo: string;
  readonly revision?: string;
}

/** Whether a text is written as a repository's id is: owner/name. */
export function isRepoId(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length === 2 &&
    parts.every((part) => PART.test(part) && !/--|\.\./.test(part) && !/[.-]$/.test(part))
  );
}

/**
 * A repository as people write it: owner/name, or the address of its page.
 * @throws PatchbayError `hub.repo-id`.
 */
export function parseRepo(text: string): RepoRef {
  const page = /^https?:\/\/[^/]+\/([^/]+\/[^/?#]+)(?:\/tree\/([^?#]+))?/.exec(text.trim());
  const repo = page?.[1] ?? text.trim();
  if (!isRepoId(repo))
    throw hubError(
      'repo-id',
      `"${text.slice(0, 100)}" is no repository: write owner/name as on its page, like Xenova/clip-vit-base-patch32.`,
    );
  return {
    repo,
    ...(page?.[2] && { revision: checkRevision(decodeURIComponent(page[2]).replace(/\/$/, '')) }),
  };
}

/** @throws PatchbayError `hub.revision` for what can be no branch, tag or commit. */
export function checkRevision(revision: string): string {
  if (!/^[\w./+-]{1,200}$/.test(revision) || revision.includes('..') || revision.startsWith('/'))
    throw hubError(
      'revision',
      `"${revision.slice(0, 100)}" is no revision: write a branch, a tag or a commit.`,
    );
  return revision;
}

export const isCommit = (revision: string): boolean => COMMIT.test(revision);

/** Whether a path of a repository is one that stays in the folder it is joined to, on every system. */
export const isContained = (path: string): boolean =>
  path.length > 0 &&
  path.length <= 300 &&
  path.split('/').every((part) => part !== '' && !STRANGE.test(part));

/** The folder of a repository's model: one name, different for every repository. */
export const folderName = (repo: string): string => repo.replace('/', '--');
