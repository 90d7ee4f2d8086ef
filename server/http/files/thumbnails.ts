import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Supervisor } from '../../runner/supervisor.ts';
import { writeFileAtomic } from '../../runtime/files/atomic.ts';
import { readRegular } from '../../runtime/files/regular-file.ts';
import { fileType } from './file-type.ts';

/** The edges of thumbnails, in pixels. A request gets the next larger one. */
const EDGES = [64, 128, 256, 512, 1024, 2048];

/** A small picture. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/**
 * Gets thumbnails. The runner makes each once, and the disk keeps it. `version` distinguishes states of the same file.
 */
export type Thumbnails = (picture: string, edge: number, version?: string) => Promise<Thumbnail>;

/** Makes thumbnails. @param folder can be emptied at any time */
export function createThumbnails(supervisor: Supervisor, folder: string): Thumbnails {
  const making = new Map<string, Promise<Thumbnail>>();

  async function make(picture: string, edge: number, path: string): Promise<Thumbnail> {
    const kept = await readRegular(path).catch(() => undefined);
    if (kept) return { bytes: kept, type: fileType(kept) };
    const made = await supervisor.thumbnail(picture, edge);
    // If the disk is full, the thumbnail is not kept, and the next request makes it again.
    await writeFileAtomic(path, made.bytes, { durable: false }).catch(() => undefined);
    return made;
  }

  return (picture, wanted, version = '') => {
    const edge = EDGES.find((one) => one >= wanted) ?? wanted;
    const name = createHash('sha256').update(`${picture}\0${version}\0${edge}`).digest('hex');
    const path = join(folder, name.slice(0, 2), name);
    const known = making.get(path);
    if (known) return known;
    const thumbnail = make(picture, edge, path).finally(() => making.delete(path));
    making.set(path, thumbnail);
    return thumbnail;
  };
}
