import { randomUUID } from 'node:crypto';
import type { ZipEntry } from '../zip.ts';

/** The files of an archive that is made when somebody downloads it. */
export interface Archive {
  /** The name of the download. */
  readonly name: string;
  readonly entries: readonly ZipEntry[];
}

/** Archives that can be downloaded, by the id that {@link Archives.add} gave them. */
export interface Archives {
  add(archive: Archive): string;
  get(id: string): Archive | undefined;
}

const KEPT_MS = 3_600_000;
/** More would only fill the memory: a client downloads an archive at once. */
const MAX_KEPT = 16;

/** Keeps the names of the files of archives for a while. The archives themselves exist only while they are sent. */
export function createArchives(): Archives {
  const kept = new Map<string, { readonly archive: Archive; readonly until: number }>();
  return {
    add(archive) {
      const now = Date.now();
      for (const [id, { until }] of kept) if (until < now || kept.size >= MAX_KEPT) kept.delete(id);
      const id = randomUUID();
      kept.set(id, { archive, until: now + KEPT_MS });
      return id;
    },
    get(id) {
      const found = kept.get(id);
      return found && found.until >= Date.now() ? found.archive : undefined;
    },
  };
}
