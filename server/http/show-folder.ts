import { spawn } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Request } from 'express';
import { fileMessage } from '../contract/messages/files.ts';
import { uploadMessage } from '../contract/messages/uploads.ts';
import { HttpError } from './http-error.ts';

/** A program of the desktop with its arguments. */
export type DesktopCommand = readonly [command: string, args: readonly string[]];

/**
 * The command that shows a folder, or a file in its folder; undefined if there is no desktop. It never opens the file itself,
 * because that could run it.
 */
export function showCommand(
  path: string,
  isFolder: boolean,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): DesktopCommand | undefined {
  // A remote shell has no desktop on this machine, and nobody watches an automatic build.
  if (env.CI || env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  // A folder may be a program: `open x.app` would start it. Showing it in its folder does not.
  if (platform === 'darwin') return ['open', ['-R', path]];
  if (platform === 'win32') return ['explorer.exe', [isFolder ? `"${path}"` : `/select,"${path}"`]];
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  return ['xdg-open', [isFolder ? path : dirname(path)]];
}

/** Headers that only a proxy sets: the person is then at another computer than this one. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** How long to wait for a sign that the program does not work, in milliseconds. */
const SIGN_MS = 1500;

function start([command, args]: DesktopCommand): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsVerbatimArguments: true });
    child.on('error', () => resolve(false));
    // Explorer says 1 although it worked.
    child.on('exit', (code) => resolve(code === 0 || process.platform === 'win32'));
    // Some file managers stay in the foreground.
    setTimeout(() => resolve(true), SIGN_MS).unref();
    child.unref();
  });
}

/** What {@link createShowFolder} needs. */
export interface ShowFolderOptions {
  /** Whether only this computer can reach the server. */
  readonly isPrivate: boolean;
  /** Makes a path of a workflow or result absolute. @throws PatchbayError `file.forbidden` outside the allowed folders */
  readonly resolve: (path: string) => Promise<string>;
}

/** Shows folders in the file manager of the desktop that the server runs on. */
export interface ShowFolder {
  /** Whether it can be asked for at all. */
  readonly isPossible: boolean;
  /**
   * Shows a folder, or the folder of a file.
   * @throws HttpError 403 for others than this computer's own user, 404 if nothing is there, 409 without a desktop
   */
  show(path: string, request: Pick<Request, 'headers'>): Promise<void>;
}

/** Makes the part of a server that shows folders. */
export function createShowFolder({ isPrivate, resolve }: ShowFolderOptions): ShowFolder {
  return {
    isPossible: isPrivate && showCommand('/', true) !== undefined,
    async show(path, { headers }) {
      if (!isPrivate || PROXY_HEADERS.some((name) => headers[name] !== undefined))
        throw new HttpError(403, uploadMessage('folder.not-here'));
      const absolute = await resolve(path);
      const real = await realpath(absolute).catch((cause: unknown) => {
        throw new HttpError(404, fileMessage('file.not-found', { path }), { cause });
      });
      const found = await stat(real);
      const command = showCommand(real, found.isDirectory());
      if (!command || !(await start(command)))
        throw new HttpError(409, uploadMessage('folder.no-desktop', { path: real }));
    },
  };
}
