import { CancelledError, type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import type { HubSettings } from './settings.ts';

/** A network error that may go away: a cut or stalled connection, a busy server, or a login page in between. */
export class PassingError extends Error {
  readonly reason: Message;
  /** How long the server asks to wait before the next try, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(reason: Message, options: { readonly waitMs?: number; readonly cause?: unknown } = {}) {
    super(reason.message, { cause: options.cause });
    this.reason = reason;
    this.waitMs = options.waitMs;
  }
}

/** What to try when the hub cannot be reached. Many users in China need a mirror. */
const adviceFor = ({ isMirror, endpoint }: HubSettings): Message =>
  isMirror
    ? hubMessage('hub.advice-endpoint', { endpoint: endpoint.origin })
    : hubMessage('hub.advice-mirror');

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

/** Turns any error of a download into one with a message for people. */
export function toHubError(cause: unknown, model: string, settings: HubSettings): PatchbayError {
  if (cause instanceof PatchbayError) return cause;
  // A retried error already has a message for people.
  if (cause instanceof PassingError && cause.cause instanceof PatchbayError) return cause.cause;
  if (cause instanceof Error && cause.name === 'AbortError') return new CancelledError();
  return new PatchbayError(failureOf(cause, model, settings), { cause });
}

function failureOf(cause: unknown, model: string, settings: HubSettings): Message {
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return hubMessage('hub.disk-full');
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return hubMessage('hub.not-writable', { model, reason: code });
  if (code === 'EFBIG') return hubMessage('hub.too-large');
  const advice = adviceFor(settings);
  if (UNREACHABLE.has(code))
    return hubMessage('hub.unreachable', { host: settings.endpoint.host, reason: code, advice });
  if (cause instanceof PassingError)
    return hubMessage('hub.interrupted', { model, reason: cause.reason, advice });
  return hubMessage('hub.failed', { model, reason: cause instanceof Error ? cause.message : String(cause) });
}

/** The error for a request that the hub refused. `code` is the header X-Error-Code. */
export function refusedBy(
  settings: HubSettings,
  {
    status,
    code,
    repo,
    file,
  }: {
    readonly status: number;
    readonly code: string;
    readonly repo: string;
    readonly file: string | Message;
  },
): PatchbayError {
  const { host } = settings.endpoint;
  const page = `${settings.endpoint.origin}/${repo}`;
  const hasToken = settings.token !== undefined;
  const refuse = (message: Message) => new PatchbayError(message);
  if (code === 'GatedRepo' || (status === 403 && code !== 'RepoNotFound'))
    return refuse(hubMessage(hasToken ? 'hub.gated-for-token' : 'hub.gated', { repo, page }));
  if (status === 401 && hasToken && code !== 'RepoNotFound') return refuse(hubMessage('hub.token', { host }));
  if (code === 'RevisionNotFound') return refuse(hubMessage('hub.no-revision', { repo, page }));
  if (code === 'EntryNotFound') return refuse(hubMessage('hub.no-file', { repo, file, page }));
  if (status === 401 || status === 404)
    return refuse(hubMessage(hasToken ? 'hub.no-repo-for-token' : 'hub.no-repo', { repo, host }));
  return refuse(hubMessage('hub.refused', { host, file, status, advice: adviceFor(settings) }));
}

/** The error for a download when `HF_HUB_OFFLINE` forbids the network. */
export const isOffline = (repo: string): PatchbayError =>
  new PatchbayError(hubMessage('hub.offline', { repo }));
