import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readRegularSync } from '../runtime/files/regular-file.ts';

/** A model in use, and by whom. */
export interface ModelNote {
  readonly hash: string;
  /** The model's id, for sentences. */
  readonly id: string;
  readonly nodeId?: string;
}

/**
 * Which models a child is using right now, in a file: a message could still be in the child's memory when a model takes the
 * process down, what was written to a file cannot.
 */
export interface ModelNotes {
  /** Notes a model before it is used. @returns what is called when it was used without harm */
  using(note: ModelNote): () => void;
  close(): void;
}

/** Opens the file of a child's notes for writing. */
export function openModelNotes(file: string): ModelNotes {
  const descriptor = openSync(file, 'w');
  const open = new Set<ModelNote>();
  let closed = false;
  const write = () => {
    if (closed) return;
    const bytes = Buffer.from(JSON.stringify([...open]));
    try {
      ftruncateSync(descriptor, 0);
      writeSync(descriptor, bytes, 0, bytes.length, 0);
    } catch {
      // A full disk: better a crash whose model is not known than no run at all.
    }
  };
  return {
    using(note) {
      open.add(note);
      write();
      return () => {
        if (open.delete(note)) write();
      };
    },
    close() {
      closed = true;
      closeSync(descriptor);
    },
  };
}

/** The models a child was using when it wrote last; none where there are no notes. */
export function readModelNotes(file: string): readonly ModelNote[] {
  try {
    return JSON.parse(readRegularSync(file, 'utf8')) as ModelNote[];
  } catch {
    return [];
  }
}
