import { basename, dirname } from 'node:path';
import type { Response } from 'express';
import { INERT_CSP } from '../headers.ts';
import { HttpError } from '../http-error.ts';
import { isPicture } from './file-type.ts';

/** How a file is handed out. */
export interface SendOptions {
  readonly type: string;
  /** For the download; any text. */
  readonly name: string;
  /** Content that never changes under its address. */
  readonly immutable: boolean;
}

function disposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_').slice(0, 150) || 'file';
  // Through bytes and back: half of a surrogate pair, which a cut may leave, cannot be encoded.
  const utf8 = encodeURIComponent(Buffer.from(name.slice(0, 150)).toString()).replaceAll(/['()*]/g, '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}

/** Headers of bytes that came from outside: pictures are shown, all else is saved, and nothing runs. */
export function inertHeaders(response: Response, { type, name, immutable }: SendOptions): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Disposition', disposition(isPicture(type) ? 'inline' : 'attachment', name));
  response.setHeader('Content-Security-Policy', INERT_CSP);
  response.setHeader('Cache-Control', immutable ? 'private, max-age=31536000, immutable' : 'no-cache');
}

/**
 * Sends a file whose path was made or checked by this server; ranges and conditions are honoured.
 * @throws HttpError 404 when it is gone.
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
        else if (status === 416)
          reject(new HttpError(416, { code: 'file.range', message: 'The file has no such range.' }));
        else reject(new HttpError(404, { code: 'file.not-found', message: 'There is no such file.' }));
      },
    );
  });
}
