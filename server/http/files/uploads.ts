import { randomUUID } from 'node:crypto';
import { link, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Request, Response } from 'express';
import type { Uploaded } from '../../contract/http.ts';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import { createAssetStore } from '../../runtime/files/assets.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { readRegular } from '../../runtime/files/regular-file.ts';
import { HttpError, MAX_NAME_BYTES } from '../http-error.ts';
import { isPlainName } from './contained.ts';
import { createReceiver } from './receive.ts';

const MAX_DEPTH = 20;

/** The folders and limits for uploads with names. */
export interface UploadOptions {
  /** The folder for complete uploads. */
  readonly folder: string;
  /** The folder for incomplete files; on the same disk. */
  readonly staging: string;
  readonly maxBytes: number;
  /** An absolute path as workflows write it. */
  readonly written: (absolute: string) => string;
}

/** Uploaded files that keep their names, below one folder. */
export interface Uploader {
  /** Saves one file of a form at a path. It never replaces another file. @throws HttpError */
  take(path: string, request: Request, response: Response): Promise<Uploaded>;
  /** Takes a folder of uploads away with `away`, after the uploads into it have ended. @throws HttpError */
  remove<T>(name: string, away: (name: string) => Promise<T>): Promise<T>;
}

/** Makes an uploader for a folder. */
export function createUploader({ folder, staging, maxBytes, written }: UploadOptions): Uploader {
  const coming = new Map<string, Set<Promise<unknown>>>();

  const take = async (path: string, request: Request, response: Response): Promise<Uploaded> => {
    const parts = path.split('/');
    const own = join(staging, randomUUID());
    const store = createAssetStore(own);
    try {
      const { hash } = await createReceiver({ assets: store, folder: own, maxBytes })(request, response);
      // Checked only now: a client that is still sending would see its connection end instead of this message.
      if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES))
        throw new HttpError(400, uploadMessage('upload.name-too-long', { count: MAX_NAME_BYTES }));
      if (parts.length > MAX_DEPTH || !parts.every(isPlainName))
        throw new HttpError(400, {
          ...uploadMessage('upload.path'),
          got: path.slice(0, 200),
        });
      const target = join(folder, ...parts);
      const arrived = store.path(hash);
      await refuseLinks(folder, parts, path);
      await makeFolder(dirname(target));
      // Again: the folders exist now, and nobody can have put a link in their place unseen.
      await refuseLinks(folder, parts, path);
      await link(arrived, target).catch(async (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EEXIST') throw cause;
        if (!(await equal(arrived, target)))
          throw new HttpError(409, uploadMessage('upload.exists', { path }));
      });
      const root = parts.length === 1 ? folder : join(folder, parts[0] as string);
      return { path: written(target), folder: written(root) };
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  };

  return {
    async take(path, request, response) {
      const root = path.split('/')[0] ?? '';
      const taking = take(path, request, response);
      const others = coming.get(root) ?? new Set();
      coming.set(root, others.add(taking));
      try {
        return await taking;
      } finally {
        others.delete(taking);
        if (others.size === 0) coming.delete(root);
      }
    },

    async remove(name, away) {
      const missing = new HttpError(404, uploadMessage('upload.no-folder'));
      if (!isPlainName(name) || name.includes('/')) throw missing;
      await Promise.allSettled(coming.get(name) ?? []);
      const target = join(folder, name);
      // The server makes no links, so a link is not an upload.
      const found = await lstat(target).catch(() => undefined);
      if (!found?.isDirectory()) throw missing;
      return away(name);
    },
  };
}

/** The server makes no links, so a link inside the folder of uploads leads to a place that uploads must not reach. */
async function refuseLinks(folder: string, parts: readonly string[], path: string): Promise<void> {
  for (let depth = 1; depth <= parts.length; depth++) {
    const found = await lstat(join(folder, ...parts.slice(0, depth))).catch(() => undefined);
    if (!found) return;
    if (found.isSymbolicLink())
      throw new HttpError(409, uploadMessage('upload.link', { path, link: parts.slice(0, depth).join('/') }));
  }
}

async function equal(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([readRegular(a), readRegular(b).catch(() => undefined)]);
  return other !== undefined && one.equals(other);
}
