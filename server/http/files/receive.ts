import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import type { AssetStore } from '../../runtime/files/assets.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { HttpError } from '../http-error.ts';
import { fileType, SIGNATURE_BYTES } from './file-type.ts';

/** A file that was received and stored under its hash. */
export interface Received {
  readonly hash: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

async function store(
  stream: Readable & { truncated?: boolean },
  folder: string,
  assets: AssetStore,
): Promise<Omit<Received, 'name'>> {
  await makeFolder(folder);
  const temporary = join(folder, `${randomUUID()}.tmp`);
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      // Destroying it would be taken for the error that there is to tell.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.byteLength;
        if (head.length < SIGNATURE_BYTES) head = Buffer.concat([head, chunk]).subarray(0, SIGNATURE_BYTES);
        await file.writeFile(chunk);
      }
      if (stream.truncated) throw new MulterError('LIMIT_FILE_SIZE');
      await file.sync();
    } finally {
      await file.close();
    }
    const name = hash.digest('hex');
    const path = assets.path(name);
    await makeFolder(dirname(path));
    await rename(temporary, path);
    return { hash: name, type: fileType(head), size };
  } catch (error) {
    stream.resume();
    await rm(temporary, { force: true });
    throw error;
  }
}

function refusal(error: unknown, maxBytes: number): unknown {
  if (error instanceof MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE')
      return new HttpError(413, {
        code: 'upload.too-large',
        message: `A file may have at most ${Math.floor(maxBytes / 1024 / 1024)} MB.`,
      });
    return new HttpError(400, {
      code: 'upload.invalid',
      message: 'An upload is one file, as the field "file" of a multipart form.',
    });
  }
  const { message = '' } = error as Error;
  if (/multipart|boundary|unexpected end of form|malformed/i.test(message))
    return new HttpError(
      400,
      { code: 'upload.invalid', message: 'The form is cut short or no form.' },
      { cause: error },
    );
  return error;
}

/** Takes one file of a multipart form, in a stream: memory does not grow with it. */
export function createReceiver(options: {
  readonly assets: AssetStore;
  /** For files that are on their way; on the same disk as the assets. */
  readonly folder: string;
  readonly maxBytes: number;
}): (request: Request, response: Response) => Promise<Received> {
  const { assets, folder, maxBytes } = options;
  const storage: StorageEngine = {
    _handleFile(_request, file, done) {
      store(file.stream, folder, assets).then(
        (stored) => done(null, stored as object as Partial<Express.Multer.File>),
        (error) => done(error),
      );
    },
    // What was stored whole may be somebody else's too: it stays.
    _removeFile: (_request, _file, done) => done(null),
  };
  const take = multer({
    storage,
    limits: { fileSize: maxBytes, files: 1, fields: 10, fieldSize: 10_000, parts: 12, headerPairs: 50 },
  }).single('file');
  return (request, response) =>
    new Promise((resolve, reject) => {
      if (!/^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? ''))
        return reject(
          new HttpError(415, {
            code: 'request.type',
            message: 'This route wants a multipart form with one file: curl -F file=@cat.jpg.',
            expected: 'multipart/form-data',
            got: request.headers['content-type']?.slice(0, 100),
          }),
        );
      take(request, response, (error: unknown) => {
        if (error) return reject(refusal(error, maxBytes));
        const file = request.file as (Express.Multer.File & Received) | undefined;
        if (!file)
          return reject(
            new HttpError(400, {
              code: 'upload.missing',
              message: 'The form has no file in its field "file".',
            }),
          );
        const { hash, type, size, originalname } = file;
        resolve({ hash, type, size, name: originalname.replaceAll('\0', '').slice(0, 200) });
      });
    });
}
