import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

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
    list: (folder) =>
      ask(
        () => readdirSync(folder, { withFileTypes: true }),
        () => readdir(folder, { withFileTypes: true }),
      ),
  };
}
