import { writeFileAtomic } from '../files/atomic.ts';
import { createLook } from '../files/look.ts';
import { readRegular } from '../files/regular-file.ts';

/** Size and change time of a file; null for a missing file. */
export async function stampOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs } = await createLook().stat(path);
    return `${size}:${mtimeMs}`;
  } catch {
    return null;
  }
}

/**
 * Remembers values computed from a file until its size or change time differs. A JSON file keeps them for the next
 * start. It does not throw if the disk fails, because losing a value only costs time.
 */
export class MemoFile {
  readonly #path: string | undefined;
  readonly #kept = new Map<string, { stamp: string; value: unknown }>();
  #loaded: Promise<void> | undefined;

  /** Without a path it forgets everything when the process ends. */
  constructor(path?: string) {
    this.#path = path;
  }

  /** The value of `kind` for the file at `path`, computed once for each state of the file. */
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
      const entries: unknown = JSON.parse(await readRegular(this.#path, 'utf8'));
      if (!Array.isArray(entries)) return;
      for (const [key, stamp, value] of entries as [string, string, unknown][])
        this.#kept.set(key, { stamp, value });
    } catch {
      // The file is missing or damaged, so everything is computed again.
    }
  }

  async #save(): Promise<void> {
    if (this.#path === undefined) return;
    try {
      const entries = [...this.#kept].map(([key, { stamp, value }]) => [key, stamp, value]);
      await writeFileAtomic(this.#path, Buffer.from(JSON.stringify(entries)), { durable: false });
    } catch {
      // The disk is full or read-only, so the next start computes everything again.
    }
  }
}
