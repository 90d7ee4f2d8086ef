import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { hubError, PassingError } from './hub-error.ts';
import type { HubSettings } from './settings.ts';

/** Redirects that are followed; the hub itself needs three. */
const MAX_HOPS = 6;
/** Fewer bytes than this in a stall time are none. */
const MIN_BYTES = 1024;

/** What is asked. */
export interface Question {
  readonly method: 'HEAD' | 'GET';
  readonly url: URL;
  readonly range?: number;
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly url: URL;
  readonly body: IncomingMessage;
}

/** One header's text. */
export const header = ({ headers }: Pick<Reply, 'headers'>, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Asks once, following nothing. The token goes to the hub's own origin alone. */
export function ask({ method, url, range, signal }: Question, settings: HubSettings): Promise<Reply> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      {
        method,
        signal,
        timeout: settings.stallMs,
        headers: {
          // Compressed bytes would have neither the length nor the hash that was promised.
          'Accept-Encoding': 'identity',
          'User-Agent': 'patchbay',
          ...(range !== undefined && { Range: `bytes=${range}-` }),
          ...(settings.token !== undefined &&
            url.origin === settings.endpoint.origin && { Authorization: `Bearer ${settings.token}` }),
        },
      },
      (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, url, body }),
    );
    sent.on('timeout', () => sent.destroy(new PassingError(`${url.host} does not answer`)));
    sent.on('error', (error) =>
      reject(
        signal.aborted || error instanceof PassingError
          ? error
          : new PassingError(`the connection to ${url.host} failed`, { cause: error }),
      ),
    );
    sent.end();
  });
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
    reply.body.destroy();
    url = next;
  }
  throw hubError(
    'redirect',
    `${question.url.host} leads in circles. Try again later, or another mirror in HF_ENDPOINT.`,
  );
}

/** The body's parts as they come. @throws PassingError when it is cut, or comes so slowly that it is as good as cut. */
export async function* bodyOf({ body, url }: Reply, settings: HubSettings): AsyncGenerator<Buffer> {
  let recent = 0;
  const timer = setInterval(() => {
    if (recent < MIN_BYTES) body.destroy(new PassingError(`${url.host} sends nothing any more`));
    recent = 0;
  }, settings.stallMs);
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      recent += part.length;
      yield part;
    }
    if (!body.complete) throw new PassingError(`the connection to ${url.host} was cut`);
  } catch (error) {
    if (error instanceof PassingError || (error instanceof Error && error.name === 'AbortError')) throw error;
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
