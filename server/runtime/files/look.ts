import { closeSync, type Dirent, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openRegular, openRegularSync } from './regular-file.ts';

/** A disk that takes longer than this many milliseconds counts as slow, such as a network drive. */
const NEAR_MS = 5;
/** How long blocking calls may delay other work, in milliseconds. */
const TURN_MS = 10;

/** Reads folders and file states. */
export interface Look {
  /** @throws the file system's error */
  stat(path: string): Promise<Stats>;
  /** A text that is the same for one folder whatever path leads to it. @throws the file system's error */
  identity(folder: string): Promise<string>;
  /** The first bytes of a regular file, up to `bytes`. @throws the file system's error */
  head(path: string, bytes: number): Promise<Uint8Array>;
  /** The entries of a folder, in any order. @throws the file system's error */
  list(folder: string): Promise<readonly Dirent[]>;
}

/**
 * Creates a {@link Look}. It uses blocking calls while the disk is fast, because passing a call to another thread takes
 * ten times as long as the call, and every run looks through its folders first. After the first slow answer, all calls
 * are asynchronous.
 */
export function createLook(): Look {
  let isNear = true;
  let turn = performance.now();

  async function ask<T>(near: () => T, far: () => Promise<T>): Promise<T> {
    if (!isNear) return far();
    const before = performance.now();
    if (before - turn > TURN_MS) {
      await nextTurn();
      turn = performance.now();
    }
    const asked = performance.now();
    try {
      return near();
    } finally {
      isNear &&= performance.now() - asked <= NEAR_MS;
    }
  }

  return {
    stat: (path) =>
      ask(
        () => statSync(path),
        () => stat(path),
      ),
    async identity(folder) {
      const { dev, ino } = await ask(
        () => statSync(folder, { bigint: true }),
        () => stat(folder, { bigint: true }),
      );
      return `${dev}:${ino}`;
    },
    head: (path, bytes) =>
      ask(
        () => {
          const file = openRegularSync(path);
          try {
            const head = Buffer.alloc(bytes);
            return head.subarray(0, readSync(file, head, 0, bytes, 0));
          } finally {
            closeSync(file);
          }
        },
        async () => {
          const file = await openRegular(path);
          try {
            const head = Buffer.alloc(bytes);
            return head.subarray(0, (await file.read(head, 0, bytes, 0)).bytesRead);
          } finally {
            await file.close();
          }
        },
      ),
    list: (folder) =>
      ask(
        () => readdirSync(folder, { withFileTypes: true }),
        () => readdir(folder, { withFileTypes: true }),
      ),
  };
}
