import { randomUUID } from 'node:crypto';
import { link, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Request, Response } from 'express';
import type { UploadedMessage } from '../../protocol.ts';
import { createAssetStore } from '../../runtime/files/assets.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { HttpError } from '../http-error.ts';
import { isPlainName } from './contained.ts';
import { createReceiver } from './receive.ts';

const MAX_DEPTH = 20;

/** Where uploads that keep their names go. */
export interface UploadOptions {
  /** Where they stay. */
  readonly folder: string;
  /** For files on their way; on the same disk. */
  readonly staging: string;
  readonly maxBytes: number;
}

/** Takes one file of a form to a path below the folder; it never replaces another one. */
export function createUploader({ folder, staging, maxBytes }: UploadOptions) {
  return async (path: string, request: Request, response: Response): Promise<UploadedMessage> => {
    const parts = path.split('/');
    const own = join(staging, randomUUID());
    const store = createAssetStore(own);
    try {
      const { hash } = await createReceiver({ assets: store, folder: own, maxBytes })(request, response);
      // Only now: a caller that is still sending would see its connection end instead of this sentence.
      if (parts.length > MAX_DEPTH || !parts.every(isPlainName))
        throw new HttpError(400, {
          code: 'upload.path',
          message: 'The path of an upload is names with "/" between them, such as "photos/cat.jpg".',
          got: path.slice(0, 200),
        });
      const target = join(folder, ...parts);
      const arrived = store.path(hash);
      await makeFolder(dirname(target));
      await link(arrived, target).catch(async (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EEXIST') throw cause;
        if (!(await equal(arrived, target)))
          throw new HttpError(409, {
            code: 'upload.exists',
            message: `There is another file at "${path}". Choose another name.`,
          });
      });
      return { path: target, folder: parts.length === 1 ? folder : join(folder, parts[0] as string) };
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  };
}

async function equal(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([readFile(a), readFile(b).catch(() => undefined)]);
  return other !== undefined && one.equals(other);
}
