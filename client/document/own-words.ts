import { useCatalogue } from '../ui/api/catalogue.ts';
import { ownWords } from '../ui/strings/workflow-text.ts';
import type { Content } from './content.ts';
import { setParam } from './edits.ts';
import { documentActions, useDocument } from './store.ts';

/** A workflow whose lists of words are written as they are shown, in the current language. */
export function inOwnWords(content: Content): Content {
  const { types } = useCatalogue.getState();
  let now = content;
  for (const id of content.order) {
    const { type = '', params } = content.nodes[id] ?? {};
    const specs = Object.hasOwn(types, type) ? (types[type]?.params ?? []) : [];
    for (const { name, type: kind, default: initial } of specs) {
      if (kind !== 'strings') continue;
      const value = params?.[name] ?? initial;
      const words = ownWords(value);
      if (words !== value) now = setParam(now, id, name, words);
    }
  }
  return now;
}

/**
 * Writes the words of the open workflow as they are shown, before it runs. The language may have changed since they were
 * written, and a model must read what the reader sees. It is no step of undo, because nothing changes on the screen.
 */
export function writeOwnWords(tab: string): void {
  if (useDocument.getState().tab === tab) documentActions().edit('words', inOwnWords, { isSilent: true });
}
