import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../files/atomic.ts';
import { readExactly } from '../files/read-at.ts';
import { openRegular } from '../files/regular-file.ts';

/** Keeps bytes by key on disk. No method fails: an entry that cannot be read is absent. */
export interface DiskStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, parts: readonly Uint8Array[]): Promise<void>;
}

/** Limits of a store. */
export interface DiskStoreOptions {
  /** Bytes of all entries. Beyond it the store removes the least recently used. */
  readonly maxBytes: number;
}

/** Every entry begins with this number, its checksum and its size: 16 bytes, so that its content is aligned. */
const MAGIC = 0x53444250;
const PREFIX = 16;
/** Cleaning stops at this share of the limit, so that the next write does not start it again. */
const AFTER_CLEANING = 0.9;
/** A temporary file older than this belongs to a process that died. */
const ABANDONED_MS = 3_600_000;

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly usedMs: number;
}

/**
 * A store in `folder`. Entries are written completely or not at all, so several processes can share it. The change time
 * of a file is the time of its last use. Before cleaning, the store reads from disk how much it holds.
 */
export function createDiskStore(folder: string, { maxBytes }: DiskStoreOptions): DiskStore {
  const pathOf = (key: string) => {
    const name = createHash('sha256').update(key).digest('hex');
    return join(folder, name.slice(0, 2), name);
  };
  let held: number | undefined;
  let cleaning: Promise<void> | undefined;

  const clean = async () => {
    const entries = await list(folder);
    held = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (held <= maxBytes) return;
    for (const { path, size } of entries.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (held <= maxBytes * AFTER_CLEANING) return;
      await rm(path, { force: true }).catch(() => undefined);
      held -= size;
    }
  };
  const cleanOnce = () => {
    cleaning ??= clean()
      .catch(() => undefined)
      .finally(() => {
        cleaning = undefined;
      });
    return cleaning;
  };

  return {
    async read(key) {
      const path = pathOf(key);
      // Blocking, because most keys are missing and a call in another thread takes a hundred times as long.
      if (!existsSync(path)) return undefined;
      try {
        const bytes = await readEntry(path);
        const now = new Date();
        await utimes(path, now, now).catch(() => undefined);
        return bytes;
      } catch (error) {
        // Deleted, because otherwise each read would find the damaged entry again.
        if (error instanceof RangeError) await rm(path, { force: true }).catch(() => undefined);
        return undefined;
      }
    },
    async write(key, parts) {
      const size = parts.reduce((sum, part) => sum + part.byteLength, PREFIX);
      if (size > maxBytes) return;
      try {
        // Not flushed. If a power cut damages an entry, its checksum is wrong.
        await writeFileAtomic(pathOf(key), [prefixOf(parts, size), ...parts], { durable: false });
      } catch {
        return;
      }
      if (held === undefined) await cleanOnce();
      else {
        held += size;
        if (held > maxBytes) await cleanOnce();
      }
    },
  };
}

function prefixOf(parts: readonly Uint8Array[], size: number): Uint8Array {
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(MAGIC, 0);
  prefix.writeUInt32LE(
    parts.reduce((sum, part) => crc32(part, sum), 0),
    4,
  );
  prefix.writeBigUInt64LE(BigInt(size), 8);
  return prefix;
}

async function readEntry(path: string): Promise<Uint8Array> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    const bytes = await readExactly(file, 0, size);
    const prefix = Buffer.from(bytes.buffer, 0, Math.min(PREFIX, size));
    const whole =
      size >= PREFIX && prefix.readUInt32LE(0) === MAGIC && prefix.readBigUInt64LE(8) === BigInt(size);
    const content = bytes.subarray(PREFIX);
    if (!whole || crc32(content) !== prefix.readUInt32LE(4)) throw new RangeError('damaged');
    return content;
  } finally {
    await file.close();
  }
}

async function list(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const shard of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, shard)).catch(() => [])) {
      const path = join(folder, shard, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      if (!name.endsWith('.tmp')) entries.push({ path, size: found.size, usedMs: found.mtimeMs });
      else if (Date.now() - found.mtimeMs > ABANDONED_MS)
        await rm(path, { force: true }).catch(() => undefined);
    }
  }
  return entries;
}
