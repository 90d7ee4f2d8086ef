import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../files/atomic.ts';
import { createLook } from '../files/look.ts';

/** Size and change time of a file, or null where there is none. */
export async function stampOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs } = await createLook().stat(path);
    return `${size}:${mtimeMs}`;
  } catch {
    return null;
  }
}

/**
 * Remembers what was computed from a file until its size or change time differ, in a JSON file between starts.
 *
 * Losing it costs time and nothing else, so it never throws for what is on disk.
 */
export class MemoFile {
  readonly #path: string | undefined;
  readonly #kept = new Map<string, { stamp: string; value: unknown }>();
  #loaded: Promise<void> | undefined;

  /** Without a path it remembers for this process only. */
  constructor(path?: string) {
    this.#path = path;
  }

  /** The value of `kind` for the file at `path`; computed once for each state of that file. */
  async of<T>(kind: string, path: string, compute: () => Promise<T>): Promise<T> {
    this.#loaded ??= this.#load();
    await this.#loaded;
    const key = `${kind} ${path}`;
    const stamp = await stampOf(path);
    const known = this.#kept.get(key);
    if (known && known.stamp === stamp) return known.value as T;
    const value = await compute();
    if (stamp !== null && stamp === (await stampOf(path))) {
      this.#kept.set(key, { stamp, value });
      await this.#save();
    }
    return value;
  }

  async #load(): Promise<void> {
    if (this.#path === undefined) return;
    try {
      const entries: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      if (!Array.isArray(entries)) return;
      for (const [key, stamp, value] of entries as [string, string, unknown][])
        this.#kept.set(key, { stamp, value });
    } catch {
      // Absent or torn: everything is computed anew.
    }
  }

  async #save(): Promise<void> {
    if (this.#path === undefined) return;
    try {
      const entries = [...this.#kept].map(([key, { stamp, value }]) => [key, stamp, value]);
      await writeFileAtomic(this.#path, Buffer.from(JSON.stringify(entries)), { durable: false });
    } catch {
      // A full or read-only disk: everything is computed anew next time.
    }
  }
}
