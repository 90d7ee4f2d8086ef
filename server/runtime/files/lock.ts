import { randomUUID } from 'node:crypto';
import { link, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../../nodes/sdk/index.ts';
import { readRegular } from './regular-file.ts';

/** The holder of a lock touches its file this often, in milliseconds. */
const BEAT_MS = 5000;
/** A holder that has not touched its file for this long is dead, even if another process has its id now. */
const DEAD_MS = 60_000;
const LOOK_MS = 200;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly key: string;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, key }: Partial<Holder> = JSON.parse(text);
    return typeof pid === 'number' && typeof host === 'string' && typeof key === 'string'
      ? { pid, host, key }
      : undefined;
  } catch {
    return undefined;
  }
}

const hasCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** The text of a lock whose holder is dead; undefined while the holder lives or if there is no lock. */
async function deadText(path: string): Promise<string | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readRegular(path, 'utf8'), stat(path)]);
    const silent = Date.now() - mtimeMs > DEAD_MS;
    const holder = parseHolder(text);
    const gone = holder !== undefined && holder.host === hostname() && !isRunning(holder.pid);
    return silent || gone ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock of a dead holder. If another process took the lock in the meantime, its lock is put back. */
async function clear(path: string, dead: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readRegular(aside, 'utf8')) !== dead) await link(aside, path).catch(() => {});
  } catch {
    // Another process has already removed it.
  }
  await rm(aside, { force: true });
}

/**
 * Runs `work` while it holds the lock at `path`, so that no other process does. It takes over the lock of a killed process.
 * @param onWait called once when another process holds the lock
 * @throws CancelledError when cancelled while waiting; the errors of `work`
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), key: randomUUID() } satisfies Holder);
  // The lock is written under another name and then linked, so that nobody can read half of it.
  const made = `${path}.${randomUUID()}`;
  let waited = false;
  for (;;) {
    if (signal.aborted) throw new CancelledError();
    try {
      await writeFile(made, own);
      await link(made, path);
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      await rm(made, { force: true });
    }
    const dead = await deadText(path);
    if (dead !== undefined) {
      await clear(path, dead);
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readRegular(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true });
  }
}
