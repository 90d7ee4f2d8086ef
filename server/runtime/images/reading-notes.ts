import type { ImageItem, Said } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import type { ReadNote } from './sharp.ts';

/** Hears what people should know about how a picture came out. */
export type OnNote = (item: ImageItem, note: ReadNote) => void;

/** How many names a message lists. */
const MOST_NAMES = 5;

/** Collects notes about single pictures and tells them as a few warnings. */
export class ReadingNotes {
  readonly #deep: string[] = [];
  /** Names of transparent pictures that came out in one colour, by this colour. */
  readonly #plain = new Map<string, string[]>();

  readonly note: OnNote = ({ path }, note) => {
    if (note.kind === 'deep') this.#deep.push(path);
    else this.#plain.set(note.colour, [...(this.#plain.get(note.colour) ?? []), path]);
  };

  /** The warnings so far. One plain picture may be meant so; several are the same picture for every model. */
  tell(warn: ((message: Said) => void) | undefined): void {
    if (this.#deep.length > 0)
      warn?.(imageMessage('image.deep-levels', { count: this.#deep.length, names: few(this.#deep) }));
    for (const [colour, paths] of this.#plain)
      if (paths.length > 1)
        warn?.(imageMessage('image.same-when-opaque', { count: paths.length, colour, names: few(paths) }));
  }
}

const few = (names: readonly string[]): readonly string[] => {
  const sorted = [...names].sort();
  return sorted.length > MOST_NAMES ? [...sorted.slice(0, MOST_NAMES), '…'] : sorted;
};
