import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { readRegularSync } from '../runtime/files/regular-file.ts';
import type { ModelNote } from './notes.ts';

/** How many crashes of a model are counted before it is quarantined. */
const CRASHES_ALLOWED = 2;

/** Models that crashed their process, by hash and device. The list is a file in the data folder. */
export interface Quarantine {
  /** The hashes of the quarantined models. */
  hashes(): readonly string[];
  /** Counts one more crash of a model. @returns whether this crash puts it into quarantine */
  blame(note: ModelNote, reason: string): boolean;
  /** The ids of the quarantined models. */
  ids(): readonly string[];
  /** Forgets the crashes of a model on all devices. @returns whether there were any */
  pardon(id: string): boolean;
  /** Resolves when the list is on disk. */
  settled(): Promise<void>;
}

/**
 * Crashes are counted for each `device`: a broken graphics driver must not block a model on the CPU. `id` is for people
 * who read the file.
 */
const entrySchema = z.object({
  hash: z.string(),
  device: z.string(),
  id: z.string(),
  crashes: z.int(),
  reason: z.string(),
  at: z.string(),
});
type Entry = z.infer<typeof entrySchema>;

const keyOf = (hash: string, device: string) => `${device} ${hash}`;

function read(file: string): Map<string, Entry> {
  try {
    const saved = z.array(entrySchema).parse(JSON.parse(readRegularSync(file, 'utf8')));
    return new Map(saved.map((entry) => [keyOf(entry.hash, entry.device), entry]));
  } catch {
    // The file is missing or damaged. A model that still crashes will be noticed again.
    return new Map();
  }
}

/** Opens the list of a data folder for one device. */
export function openQuarantine(dataFolder: string, device: string): Quarantine {
  const file = join(dataFolder, 'quarantine.json');
  const entries = read(file);
  let writing: Promise<unknown> = Promise.resolve();
  const save = () => {
    const bytes = Buffer.from(`${JSON.stringify([...entries.values()], null, 2)}\n`);
    // A list that cannot be written still applies until the server ends.
    writing = writing.then(() => writeFileAtomic(file, bytes)).catch(() => undefined);
  };
  const blocked = () =>
    [...entries.values()].filter((entry) => entry.device === device && entry.crashes >= CRASHES_ALLOWED);
  return {
    hashes: () => blocked().map(({ hash }) => hash),
    ids: () => blocked().map(({ id }) => id),
    blame({ hash, id }, reason) {
      const key = keyOf(hash, device);
      const crashes = (entries.get(key)?.crashes ?? 0) + 1;
      entries.set(key, { hash, device, id, crashes, reason, at: new Date().toISOString() });
      save();
      return crashes === CRASHES_ALLOWED;
    },
    pardon(id) {
      const known = [...entries].filter(([, entry]) => entry.id === id);
      for (const [key] of known) entries.delete(key);
      if (known.length > 0) save();
      return known.length > 0;
    },
    settled: async () => void (await writing),
  };
}
