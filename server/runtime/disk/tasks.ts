import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { openRegularSync } from '../files/regular-file.ts';
import { FileIndex, type FileIndexOptions } from './file-index.ts';
import { type FoundFile, stateOf, type Walked, type WalkRequest, walk } from './walk.ts';

/** The file of an index and its settings; an index without a file belongs to its `id`. */
export interface IndexPlace extends FileIndexOptions {
  readonly id: string;
  readonly file?: string;
}

/** A key of a file's bytes, or why there is none. */
export type KeyAnswer =
  | { readonly key: string }
  | { readonly code: string | undefined }
  | { readonly bytes: number };

/** A file in a fingerprint: another line for any other state of it. */
export const lineOf = ({ path, size, state }: FoundFile): string => `\n${path}\0${size}\0${state}`;

/** What is at a path. */
export interface Looked {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  readonly mtimeMs: number;
  /** Inode and times in nanoseconds. */
  readonly state: string;
  readonly head: Uint8Array<ArrayBuffer>;
}

/** What a thread can do with the disk, by name: arguments and answer. */
export interface DiskTasks {
  walk(request: WalkRequest & { readonly glob?: string; readonly index: IndexPlace }): Walked;
  /**
   * The same, with a hash in place of the files that no link leads to. So only a few bytes pass between threads when nothing has
   * changed.
   */
  fingerprint(
    request: WalkRequest & { readonly glob?: string; readonly index: IndexPlace },
  ): Walked & { readonly hash: string };
  /** The sha256 of the bytes of files, hexadecimal. Files above `maxBytes` are not read. */
  keys(request: {
    readonly paths: readonly string[];
    readonly maxBytes: number;
    readonly index: IndexPlace;
  }): readonly KeyAnswer[];
  /** The bytes of a file. Files above `maxBytes` are not read. */
  read(request: {
    readonly path: string;
    readonly maxBytes: number;
  }): Uint8Array<ArrayBuffer> | { readonly bytes: number };
  /** What is at a path, and the first bytes of a regular file. Links are followed. */
  look(request: { readonly path: string; readonly bytes: number }): Looked;
  save(request: { readonly index: IndexPlace }): null;
}

const indexes = new Map<string, FileIndex>();

function indexAt({ id, file, ...options }: IndexPlace): FileIndex {
  const known = indexes.get(id) ?? new FileIndex(file, options);
  indexes.set(id, known);
  return known;
}

const CHUNK = 1 << 20;

function hashOf(path: string, pulse: (place?: number) => void): string {
  const file = openRegularSync(path);
  try {
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(CHUNK);
    for (let read = readSync(file, part); read > 0; read = readSync(file, part)) {
      hash.update(part.subarray(0, read));
      pulse();
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** Does a task with calls that block this thread. @param pulse hears of every step; it throws to stop @throws the system's error */
export async function doTask<N extends keyof DiskTasks>(
  name: N,
  request: Parameters<DiskTasks[N]>[0],
  pulse: (place?: number) => void,
): Promise<ReturnType<DiskTasks[N]>> {
  const tasks: {
    [K in keyof DiskTasks]: (request: Parameters<DiskTasks[K]>[0]) => Promise<ReturnType<DiskTasks[K]>>;
  } = {
    async walk({ glob, index, ...walked }) {
      return walk(walked, await matcherOf(glob), indexAt(index), pulse);
    },
    async fingerprint({ glob, index, ...walked }) {
      const found = walk(walked, await matcherOf(glob), indexAt(index), pulse);
      const hash = createHash('sha256');
      for (const file of found.files) if (!file.linked) hash.update(lineOf(file));
      return { ...found, files: found.files.filter(({ linked }) => linked), hash: hash.digest('hex') };
    },
    async keys({ paths, maxBytes, index }) {
      const known = indexAt(index);
      return paths.map((path, place): KeyAnswer => {
        pulse(place);
        try {
          const state = statSync(path, { bigint: true });
          if (state.size > maxBytes) return { bytes: Number(state.size) };
          return { key: known.of('sha256', path, state, () => hashOf(path, pulse)) };
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === undefined) throw error;
          return { code };
        }
      });
    },
    async read({ path, maxBytes }) {
      pulse();
      const file = openRegularSync(path);
      try {
        const { size } = fstatSync(file);
        if (size > maxBytes) return { bytes: size };
        const bytes = new Uint8Array(size);
        for (let done = 0; done < size; ) {
          pulse();
          const read = readSync(file, bytes, done, Math.min(CHUNK * 16, size - done), done);
          if (read === 0) throw Object.assign(new Error(`${path} ends early`), { code: 'ENODATA' });
          done += read;
        }
        return bytes;
      } finally {
        closeSync(file);
      }
    },
    async look({ path, bytes }) {
      pulse();
      const found = statSync(path, { bigint: true });
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
      let head = new Uint8Array(kind === 'file' ? bytes : 0);
      if (head.length > 0) {
        const file = openRegularSync(path);
        try {
          pulse();
          head = head.slice(0, readSync(file, head, 0, bytes, 0));
        } finally {
          closeSync(file);
        }
      }
      const { mtimeMs, state } = stateOf(found);
      return { kind, size: Number(found.size), mtimeMs, state, head };
    },
    async save({ index }) {
      indexAt(index).save();
      return null;
    },
  };
  return tasks[name](request);
}

async function matcherOf(glob: string | undefined): Promise<(path: string) => boolean> {
  if (glob === undefined || glob.trim() === '') return () => true;
  const { default: picomatch } = await import('picomatch');
  return picomatch(glob.trim().replaceAll('\\', '/'), { nocase: true, basename: !glob.includes('/') });
}
