import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { CancelledError, PatchbayError } from '../../../nodes/sdk/index.ts';
import { checkedLookup, isAllowed } from './public-address.ts';

/** Bounds of a download; the defaults are what users get. */
export interface FetchLimits {
  /** Redirects followed. Default 3. */
  readonly redirects?: number;
  /** Bytes read. Default 50 MB. */
  readonly bytes?: number;
  /** Milliseconds for all of it. Default 15 s. */
  readonly milliseconds?: number;
  /** Addresses that may be reached although they are not on the public internet: for tests and for intranets. */
  readonly allowAddresses?: readonly string[];
  /** How names become addresses, where not by the system. The answer is checked like any other. */
  readonly lookup?: LookupFunction;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function refuse(code: string, message: string, cause?: unknown): PatchbayError {
  return new PatchbayError({ code, message }, { cause });
}

/**
 * Downloads a file from the public internet. Every hop is checked twice: as it is written, and as it resolves when the
 * connection is made, so that neither odd spellings of local addresses nor names that change their answer get through.
 *
 * @throws PatchbayError `url.invalid`, `url.forbidden`, `url.unreachable`, `url.too-large`; CancelledError
 */
export async function fetchPicture(
  url: string,
  signal: AbortSignal,
  limits: FetchLimits = {},
): Promise<{ readonly bytes: Uint8Array; readonly url: URL }> {
  const deadline = AbortSignal.timeout(limits.milliseconds ?? 15_000);
  const stop = AbortSignal.any([signal, deadline]);
  let current = parse(url);
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
        throw refuse(
          'url.unreachable',
          `${current.host} answered ${statusCode} instead of sending the picture.`,
        );
      }
      return { bytes: await read(response, limits.bytes ?? 50_000_000), url: current };
    }
    throw refuse('url.unreachable', `${url} redirects too often.`);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    if (error instanceof PatchbayError) throw error;
    if (deadline.aborted)
      throw refuse('url.unreachable', `${current.host} took too long to send the picture.`, error);
    if (/is not allowed/.test((error as Error).message)) throw forbidden(current, error);
    throw refuse(
      'url.unreachable',
      `${current.host} could not be reached; check the address and the connection.`,
      error,
    );
  }
}

function parse(url: string, base?: URL): URL {
  try {
    return new URL(url, base);
  } catch (cause) {
    throw refuse('url.invalid', `"${url.slice(0, 200)}" is no web address.`, cause);
  }
}

function forbidden(url: URL, cause?: unknown): PatchbayError {
  return refuse(
    'url.forbidden',
    `${url.host} is not on the public internet, so nothing is fetched from there.`,
    cause,
  );
}

/** URL parsing has already turned 0x7f.1, 2130706433 and the like into plain addresses. */
function checkTarget(url: URL, { allowAddresses = [] }: FetchLimits): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse('url.invalid', 'Pictures are fetched from http and https addresses only.');
  if (url.username !== '' || url.password !== '')
    throw refuse('url.invalid', 'An address with a user name or password in it is not fetched.');
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

async function read(response: IncomingMessage, limit: number): Promise<Uint8Array> {
  const tooLarge = () => {
    response.destroy();
    return refuse(
      'url.too-large',
      `The file is larger than ${Math.round(limit / 1e6)} MB, so it was not fetched.`,
    );
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
  if (announced > 0 && bytes < announced)
    throw refuse('url.unreachable', 'The connection ended before the picture did.');
  return Buffer.concat(parts);
}
