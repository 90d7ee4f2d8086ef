import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A disk that answers later than this is far away: its answers are waited for beside other work. In milliseconds. */
const NEAR_MS = 5;
/** How long others may be kept waiting, in milliseconds. */
const TURN_MS = 10;

/** Looks at a tree of files. */
export interface Look {
  /** @throws what the file system throws. */
  stat(path: string): Promise<Stats>;
  /** What tells one folder from another by whatever way it is reached. @throws what the file system throws. */
  identity(folder: string): Promise<string>;
  /** The entries of a folder, in no order. @throws what the file system throws. */
  list(folder: string): Promise<readonly Dirent[]>;
}

/**
 * A look that asks at once while the disk is near: the handing over to another thread takes ten times as long as the answer,
 * and a folder is looked through before every run. The first slow answer makes it wait for all further ones like everybody.
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
