/** What {@link parseStrictJson} gives: objects are Maps, so that no name can touch a prototype. */
export type StrictJson = string | number | boolean | null | StrictJson[] | StrictObject;
/** A JSON object with its members in order. */
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
 * Parses JSON from strangers: duplicate names, what follows the value, and nesting beyond `maxDepth` are refused.
 *
 * `JSON.parse` keeps the last of two equal names without a word, which lets one file mean two things to two readers.
 * @throws SyntaxError
 */
export function parseStrictJson(text: string, maxDepth = 16): StrictJson {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at character ${at}`);
  };
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
    return JSON.parse(match(STRING) ?? fail('a name was expected')) as string;
  };

  const object = (depth: number): StrictObject => {
    const members: StrictObject = new Map();
    if (take('}')) return members;
    do {
      const name = string();
      if (members.has(name)) fail(`the name "${name.slice(0, 60)}" occurs twice`);
      if (!take(':')) fail('":" was expected');
      members.set(name, value(depth));
    } while (take(','));
    return take('}') ? members : fail('"}" was expected');
  };
  const array = (depth: number): StrictJson[] => {
    const elements: StrictJson[] = [];
    if (take(']')) return elements;
    do elements.push(value(depth));
    while (take(','));
    return take(']') ? elements : fail('"]" was expected');
  };
  const value = (depth: number): StrictJson => {
    if (depth > maxDepth) fail('it is nested too deep');
    if (take('{')) return object(depth + 1);
    if (take('[')) return array(depth + 1);
    if (text[at] === '"') return string();
    const word = WORDS.find(([spelling]) => text.startsWith(spelling, at));
    if (word) {
      at += word[0].length;
      return word[1];
    }
    return Number(match(NUMBER) ?? fail('a value was expected'));
  };

  const result = value(0);
  match(SPACE);
  if (at !== text.length) fail('something follows the value');
  return result;
}
