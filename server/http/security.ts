import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import { requestMessage } from '../contract/messages/requests.ts';

/** Which clients can use this server, and their token. */
export interface AccessPolicy {
  /** Host names that the server accepts, in addition to IP addresses. Lower case. */
  readonly hosts: readonly string[];
  /** Whether it listens to this machine only. A proxy may still pass others on. */
  readonly loopback: boolean;
  /** The token that clients must send; absent only if no others can reach the server. */
  readonly token?: string;
}

/** Why a request is refused. */
export interface Refusal extends ErrorDetails {
  readonly status: 401 | 403;
}

/** The cookie in which a browser keeps the token. */
export const TOKEN_COOKIE = 'patchbay_token';

/** Whether only this machine can reach an address or name. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIPv4(host) && host.startsWith('127.');
}

/** Whether others can reach a server: it listens to them, or it answers to a name under which a proxy passes them on. */
export const isShared = (host: string, allowedHosts: readonly string[] = []): boolean =>
  ![host, ...allowedHosts].every((name) => isLoopback(name.toLowerCase()));

/** The host of a `Host` header or origin, without port and brackets; undefined if it is not a host. */
function hostName(text: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(text);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

// A page can bind its own name to this machine (DNS rebinding), but its requests still contain that name. So only names
// that belong to this machine pass.
function isOwnHost(header: string | undefined, policy: AccessPolicy): boolean {
  const host = header === undefined ? undefined : hostName(header);
  if (host === undefined) return false;
  if (policy.hosts.includes(host) || isLoopback(host)) return true;
  return !policy.loopback && isIP(host) !== 0;
}

// Browsers send an Origin with every request that can change something and with every socket. It must be this server's own.
function isOwnOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host.toLowerCase();
}

/** Compares tokens in constant time. */
export function sameToken(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return decodeURIComponentOr(value.join('='));
  }
  return undefined;
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function givenTokens(headers: IncomingHttpHeaders, query: string | undefined): string[] {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  return [bearer, cookie(headers.cookie, TOKEN_COOKIE), query].filter((token) => token !== undefined);
}

/** The parts of a request that the checks read. */
export interface Incoming {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  /** `?token=` of the address. */
  readonly queryToken?: string;
}

/** Checks the sender of every request and every socket. @returns the refusal, or undefined */
export function refusalOf(
  { headers, method, queryToken }: Incoming,
  policy: AccessPolicy,
): Refusal | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isOwnHost(host, policy))
    return {
      status: 403,
      ...requestMessage('access.host'),
      got: host?.slice(0, 100),
    };
  if (origin !== undefined && !isOwnOrigin(origin, host))
    return {
      status: 403,
      ...requestMessage('access.origin'),
      got: origin.slice(0, 100),
    };
  // Requests for pictures and scripts from another site have no Origin. Following a link to this server is fine.
  const navigates = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (headers['sec-fetch-site'] === 'cross-site' && !navigates)
    return { status: 403, ...requestMessage('access.site') };
  const { token } = policy;
  if (token !== undefined && !givenTokens(headers, queryToken).some((given) => sameToken(given, token)))
    return { status: 401, ...requestMessage('access.token') };
  return undefined;
}
