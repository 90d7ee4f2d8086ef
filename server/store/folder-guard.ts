import { createHash } from 'node:crypto';
import { realpathSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { makeDataFolder } from './data-folder-problem.ts';
import { journalPath } from './journal.ts';

const LOOK_MS = 1000;

/** The address of the lock of a folder. Systems remove it with its process; on macOS a file stays, see {@link isDead}. */
function lockAddress(folder: string): string {
  const real = realpathSync(folder);
  // By the folder around it, which stays when the data folder is replaced. Its path alone could be that of another container.
  const { dev, ino } = statSync(dirname(real), { bigint: true });
  const id = createHash('sha256')
    .update(`${dev}:${ino}:${basename(real)}`)
    .digest('hex')
    .slice(0, 32);
  const name = `patchbay-${id}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

const listenAt = (address: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });

/** Whether nobody listens at the file that a killed process left. */
const isDead = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });

/**
 * Locks the path of a data folder for this process. The lock of the journal is not enough: it goes with the file, so another
 * server could start in a folder that was put in its place. @returns a function that unlocks it
 * @throws PatchbayError `data.in-use`
 */
export async function lockFolder(folder: string): Promise<() => void> {
  makeDataFolder(folder);
  const address = lockAddress(folder);
  const isFile = !address.startsWith('\0') && process.platform !== 'win32';
  const attempt = async (again: boolean): Promise<Server | undefined> => {
    try {
      return await listenAt(address);
    } catch (cause) {
      // Without such addresses, the lock of the journal is the only one.
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return undefined;
      if (again && isFile && (await isDead(address))) {
        rmSync(address, { force: true });
        return attempt(false);
      }
      const who = storageMessage('data.other');
      throw new PatchbayError(storageMessage('data.in-use', { who, path: folder }), { cause });
    }
  };
  const server = await attempt(true);
  return () => void server?.close();
}

/** Whether the folder of a running server is still the one that it opened. */
export interface FolderWatch {
  readonly isGone: boolean;
  close(): void;
}

/** Looks each second whether a data folder and its journal are still the ones of now. */
export function watchFolder(folder: string, onChange: (isGone: boolean) => void): FolderWatch {
  const paths = [folder, journalPath(folder)];
  const identity = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }) => `${dev}:${ino}`;
  const own = paths.map((path) => identity(statSync(path, { bigint: true })));
  let isGone = false;
  let isLooking = false;
  const look = async () => {
    // A disk in the network may take long to answer.
    if (isLooking) return;
    isLooking = true;
    const now = await Promise.all(
      paths.map((path) =>
        stat(path, { bigint: true }).then(identity, (error: NodeJS.ErrnoException) =>
          error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'none' : undefined,
        ),
      ),
    );
    isLooking = false;
    // Any other error says nothing about the folder.
    const changed = now.some((one, i) => one !== undefined && one !== own[i]);
    if (changed === isGone) return;
    isGone = changed;
    onChange(isGone);
  };
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    get isGone() {
      return isGone;
    },
    close: () => clearInterval(timer),
  };
}
