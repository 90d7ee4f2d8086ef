import { basename, dirname } from 'node:path';
import type { Response } from 'express';
import { fileMessage } from '../../contract/messages/files.ts';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import { INERT_CSP } from '../headers.ts';
import { HttpError } from '../http-error.ts';
import { isPicture } from './file-type.ts';

/** How a file is sent. */
export interface SendOptions {
  readonly type: string;
  /** The name of the download; any text. */
  readonly name: string;
  /** Content that never changes under its address. */
  readonly immutable: boolean;
}

function disposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_').slice(0, 150) || 'file';
  // The cut can leave half of a surrogate pair, which cannot be encoded. Going through bytes replaces it.
  const utf8 = encodeURIComponent(Buffer.from(name.slice(0, 150)).toString()).replaceAll(/['()*]/g, '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}

/** Sets the headers of bytes from outside: browsers show pictures, save all other files, and run nothing. */
export function inertHeaders(response: Response, { type, name, immutable }: SendOptions): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Disposition', disposition(isPicture(type) ? 'inline' : 'attachment', name));
  response.setHeader('Content-Security-Policy', INERT_CSP);
  response.setHeader('Cache-Control', immutable ? 'private, max-age=31536000, immutable' : 'no-cache');
}

/**
 * Sends a file whose path this server made or checked, with support for ranges and conditional requests.
 * @throws HttpError 404 if the file does not exist, 416 for a range outside of it
 */
export function sendFile(response: Response, path: string, options: SendOptions): Promise<undefined> {
  inertHeaders(response, options);
  return new Promise((resolve, reject) => {
    response.sendFile(
      basename(path),
      { root: dirname(path), cacheControl: false, dotfiles: 'allow', lastModified: !options.immutable },
      (error) => {
        const { status } = (error ?? {}) as { status?: number };
        if (!error || response.headersSent) resolve(undefined);
        else if (status === 416) reject(new HttpError(416, uploadMessage('file.range')));
        else reject(new HttpError(404, fileMessage('file.not-found', { path: options.name })));
      },
    );
  });
}
