import type { NodeDescriptor, PortDescriptor } from '../../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../../nodes/sdk/values.ts';

/** A node type prepared for the search: its words in lower case. */
export interface Searchable {
  readonly descriptor: NodeDescriptor;
  readonly title: string;
  readonly words: readonly string[];
  readonly keywords: readonly string[];
  readonly description: string;
}

const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Prepares a node type for the search, which always includes its English texts. @param own title and help in the current language */
export function searchable(
  descriptor: NodeDescriptor,
  own: { readonly title: string; readonly help: string },
): Searchable {
  const all = [...new Set([own.title, descriptor.title])].map(fold);
  const name = descriptor.type.slice(descriptor.type.indexOf('/') + 1).replaceAll('-', ' ');
  return {
    descriptor,
    title: all.join('\n'),
    words: [...all, name, descriptor.category].flatMap((text) => text.split(/[\s/]+/)),
    keywords: descriptor.keywords.map(fold),
    description: fold(`${descriptor.description}\n${own.help}`),
  };
}

/** Two Chinese characters are enough for a word. */
const saysEnough = (word: string) => word.length > 2 || /^\p{Script=Han}{2}$/u.test(word);

/** Whether the letters of `needle` occur in `text` in this order. */
function hasLetters(needle: string, text: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === needle[at]) at++;
  return at === needle.length;
}

/** How well one word fits; 0 if it does not. Exact beats prefix; title beats synonym beats description. */
function scoreWord(word: string, item: Searchable): number {
  const titles = item.title.split('\n');
  if (titles.includes(word)) return 100;
  if (titles.some((title) => title.startsWith(word))) return 90;
  if (item.keywords.includes(word)) return 80;
  if (item.words.some((one) => one.startsWith(word))) return 75;
  if (item.keywords.some((one) => one.startsWith(word) || one.includes(` ${word}`))) return 60;
  if (item.title.includes(word)) return 55;
  if (item.keywords.some((one) => one.includes(word))) return 45;
  if (saysEnough(word) && item.description.includes(word)) return 25;
  if (word.length > 1 && titles.some((title) => hasLetters(word, title.replaceAll(' ', '')))) return 15;
  return 0;
}

/** A plural also finds its singular, with a lower score. */
function scorePlural(word: string, item: Searchable): number {
  const score = scoreWord(word, item);
  return score === 0 && word.length > 3 && word.endsWith('s')
    ? scoreWord(word.slice(0, -1), item) * 0.9
    : score;
}

/** The types that fit a query, best first. Every word must fit. An empty query returns all types in their order. */
export function rank(query: string, items: readonly Searchable[]): Searchable[] {
  const whole = fold(query.trim());
  if (whole === '') return [...items];
  const words = whole.split(/\s+/);
  const scored = items.flatMap((item, index) => {
    const scores = words.map((word) => scorePlural(word, item));
    if (scores.includes(0)) return [];
    const sum = scores.reduce((total, score) => total + score, 0) / words.length;
    // Prefer a type whose title is the whole query, or starts with it.
    const bonus = words.length > 1 ? scoreWord(whole, item) : 0;
    return [{ item, index, score: sum + bonus }];
  });
  scored.sort((a, b) => b.score - a.score || a.item.title.length - b.item.title.length || a.index - b.index);
  return scored.map(({ item }) => item);
}

/** In the order of a typical workflow. */
const CATEGORIES = [
  'image',
  'text',
  'preprocess',
  'encode',
  'project',
  'compare',
  'evaluate',
  'collection',
  'explore',
  'view',
  'output',
  'flow',
];

const place = (category: string) => {
  const index = CATEGORIES.indexOf(category);
  return index < 0 ? CATEGORIES.length : index;
};

/** Port types whose values people look at. The others are means to get there. */
const TO_LOOK_AT: ReadonlySet<PortType> = new Set([
  'images',
  'labels',
  'matches',
  'metrics',
  'similarity',
  'table',
]);

/** A node type, with the port that would take a dragged wire. */
interface Fitting {
  readonly type: NodeDescriptor;
  readonly port: PortDescriptor;
}

/**
 * Sorts node types that could take a wire: those made for its type before those that take anything. For values that
 * people look at, views come first; otherwise the next step of a typical workflow does.
 * @param given the types that the wire may carry
 */
export function inOrderFor(given: readonly PortType[], fitting: readonly Fitting[]): NodeDescriptor[] {
  const isLookedAt = given.length > 0 && given.every((type) => TO_LOOK_AT.has(type));
  const order = ({ type, port }: Fitting) =>
    (port.types === 'any' ? 1000 : 0) +
    (isLookedAt && type.category === 'view' ? 0 : 100) +
    place(type.category) +
    (port.types === 'any' ? 0 : Math.min(port.types.length, 20) / 100);
  return fitting
    .toSorted((a, b) => order(a) - order(b) || a.type.title.localeCompare(b.type.title))
    .map(({ type }) => type);
}

/** Sorts node types by their category in a typical workflow: loading first, saving last. */
export const inOrder = (types: readonly NodeDescriptor[]): NodeDescriptor[] =>
  types.toSorted((a, b) => place(a.category) - place(b.category) || a.title.localeCompare(b.title));
