import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readRegularSync } from '../runtime/files/regular-file.ts';

/** A model in use, and the node that uses it. */
export interface ModelNote {
  readonly hash: string;
  /** The id of the model, for messages. */
  readonly id: string;
  readonly nodeId?: string;
}

/**
 * A file with the models that a child is using now. Unlike a message, a written file is not lost when a model crashes
 * the process.
 */
export interface ModelNotes {
  /** Notes a model before it is used. @returns a function to call after the model was used without a crash */
  using(note: ModelNote): () => void;
  close(): void;
}

/** Opens the notes of a child for writing. */
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
      // The disk is full. Not knowing which model crashed is better than not running at all.
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

/** Reads the models that a child was using when it last wrote; empty if there are no notes. */
export function readModelNotes(file: string): readonly ModelNote[] {
  try {
    return JSON.parse(readRegularSync(file, 'utf8')) as ModelNote[];
  } catch {
    return [];
  }
}
