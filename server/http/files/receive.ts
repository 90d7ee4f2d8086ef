import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import type { AssetStore } from '../../runtime/files/assets.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { HttpError } from '../http-error.ts';
import { fileType, SIGNATURE_BYTES } from './file-type.ts';

/** An uploaded file that is stored under its hash. */
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
      // multer would report a destroyed stream instead of the real error.
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
      return new HttpError(
        413,
        uploadMessage('upload.too-large', { megabytes: Math.floor(maxBytes / 1024 / 1024) }),
      );
    return new HttpError(400, uploadMessage('upload.not-one-file'));
  }
  const { message = '' } = error as Error;
  if (/multipart|boundary|unexpected end of form|malformed/i.test(message))
    return new HttpError(400, uploadMessage('upload.invalid'), { cause: error });
  return error;
}

/** Receives one file of a multipart form as a stream, so that memory does not grow with its size. */
export function createReceiver(options: {
  readonly assets: AssetStore;
  /** The folder for incomplete files; on the same disk as the assets. */
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
    // A complete file stays: another upload may have the same bytes.
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
            ...uploadMessage('upload.type'),
            expected: 'multipart/form-data',
            got: request.headers['content-type']?.slice(0, 100),
          }),
        );
      take(request, response, (error: unknown) => {
        if (error) return reject(refusal(error, maxBytes));
        const file = request.file as (Express.Multer.File & Received) | undefined;
        if (!file) return reject(new HttpError(400, uploadMessage('upload.missing')));
        const { hash, type, size, originalname } = file;
        resolve({ hash, type, size, name: originalname.replaceAll('\0', '').slice(0, 200) });
      });
    });
}
