import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { CancelledError, type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { checkedLookup, isAllowed } from './public-address.ts';

/** Limits of a download; users get the defaults. */
export interface FetchLimits {
  /** Most redirects to follow. Default 3. */
  readonly redirects?: number;
  /** Most bytes to read. Default 50 MB. */
  readonly bytes?: number;
  /** Time for the whole download, in milliseconds. Default 15 s. */
  readonly milliseconds?: number;
  /** Addresses to allow although they are not on the public internet: for tests and intranets. */
  readonly allowAddresses?: readonly string[];
  /** Resolves host names in place of the system. Its answers are checked as well. */
  readonly lookup?: LookupFunction;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

const refuse = (message: Message, cause?: unknown): PatchbayError => new PatchbayError(message, { cause });

/**
 * Downloads a file from the public internet. Each redirect is checked twice: the address as written, and the IP address
 * when the connection is made. This stops unusual spellings of local addresses, and host names that change their IP
 * address.
 * @throws PatchbayError `url.*`; CancelledError
 */
export async function fetchPicture(
  url: string,
  signal: AbortSignal,
  limits: FetchLimits = {},
): Promise<{ readonly bytes: Uint8Array; readonly url: URL }> {
  const deadline = AbortSignal.timeout(limits.milliseconds ?? 15_000);
  const stop = AbortSignal.any([signal, deadline]);
  let current = parse(url);
  let isReading = false;
  try {
    for (let hop = 0; hop <= (limits.redirects ?? 3); hop++) {
      checkTarget(current, limits);
      const response = await send(current, stop, limits);
      const { statusCode = 0, headers } = response;
      if (REDIRECTS.has(statusCode) && headers.location !== undefined) {
        response.destroy();
        current = parse(headers.location, current);
        continue;
      }
      if (statusCode !== 200) {
        response.destroy();
        throw refuse(imageMessage('url.status', { host: current.host, status: statusCode }));
      }
      isReading = true;
      return { bytes: await read(response, current.host, limits.bytes ?? 50_000_000), url: current };
    }
    throw refuse(imageMessage('url.redirects', { url }));
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    if (error instanceof PatchbayError) throw error;
    const { host } = current;
    if (deadline.aborted) throw refuse(imageMessage('url.timeout', { host }), error);
    if (isReading) throw refuse(imageMessage('url.cut-short', { host }), error);
    if (/is not allowed/.test((error as Error).message)) throw forbidden(current, error);
    throw refuse(imageMessage('url.unreachable', { host }), error);
  }
}

function parse(url: string, base?: URL): URL {
  try {
    return new URL(url, base);
  } catch (cause) {
    throw refuse(imageMessage('url.invalid', { url: url.slice(0, 200) }), cause);
  }
}

function forbidden({ host }: URL, cause?: unknown): PatchbayError {
  return refuse(imageMessage('url.forbidden', { host }), cause);
}

/** `new URL` has already turned spellings such as 0x7f.1 and 2130706433 into plain addresses. */
function checkTarget(url: URL, { allowAddresses = [] }: FetchLimits): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse(imageMessage('url.scheme'));
  if (url.username !== '' || url.password !== '') throw refuse(imageMessage('url.credentials'));
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (/(^|\.)(localhost|local|internal)$/i.test(host)) throw forbidden(url);
  if (isIP(host) !== 0 && !isAllowed(host, allowAddresses)) throw forbidden(url);
}

function send(url: URL, signal: AbortSignal, limits: FetchLimits): Promise<IncomingMessage> {
  const filter = { keepAlive: false, allowIPAddressList: [...(limits.allowAddresses ?? [])] };
  const lookup = checkedLookup(limits.lookup, limits.allowAddresses);
  const https = url.protocol === 'https:';
  const agent = https ? new RequestFilteringHttpsAgent(filter) : new RequestFilteringHttpAgent(filter);
  const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'patchbay' };
  return new Promise((resolve, reject) => {
    const request = (https ? httpsRequest : httpRequest)(url, { agent, headers, signal, lookup }, resolve);
    request.on('error', reject);
    request.end();
  });
}

async function read(response: IncomingMessage, host: string, limit: number): Promise<Uint8Array> {
  const tooLarge = () => {
    response.destroy();
    return refuse(imageMessage('url.too-large', { megabytes: Math.round(limit / 1e6) }));
  };
  const announced = Number(response.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge();
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > limit) throw tooLarge();
    parts.push(part);
  }
  if (announced > 0 && bytes < announced) throw refuse(imageMessage('url.cut-short', { host }));
  return Buffer.concat(parts);
}
