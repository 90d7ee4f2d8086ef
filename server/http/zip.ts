import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { ZipFile } from 'yazl';
import { safePath, uniqueNames } from '../../nodes/sdk/index.ts';
import { uploadMessage } from '../contract/messages/uploads.ts';
import { partsOfRegular } from '../runtime/files/regular-file.ts';
import { fileType, isPicture } from './files/file-type.ts';
import { inertHeaders } from './files/send-file.ts';
import { HttpError } from './http-error.ts';

/** A file for an archive: its name there, with forward slashes, and where its bytes are. */
export type ZipEntry = { readonly name: string } & (
  | { readonly path: string; readonly content?: undefined }
  | { readonly content: Uint8Array; readonly path?: undefined }
);

/** The name of the file that lists what is missing in the archive. */
export const LEFT_OUT = 'left-out.txt';

const READABLE = 0o100644;

interface OpenFile {
  readonly stream: Readable;
  readonly mtime: Date;
  /** Whether compressing it again would only take time. */
  readonly isCompressed: boolean;
}

/** Opens a file and reads its first part, so that a file that cannot be read is known before anything of it is sent. */
async function openFile(path: string): Promise<OpenFile> {
  const { mtime } = await stat(path);
  const parts = partsOfRegular(path);
  const first = await parts.next();
  async function* whole() {
    try {
      if (!first.done) yield first.value;
      yield* parts;
    } finally {
      // Closes the file, also if the reader of the archive has left.
      await parts.return(undefined);
    }
  }
  const type = first.done ? '' : fileType(first.value);
  return {
    stream: Readable.from(whole(), { objectMode: false }),
    mtime,
    isCompressed: isPicture(type) && type !== 'image/tiff',
  };
}

/**
 * Sends files as one ZIP archive. It is made while it is sent: nothing is stored, and memory does not grow with its size.
 * Names that would lead out of a folder are made harmless, and equal names are numbered. A file that cannot be read is left
 * out, and {@link LEFT_OUT} in the archive lists it.
 * @param name of the download, with its extension
 * @throws HttpError 404 if there is no file that can be read
 */
export async function sendZip(
  response: Response,
  name: string,
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
): Promise<undefined> {
  const zip = new ZipFile();
  const unique = uniqueNames();
  const leftOut: string[] = [];
  const gone = new AbortController();
  let sending: Promise<void> | undefined;

  const send = () => {
    if (sending) return;
    inertHeaders(response, { type: 'application/zip', name, immutable: false });
    sending = pipeline(zip.outputStream, response);
    // Handled at the end. A reader that leaves must not stop the process meanwhile.
    sending.catch(() => gone.abort());
  };

  const add = async (entry: ZipEntry) => {
    const inside = unique(safePath(entry.name));
    if (entry.content) {
      send();
      zip.addBuffer(Buffer.from(entry.content), inside, { mode: READABLE });
      return;
    }
    const file = await openFile(entry.path).catch(() => undefined);
    if (!file) {
      leftOut.push(entry.name);
      return;
    }
    send();
    const { stream, mtime, isCompressed } = file;
    // Listened to before the archive reads it, which does not look for errors.
    const read = finished(stream, { signal: gone.signal }).finally(() => stream.destroy());
    zip.addReadStream(stream, inside, { mtime, mode: READABLE, compress: !isCompressed });
    await read;
  };

  try {
    for await (const entry of entries) {
      await add(entry);
      if (gone.signal.aborted) break;
    }
    if (!sending) throw new HttpError(404, uploadMessage('zip.nothing'));
    if (leftOut.length > 0) {
      const text = uploadMessage('zip.left-out', { names: `\n${leftOut.join('\n')}\n` }).message;
      zip.addBuffer(Buffer.from(text), unique(LEFT_OUT), { mode: READABLE });
    }
    zip.end();
    await sending;
  } catch (error) {
    if (!sending) throw error;
    // Half of the archive is on its way. Only a broken connection tells the reader so.
    response.destroy();
  }
  return undefined;
}
