import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { dispatcherOf } from './dispatcher.ts';
import { hubError, PassingError } from './hub-error.ts';
import { proxyTrouble } from './proxy.ts';
import type { HubSettings } from './settings.ts';

/** Redirects that are followed; the hub itself needs three. */
const MAX_HOPS = 6;
/** Fewer bytes than this in a stall time are none. */
const MIN_BYTES = 1024;
/** More than this is not read of a body that nobody wants, to keep its connection. */
const DUMP_BYTES = 1 << 16;
const SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);

/** What is asked. */
export interface Question {
  readonly method: 'HEAD' | 'GET';
  readonly url: URL;
  /** From which byte on, and to which where it is not all of the rest. */
  readonly range?: number;
  readonly until?: number;
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read. */
export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly url: URL;
  readonly body: Dispatcher.ResponseData['body'];
}

/** One header's text. */
export const header = ({ headers }: Pick<Reply, 'headers'>, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Asks once, following nothing, through the proxy that is named for it. The token goes to the hub's own origin alone. */
export async function ask(
  { method, url, range, until, signal }: Question,
  settings: HubSettings,
): Promise<Reply> {
  const { dispatcher, request } = await dispatcherOf(settings);
  try {
    const { statusCode, headers, body } = await request(url, {
      ...{ method, signal, dispatcher, headersTimeout: settings.stallMs, bodyTimeout: settings.stallMs },
      headers: {
        // Compressed bytes would have neither the length nor the hash that was promised.
        'accept-encoding': 'identity',
        'user-agent': 'patchbay',
        ...(range !== undefined && { range: `bytes=${range}-${until ?? ''}` }),
        ...(settings.token !== undefined &&
          url.origin === settings.endpoint.origin && { authorization: `Bearer ${settings.token}` }),
      },
    });
    // A body that is let go ends with an error, which nobody waits for.
    body.on('error', () => {});
    return { status: statusCode, headers, url, body };
  } catch (error) {
    if (signal.aborted) throw error;
    const trouble = proxyTrouble(error, settings.proxies);
    if (trouble && !trouble.passing) throw trouble.error;
    if (trouble) throw new PassingError(trouble.error.message, { cause: trouble.error });
    const slow = error instanceof Error && 'code' in error && SLOW.has(String(error.code));
    throw new PassingError(slow ? `${url.host} does not answer` : `the connection to ${url.host} failed`, {
      cause: error,
    });
  }
}

/** Lets an answer's body go, and keeps the connection where little of it is left. */
export function discard({ body }: Pick<Reply, 'body'>): void {
  void body.dump({ limit: DUMP_BYTES }).catch(() => {});
}

/** Where an answer leads, or undefined where it is the last. @throws PatchbayError `hub.redirect`. */
export function redirectOf(reply: Reply): URL | undefined {
  const { status, url } = reply;
  const location = header(reply, 'location');
  if (status < 300 || status >= 400 || status === 304 || location === undefined) return undefined;
  if (!URL.canParse(location, url.href))
    throw hubError(
      'redirect',
      `${url.host} leads to "${location.slice(0, 100)}", which is no address. Try again later, or another mirror in HF_ENDPOINT.`,
    );
  const next = new URL(location, url);
  const safe = next.protocol === 'https:' || (next.protocol === 'http:' && url.protocol === 'http:');
  if (!safe)
    throw hubError(
      'redirect',
      `${url.host} leads to ${next.protocol}//${next.host}, which is less safe than where it came from. Nothing was fetched; try another mirror in HF_ENDPOINT.`,
    );
  return next;
}

/**
 * Asks, and follows where it is led as far as `follows` allows.
 * @throws PatchbayError `hub.redirect` when it is led in circles; PassingError.
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
  throw hubError(
    'redirect',
    `${question.url.host} leads in circles. Try again later, or another mirror in HF_ENDPOINT.`,
  );
}

/** Whether bytes come as something in between has compressed them, whatever was asked for. */
export const isEncoded = (reply: Pick<Reply, 'headers'>): boolean =>
  !/^(identity)?$/i.test(header(reply, 'content-encoding') ?? '');

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** The bytes that were compressed. @throws PatchbayError `hub.encoding` for a way that is not known. */
function decoded(reply: Reply): Readable {
  const { body, url } = reply;
  if (!isEncoded(reply)) return body;
  const name = header(reply, 'content-encoding')?.toLowerCase() ?? '';
  const decoder = DECODERS.get(name)?.();
  if (!decoder)
    throw hubError(
      'encoding',
      `${url.host} sends its files encoded as "${name.slice(0, 50)}", which was not asked for. Try another mirror in HF_ENDPOINT.`,
    );
  body.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => body.destroy());
  return body.pipe(decoder);
}

/** The body's parts as they come. @throws PassingError when it is cut, or comes so slowly that it is as good as cut. */
export async function* bodyOf(reply: Reply, settings: HubSettings): AsyncGenerator<Buffer> {
  const { body, url } = reply;
  let recent = 0;
  const timer = setInterval(() => {
    if (recent < MIN_BYTES) body.destroy(new PassingError(`${url.host} sends nothing any more`));
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
    throw new PassingError(`the connection to ${url.host} was cut`, { cause: error });
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

/** A small body as text. @throws PassingError beyond `limit` bytes. */
export async function textOf(reply: Reply, settings: HubSettings, limit = 32 << 20): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of bodyOf(reply, settings)) {
    bytes += part.length;
    if (bytes > limit) throw new PassingError(`${reply.url.host} sends more than it should`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
