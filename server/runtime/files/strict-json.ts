import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';

/** A result of {@link parseStrictJson}. Objects are Maps, so that no name can change a prototype. */
export type StrictJson = string | number | boolean | null | StrictJson[] | StrictObject;
/** A JSON object, with its members in order. */
export type StrictObject = Map<string, StrictJson>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters in names, so they are named here.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Parses JSON from an untrusted source. It refuses duplicate names, text after the value, and nesting deeper than
 * `maxDepth`. `JSON.parse` keeps the last of two equal names, so two programs could read different things from the same
 * file.
 * @throws PatchbayError `json.*`
 */
export function parseStrictJson(text: string, maxDepth = 16): StrictJson {
  let at = 0;
  const fail = (message: Message, cause?: unknown): never => {
    throw new PatchbayError(message, { cause });
  };
  const failMissing = (what: string | Message): never => fail(fileMessage('json.expected', { at, what }));
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const take = (character: string): boolean => {
    match(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const string = (): string => {
    match(SPACE);
    const written = match(STRING) ?? failMissing(fileMessage('json.a-name'));
    try {
      return JSON.parse(written) as string;
    } catch (cause) {
      return fail(fileMessage('json.escape', { at }), cause);
    }
  };

  const object = (depth: number): StrictObject => {
    const members: StrictObject = new Map();
    if (take('}')) return members;
    do {
      const name = string();
      if (members.has(name)) fail(fileMessage('json.duplicate-name', { at, name: name.slice(0, 60) }));
      if (!take(':')) failMissing('":"');
      members.set(name, value(depth));
    } while (take(','));
    return take('}') ? members : failMissing('"}"');
  };
  const array = (depth: number): StrictJson[] => {
    const elements: StrictJson[] = [];
    if (take(']')) return elements;
    do elements.push(value(depth));
    while (take(','));
    return take(']') ? elements : failMissing('"]"');
  };
  const value = (depth: number): StrictJson => {
    if (depth > maxDepth) fail(fileMessage('json.too-deep', { at }));
    if (take('{')) return object(depth + 1);
    if (take('[')) return array(depth + 1);
    if (text[at] === '"') return string();
    const word = WORDS.find(([spelling]) => text.startsWith(spelling, at));
    if (word) {
      at += word[0].length;
      return word[1];
    }
    return Number(match(NUMBER) ?? failMissing(fileMessage('json.a-value')));
  };

  const result = value(0);
  match(SPACE);
  if (at !== text.length) fail(fileMessage('json.trailing', { at }));
  return result;
}
