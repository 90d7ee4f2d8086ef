import type { IncomingMessage } from 'node:http';
import { MAX_JSON_BYTES } from '../contract/http.ts';
import { HttpError } from './http-error.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const tooLarge = () =>
  new HttpError(413, {
    code: 'request.too-large',
    message: `A JSON body has at most ${MAX_JSON_BYTES / 1024 / 1024} MB. Upload files with POST /api/assets.`,
  });

function checkHeaders(request: IncomingMessage): void {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new HttpError(415, {
      code: 'request.type',
      message: 'This route wants JSON: "Content-Type: application/json".',
      expected: 'application/json',
      got: type.slice(0, 100),
    });
  const encoding = request.headers['content-encoding'];
  // A few bytes of gzip may be gigabytes; nobody needs it here.
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpError(415, {
      code: 'request.encoding',
      message: 'Compressed bodies are not accepted. Send the JSON as it is.',
      got: encoding.slice(0, 50),
    });
  if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) throw tooLarge();
}

/**
 * The text of a JSON body, read up to the cap.
 * @throws HttpError 413 for too much, 415 for another type, 400 for what is no UTF-8.
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
    throw new HttpError(400, { code: 'request.not-json', message: 'The body is no UTF-8 text.' }, { cause });
  }
}
