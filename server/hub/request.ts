import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { messageOf, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { dispatcherOf } from './dispatcher.ts';
import { PassingError } from './hub-error.ts';
import { proxyTrouble } from './proxy.ts';
import type { HubSettings } from './settings.ts';

/** The most redirects to follow; the hub itself needs three. */
const MAX_HOPS = 6;
/** A connection that receives fewer bytes than this within the stall time counts as stalled. */
const MIN_BYTES = 1024;
/** The most bytes to read from an unwanted body. If more are left, the connection is closed. */
const DUMP_BYTES = 1 << 16;
const SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);

/** A request to send. */
export interface Question {
  readonly method: 'HEAD' | 'GET';
  readonly url: URL;
  /** The first requested byte. `until` is the last one; without it, the request covers the rest of the file. */
  readonly range?: number;
  readonly until?: number;
  readonly signal: AbortSignal;
}

/** An answer with its body still unread. */
export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly url: URL;
  readonly body: Dispatcher.ResponseData['body'];
}

/** The text of a header. */
export const header = ({ headers }: Pick<Reply, 'headers'>, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/**
 * Sends one request, through the proxy for its address, and follows no redirect. It sends the token only to the hub's own origin.
 * @throws PatchbayError `hub.proxy-*`; PassingError
 */
export async function ask(
  { method, url, range, until, signal }: Question,
  settings: HubSettings,
): Promise<Reply> {
  const { dispatcher, request } = await dispatcherOf(settings);
  try {
    const { statusCode, headers, body } = await request(url, {
      ...{ method, signal, dispatcher, headersTimeout: settings.stallMs, bodyTimeout: settings.stallMs },
      headers: {
        // Compressed bytes would have another length and hash than the hub promised.
        'accept-encoding': 'identity',
        'user-agent': 'patchbay',
        ...(range !== undefined && { range: `bytes=${range}-${until ?? ''}` }),
        ...(settings.token !== undefined &&
          url.origin === settings.endpoint.origin && { authorization: `Bearer ${settings.token}` }),
      },
    });
    // Without a listener, the error of a discarded body would end the process.
    body.on('error', () => {});
    return { status: statusCode, headers, url, body };
  } catch (error) {
    if (signal.aborted) throw error;
    const trouble = proxyTrouble(error, settings.proxies);
    if (trouble && !trouble.passing) throw trouble.error;
    if (trouble) throw new PassingError(messageOf(trouble.error), { cause: trouble.error });
    const isSlow = error instanceof Error && 'code' in error && SLOW.has(String(error.code));
    const message = hubMessage(isSlow ? 'hub.silent' : 'hub.no-connection', { host: url.host });
    throw new PassingError(message, { cause: error });
  }
}

/** Drops the body of an answer. If only a little of it is left, the connection is kept open. */
export function discard({ body }: Pick<Reply, 'body'>): void {
  void body.dump({ limit: DUMP_BYTES }).catch(() => {});
}

/** The target of a redirect; undefined for any other answer. @throws PatchbayError `hub.redirect-invalid`, `hub.redirect-unsafe` */
export function redirectOf(reply: Reply): URL | undefined {
  const { status, url } = reply;
  const location = header(reply, 'location');
  if (status < 300 || status >= 400 || status === 304 || location === undefined) return undefined;
  if (!URL.canParse(location, url.href))
    throw new PatchbayError(
      hubMessage('hub.redirect-invalid', { host: url.host, location: location.slice(0, 100) }),
    );
  const next = new URL(location, url);
  const safe = next.protocol === 'https:' || (next.protocol === 'http:' && url.protocol === 'http:');
  if (!safe)
    throw new PatchbayError(
      hubMessage('hub.redirect-unsafe', { host: url.host, location: `${next.protocol}//${next.host}` }),
    );
  return next;
}

/**
 * Sends a request and follows redirects while `follows` allows it.
 * @throws PatchbayError `hub.redirect-*`, `hub.proxy-*`; PassingError
 */
export async function askThrough(
  question: Question,
  settings: HubSettings,
  follows: (from: URL, to: URL) => boolean = () => true,
): Promise<Reply> {
  let { url } = question;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const reply = await ask({ ...question, url }, settings);
    const next = redirectOf(reply);
    if (!next || !follows(url, next)) return reply;
    discard(reply);
    url = next;
  }
  throw new PatchbayError(hubMessage('hub.redirect-loop', { host: question.url.host }));
}

/** Whether the body is compressed, although the request did not ask for it. */
export const isEncoded = (reply: Pick<Reply, 'headers'>): boolean =>
  !/^(identity)?$/i.test(header(reply, 'content-encoding') ?? '');

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** The body, decompressed if needed. @throws PatchbayError `hub.encoding` for an unknown encoding */
function decoded(reply: Reply): Readable {
  const { body, url } = reply;
  if (!isEncoded(reply)) return body;
  const name = header(reply, 'content-encoding')?.toLowerCase() ?? '';
  const decoder = DECODERS.get(name)?.();
  if (!decoder)
    throw new PatchbayError(hubMessage('hub.encoding', { host: url.host, encoding: name.slice(0, 50) }));
  body.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => body.destroy());
  return body.pipe(decoder);
}

/** Yields the parts of a body as they arrive. @throws PassingError when the connection is cut or stalls */
export async function* bodyOf(reply: Reply, settings: HubSettings): AsyncGenerator<Buffer> {
  const { body, url } = reply;
  let recent = 0;
  const timer = setInterval(() => {
    if (recent < MIN_BYTES) body.destroy(new PassingError(hubMessage('hub.stalled', { host: url.host })));
    recent = 0;
  }, settings.stallMs);
  try {
    for await (const part of decoded(reply) as AsyncIterable<Buffer>) {
      recent += part.length;
      yield part;
    }
  } catch (error) {
    if (error instanceof PassingError || error instanceof PatchbayError) throw error;
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new PassingError(hubMessage('hub.cut', { host: url.host }), { cause: error });
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

/** Reads a small body as text. @throws PassingError when it has more than `limit` bytes */
export async function textOf(reply: Reply, settings: HubSettings, limit = 32 << 20): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of bodyOf(reply, settings)) {
    bytes += part.length;
    if (bytes > limit) throw new PassingError(hubMessage('hub.more-than-expected', { host: reply.url.host }));
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
