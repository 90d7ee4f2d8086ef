import { CancelledError, PatchbayError } from '../../nodes/sdk/index.ts';

/** The hub that was asked, as errors name it. */
export interface AskedHub {
  /** Where repositories are, without a slash at the end of its path. */
  readonly endpoint: URL;
  /** Whether `HF_ENDPOINT` names another place than huggingface.co. */
  readonly isMirror: boolean;
  readonly token?: string;
}

/** What the network may do that another try can mend: cut, stalled, busy, or an answer by somebody in between. */
export class PassingError extends Error {
  /** How long the other side asks to be left alone, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(message: string, options: { readonly waitMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.waitMs = options.waitMs;
  }
}

/** An error of the hub client; every message says what to do. */
export const hubError = (code: string, message: string, cause?: unknown): PatchbayError =>
  new PatchbayError({ code: `hub.${code}`, message }, { cause });

const hostOf = ({ endpoint }: AskedHub) => endpoint.host;

/** What to try when the hub is out of reach; people in China need a mirror. */
const elsewhere = (settings: AskedHub): string =>
  settings.isMirror
    ? `Check the network, and that HF_ENDPOINT (${settings.endpoint.origin}) is right.`
    : 'Check the network and try again; where huggingface.co cannot be reached, as in China, name a mirror in HF_ENDPOINT (HF_ENDPOINT=https://hf-mirror.com) and start Patchbay again.';

const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return own !== '' ? own : error.cause === undefined ? '' : codeOf(error.cause);
};

/** Whatever ended the work as an error with a sentence. */
export function toHubError(error: unknown, what: string, settings: AskedHub): PatchbayError {
  if (error instanceof PatchbayError) return error;
  // Whoever gave up knew the sentence already.
  if (error instanceof PassingError && error.cause instanceof PatchbayError) return error.cause;
  if (error instanceof Error && error.name === 'AbortError') return new CancelledError();
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return hubError(
      'not-writable',
      `${what} cannot be written (${code}): make the data folder writable, or choose another one with PATCHBAY_DATA.`,
      error,
    );
  if (code === 'EFBIG')
    return hubError(
      'too-large',
      'The disk of the data folder takes no files as large as those of this model (FAT32 ends at 4 GB): choose a data folder on another disk with PATCHBAY_DATA.',
      error,
    );
  if (UNREACHABLE.has(code))
    return hubError(
      'unreachable',
      `${hostOf(settings)} cannot be reached (${code}). ${elsewhere(settings)}`,
      error,
    );
  if (error instanceof PassingError)
    return hubError(
      'interrupted',
      `${what} could not be fetched: ${error.message}. What is here is kept, so trying again goes on from there. ${elsewhere(settings)}`,
      error,
    );
  return hubError(
    'failed',
    `${what} could not be fetched: ${error instanceof Error ? error.message : String(error)}. Try again.`,
    error,
  );
}

/** The disk has no room. */
export const diskFull = (cause?: unknown): PatchbayError =>
  hubError(
    'disk-full',
    'The disk of the data folder is full. What was fetched is kept: free some space and try again, or choose another data folder with PATCHBAY_DATA.',
    cause,
  );

/** The hub says no. `code` is its X-Error-Code. */
export function refusedBy(
  settings: AskedHub,
  { status, code, repo, what }: { status: number; code: string; repo: string; what: string },
): PatchbayError {
  const host = hostOf(settings);
  const page = `${settings.endpoint.origin}/${repo}`;
  const token = settings.token === undefined;
  if (code === 'GatedRepo' || (status === 403 && code !== 'RepoNotFound'))
    return hubError(
      'gated',
      token
        ? `${repo} wants its licence accepted: accept it at ${page}, then give a token of your account in HF_TOKEN (or with "hf auth login") and start Patchbay again.`
        : `${repo} is not open to the token that was given: accept its licence at ${page} with the account of that token.`,
    );
  if (status === 401 && !token && code !== 'RepoNotFound')
    return hubError('token', `${host} does not take the token in HF_TOKEN: make a new one, or take it away.`);
  if (code === 'RevisionNotFound')
    return hubError(
      'no-revision',
      `${repo} has no such revision: look at ${page} for its branches and tags.`,
    );
  if (code === 'EntryNotFound')
    return hubError('no-file', `${repo} has no file ${what}: look at ${page} for what it holds.`);
  if (status === 401 || status === 404)
    return hubError(
      'no-repo',
      `There is no ${repo} at ${host}${token ? ', or it is private: then a token in HF_TOKEN opens it' : ' that the token in HF_TOKEN may see'}. Check the spelling: it is written owner/name.`,
    );
  return hubError(
    'refused',
    `${host} answered ${what} with status ${status}. Try again later. ${elsewhere(settings)}`,
  );
}

/** The network may not be used. */
export const isOffline = (repo: string): PatchbayError =>
  hubError(
    'offline',
    `${repo} is not on this machine, and HF_HUB_OFFLINE forbids the network. Take HF_HUB_OFFLINE away, or fetch it where there is a network and copy its folder here.`,
  );
