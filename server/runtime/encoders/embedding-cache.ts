import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open as openFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { readVectors, record, scanSegment, segmentHeader, sizeOf, type Wanted } from './embedding-segment.ts';

/** Cached vectors of one kind: one model, layer, preprocessing and device. */
export interface CachedVectors {
  /** Copies the vectors it has into their rows of `out` (row r has D numbers), and returns those rows. */
  read(keys: readonly string[], out: Float32Array): Promise<Set<number>>;
  /** Adds vectors. A key is the sha256 (hex) of the picture or text. */
  append(entries: readonly { readonly key: string; readonly vector: Float32Array }[]): Promise<void>;
}

/** A cache of single embeddings on disk. It never throws: a fault only costs time. */
export interface EmbeddingCache {
  /** `kind` names everything that vectors depend on besides the item itself. */
  open(kind: string, dims: number): Promise<CachedVectors>;
}

interface Limits {
  /** Called with the size of each write, in bytes. */
  wrote(bytes: number): Promise<void>;
  /** A larger segment is closed and a new one begun, so that old vectors can be removed without new ones. */
  readonly segmentBytes: number;
}

interface Segment {
  readonly path: string;
  end: number;
  readonly keys: Map<string, number>;
}

/** The names of segments begin with the time of their start. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A cache that keeps nothing. */
export const noEmbeddingCache: EmbeddingCache = {
  open: async () => ({ read: async () => new Set(), append: async () => undefined }),
};

/** The same cache for a run that computes everything again: its vectors are written, but none is read. */
export const unreadCache = (cache: EmbeddingCache): EmbeddingCache => ({
  async open(kind, dims) {
    const vectors = await cache.open(kind, dims);
    return { read: async () => new Set(), append: (entries) => vectors.append(entries) };
  },
});

/**
 * A cache in `folder`, with a folder for each kind and a segment file for each writing process, so that processes can share it.
 * When all segments together exceed `maxBytes`, it removes the least recently used.
 */
export function createEmbeddingCache(folder: string, options: { maxBytes: number }): EmbeddingCache {
  const { maxBytes } = options;
  const open = new Map<string, StoredVectors>();
  let sinceTrim = 0;
  const wrote = async (bytes: number) => {
    sinceTrim += bytes;
    if (sinceTrim < Math.min(16 << 20, maxBytes / 10)) return;
    sinceTrim = 0;
    await trim(folder, maxBytes);
  };
  return {
    async open(kind, dims) {
      const name = createHash('sha256').update(`${dims} ${kind}`).digest('hex').slice(0, 40);
      let vectors = open.get(name);
      if (!vectors) {
        vectors = new StoredVectors(join(folder, name), dims, { wrote, segmentBytes: maxBytes / 8 });
        open.set(name, vectors);
      }
      await vectors.refresh();
      return vectors;
    },
  };
}

class StoredVectors implements CachedVectors {
  readonly #folder: string;
  readonly #dims: number;
  readonly #limits: Limits;
  readonly #segments = new Map<string, Segment>();
  #own: Segment | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(folder: string, dims: number, limits: Limits) {
    this.#folder = folder;
    this.#dims = dims;
    this.#limits = limits;
  }

  /** Reads the segments of other processes, and forgets removed ones. */
  refresh(): Promise<void> {
    return this.#next(async () => {
      const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith('.vec'));
      const paths = new Set(names.map((name) => join(this.#folder, name)));
      for (const path of this.#segments.keys()) if (!paths.has(path)) this.#segments.delete(path);
      if (this.#own && !paths.has(this.#own.path)) this.#own = undefined;
      for (const path of paths) {
        const known = this.#segments.get(path);
        if (known && (await sizeOf(path)) <= known.end) continue;
        const found = await scanSegment(path, this.#dims, known?.end ?? 0).catch(() => null);
        if (!found) continue;
        const keys = known?.keys ?? new Map<string, number>();
        for (const [key, position] of found.keys) keys.set(key, position);
        if (known) known.end = found.end;
        else this.#segments.set(path, { path, end: found.end, keys });
      }
    });
  }

  async read(keys: readonly string[], out: Float32Array): Promise<Set<number>> {
    const rows = new Set<number>();
    // The newest first, because a run that computes everything again writes vectors that are there already.
    const segments = [...this.#segments.values()].sort((a, b) => byName(b.path, a.path));
    for (const segment of segments) {
      const wanted: Wanted[] = [];
      keys.forEach((key, row) => {
        const position = rows.has(row) ? undefined : segment.keys.get(key);
        if (position !== undefined) wanted.push({ key, row, position });
      });
      if (wanted.length === 0) continue;
      const now = new Date();
      await utimes(segment.path, now, now).catch(() => undefined);
      await readVectors(segment.path, this.#dims, wanted, out, (row) => rows.add(row)).catch(() => undefined);
    }
    return rows;
  }

  append(entries: readonly { readonly key: string; readonly vector: Float32Array }[]): Promise<void> {
    return this.#next(async () => {
      if (entries.length === 0) return;
      const bytes = Buffer.concat(entries.map(({ key, vector }) => record(key, vector)));
      if (this.#own && this.#own.end > this.#limits.segmentBytes) this.#own = undefined;
      const written = await this.#write(entries, bytes);
      // Another process may have removed the segment: try again with a new one.
      if (!written && !(await this.#write(entries, bytes))) return;
      await this.#limits.wrote(bytes.length);
    });
  }

  async #write(entries: readonly { readonly key: string }[], bytes: Buffer): Promise<boolean> {
    try {
      const own = this.#own ?? (await this.#begin());
      const file = await openFile(own.path, constants.O_WRONLY | constants.O_APPEND);
      try {
        await file.writeFile(bytes);
      } finally {
        await file.close();
      }
      entries.forEach(({ key }, i) => {
        own.keys.set(key, own.end + (i * bytes.length) / entries.length);
      });
      own.end += bytes.length;
      return true;
    } catch {
      // This segment may end with an incomplete record, so nothing more is added to it.
      this.#own = undefined;
      return false;
    }
  }

  async #begin(): Promise<Segment> {
    await makeFolder(this.#folder);
    const path = join(
      this.#folder,
      `${Date.now().toString(36)}-${process.pid}-${randomUUID().slice(0, 8)}.vec`,
    );
    const header = segmentHeader(this.#dims);
    await writeFile(path, header, { flag: 'wx' });
    this.#own = { path, end: header.length, keys: new Map() };
    this.#segments.set(path, this.#own);
    return this.#own;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}

/** Removes least recently used segments until the rest takes at most 90% of `maxBytes`. */
async function trim(folder: string, maxBytes: number): Promise<void> {
  const files: { path: string; size: number; used: number }[] = [];
  for (const kind of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, kind)).catch(() => [])) {
      const path = join(folder, kind, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile()) files.push({ path, size: found.size, used: found.mtimeMs });
    }
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= maxBytes) return;
  files.sort((a, b) => a.used - b.used);
  for (const { path, size } of files) {
    if (total <= maxBytes * 0.9) return;
    await rm(path, { force: true }).catch(() => undefined);
    total -= size;
  }
}
