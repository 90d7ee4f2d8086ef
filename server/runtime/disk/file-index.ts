import { createHash } from 'node:crypto';
import { appendFileSync, type BigIntStats, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRegularSync } from '../files/regular-file.ts';

/** Lines are `value mark`. A torn last line does not match. */
const LINE = /^(\S+) ([0-9a-f]{64})$/;

/** Some file systems store times in steps of 2 s: a file changed that recently may change again under the same time. */
export const YOUNG_MS = 2_000;

/** What is known of files, by their state: which bytes they have, or which format. */
export interface FileIndexOptions {
  /** The number of files to remember; the least recently used are dropped. Default 500,000, about 100 MB on disk. */
  readonly maxEntries?: number;
  /** A file that changed within this time is not remembered, in milliseconds. Default {@link YOUNG_MS}. */
  readonly youngMs?: number;
}

/**
 * Remembers a short text for each file, until the file's inode, size or times differ. New lines are appended to the index file, so
 * a crash loses at most the last line. The file is rewritten when it has twice as many lines as entries. Its calls block.
 */
export class FileIndex {
  readonly #file: string | undefined;
  readonly #maxEntries: number;
  readonly #youngMs: number;
  readonly #known = new Map<string, string>();
  #unsaved: string[] = [];
  #lines = 0;

  /** Without a file it forgets everything when the process ends. */
  constructor(file: string | undefined, { maxEntries = 500_000, youngMs = YOUNG_MS }: FileIndexOptions = {}) {
    this.#file = file;
    this.#maxEntries = maxEntries;
    this.#youngMs = youngMs;
    if (file === undefined) return;
    let text = '';
    try {
      text = readRegularSync(file, 'latin1');
    } catch {
      // There is no index yet.
    }
    for (const line of text.split('\n')) {
      const [, value, mark] = LINE.exec(line) ?? [];
      if (value !== undefined && mark !== undefined) this.#remember(mark, value);
      this.#lines += 1;
    }
  }

  /** The value of `kind` for a file in this state; computed where it is not known. @throws what `compute` throws */
  of(kind: string, path: string, state: BigIntStats, compute: () => string): string {
    const { ino, size, mtimeNs, ctimeNs } = state;
    const mark = createHash('sha256')
      .update(`${kind}\0${path}\0${ino}\0${size}\0${mtimeNs}\0${ctimeNs}`)
      .digest('hex');
    const known = this.#known.get(mark);
    if (known !== undefined) {
      this.#remember(mark, known);
      return known;
    }
    const value = compute();
    const newest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
    if (Date.now() - newest < this.#youngMs) return value;
    const after = statSync(path, { bigint: true });
    if (after.mtimeNs === mtimeNs && after.ctimeNs === ctimeNs && after.size === size) {
      this.#remember(mark, value);
      this.#unsaved.push(`${value} ${mark}`);
    }
    return value;
  }

  /** Writes new entries to the index file. If that fails, the next start only takes longer. */
  save(): void {
    if (this.#file === undefined || this.#unsaved.length === 0) return;
    const fresh = this.#unsaved;
    this.#unsaved = [];
    this.#lines += fresh.length;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      if (this.#lines > 2 * Math.max(this.#known.size, 1_000)) {
        const temporary = `${this.#file}.${process.pid}.tmp`;
        writeFileSync(temporary, [...this.#known].map(([mark, value]) => `${value} ${mark}\n`).join(''));
        renameSync(temporary, this.#file);
        this.#lines = this.#known.size;
      } else {
        // The first newline ends a line that a crash may have left half written.
        appendFileSync(this.#file, `\n${fresh.join('\n')}\n`);
      }
    } catch {
      // The index only saves time: a full disk must not fail a run.
    }
  }

  #remember(mark: string, value: string): void {
    this.#known.delete(mark);
    this.#known.set(mark, value);
    if (this.#known.size > this.#maxEntries) this.#known.delete(this.#known.keys().next().value!);
  }
}
