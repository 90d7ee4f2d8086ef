import type { IncomingMessage } from 'node:http';
import { MAX_JSON_BYTES } from '../contract/http.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { HttpError } from './http-error.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const tooLarge = () =>
  new HttpError(413, requestMessage('request.too-large', { megabytes: MAX_JSON_BYTES / 1024 / 1024 }));

function checkHeaders(request: IncomingMessage): void {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new HttpError(415, {
      ...requestMessage('request.type'),
      expected: 'application/json',
      got: type.slice(0, 100),
    });
  const encoding = request.headers['content-encoding'];
  // A few bytes of gzip can become gigabytes, and no client needs it here.
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpError(415, {
      ...requestMessage('request.encoding'),
      got: encoding.slice(0, 50),
    });
  if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) throw tooLarge();
}

/**
 * Reads the text of a JSON body of at most {@link MAX_JSON_BYTES}.
 * @throws HttpError 413 for a larger body, 415 for another type, 400 for a body that is not UTF-8
 */
export async function requestText(request: IncomingMessage): Promise<string> {
  checkHeaders(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JSON_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return UTF8.decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new HttpError(400, requestMessage('request.not-utf8'), { cause });
  }
}
