import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { PORT_TYPES, type PortType } from '../../../nodes/sdk/values.ts';
import { useCatalogue } from '../api/catalogue.ts';
import { t } from './index.ts';
import { useLanguage } from './language.ts';
import { localized } from './localized.ts';
import type { SentencePair } from './sentence-pair.ts';
import { zhPhrases, zhSentences } from './zh-sentences.ts';

interface Pattern {
  /** The second takes what the first, which keeps brackets together, does not. */
  readonly english: readonly [whole: RegExp, loose: RegExp];
  readonly chinese: string;
}

const HOLE = /\{(\w+)\}/g;
const literal = (text: string) => text.replaceAll(/[.*+?^$()[\]\\|{}]/g, '\\$&');

const WHOLE = '(?:\\([^()]*\\)|[^(])+?';
const LOOSE = '.+?';

/** A sentence as an expression: holes take what is there, what follows `||` may be absent. */
function expressionOf(english: string, hole: string): RegExp {
  const [head = '', tail] = english.split('||').map((part) => {
    const texts = part.split(HOLE);
    // Every second part is the name of a hole; hints begin with a space or comma, or are nothing.
    return texts
      .map((text, index) => {
        if (index % 2 === 0) return literal(text);
        return `(?<${text}>${text.startsWith('hint') ? '(?:[ ,].*?)?' : hole})`;
      })
      .join('');
  });
  return new RegExp(`^${head}${tail === undefined ? '' : `(?<tail>${tail})?`}$`, 's');
}

const patternOf = ([english, chinese]: SentencePair): Pattern => ({
  english: [expressionOf(english, WHOLE), expressionOf(english, LOOSE)],
  chinese,
});

let patterns: readonly Pattern[] | undefined;
const byLength = (pairs: readonly SentencePair[]) =>
  // The longest says the most about what it stands for.
  [...pairs].sort((a, b) => b[0].length - a[0].length).map(patternOf);

const isPortType = (word: string): word is PortType => (PORT_TYPES as readonly string[]).includes(word);

/** Types of ports as people read them. */
export const kindsText = (types: readonly PortType[]): string =>
  types.map((type) => t(`kind.${type}`)).join(t('kind.or'));

let titles: {
  readonly of: Readonly<Record<string, NodeDescriptor>>;
  readonly map: Map<string, string>;
  /** Titles of types alone: some sentences begin with one as it is. */
  readonly types: Map<string, string>;
};

/** Titles of node types, ports and params, by English ones. */
function titlesNow() {
  const { types } = useCatalogue.getState();
  if (titles?.of !== types) {
    const map = new Map<string, string>();
    const byType = new Map<string, string>();
    for (const type of Object.values(types)) {
      const own = localized(type, 'zh');
      byType.set(type.title, own.title);
      map.set(type.title, own.title);
      for (const side of ['inputs', 'outputs', 'params'] as const)
        for (const [index, one] of type[side].entries())
          if (!map.has(one.title)) map.set(one.title, own[side][index]?.title ?? one.title);
    }
    titles = { of: types, map, types: byType };
  }
  return titles;
}

/** A title in Chinese; what a user named keeps its name. */
const titleIn = (title: string): string => titlesNow().map.get(title) ?? title;

/** Where one sentence ends and another begins. */
const BREAK = /[.!?] ["*A-Z]/;
const HAN_AND_SPACE = /\p{Script=Han} $/u;
const BEFORE_LATIN = /[\p{Script=Han}]$/u;

/** Han and Latin stand apart, Han and Han together. */
function beside(before: string, after: string): string {
  if (HAN_AND_SPACE.test(before) && /^\p{Script=Han}/u.test(after)) return before.slice(0, -1) + after;
  if (BEFORE_LATIN.test(before) && /^[\w*]/.test(after)) return `${before} ${after}`;
  return before + after;
}

function fill({ chinese }: Pattern, groups: Readonly<Record<string, string | undefined>>): string {
  const [head = '', tail = ''] = chinese.split('||');
  const whole = groups.tail === undefined ? head : head + tail;
  return whole
    .split(HOLE)
    .map((text, index) => (index % 2 === 1 ? part(groups[text] ?? '') : text))
    .reduce(beside, '');
}

/** What stands in a hole: names, kinds, a phrase, or a sentence of its own. */
function part(text: string): string {
  const kinds = text.split(' or ');
  if (kinds.every(isPortType)) return kindsText(kinds);
  // A sentence may stand in another one without its full stop.
  const phrase = titlesNow().types.get(text) ?? match(text) ?? match(`${text}.`)?.replace(/。$/, '');
  return phrase ?? text.replaceAll(/\*([^*]+)\*/g, (_, name: string) => `*${titleIn(name)}*`);
}

/** Fills in the pattern that leaves the least to its holes: it says the most of the text. */
function match(text: string): string | undefined {
  return matched(text, 0) ?? matched(text, 1);
}

function matched(text: string, which: 0 | 1): string | undefined {
  patterns ??= byLength([...Object.values(zhSentences).flat(), ...zhPhrases]);
  let best:
    | { pattern: Pattern; groups: Readonly<Record<string, string | undefined>>; left: number }
    | undefined;
  for (const pattern of patterns) {
    const found = pattern.english[which].exec(text);
    if (!found) continue;
    const { tail, ...holes } = found.groups ?? {};
    const left = Object.values(holes).reduce(
      // Only at its end does a sentence have others in it.
      (sum, hole = '', at, all) =>
        sum + hole.length + (at < all.length - 1 && BREAK.test(hole) ? text.length : 0),
      0,
    );
    if (!best || left < best.left) best = { pattern, groups: { tail, ...holes }, left };
  }
  return best && fill(best.pattern, best.groups);
}

const known = new Map<string, string>();
let knownFor: unknown;

/**
 * A sentence of the server or the rule of wiring in the language chosen; one that nobody translated stays as it is. The sentences
 * are the keys, as in gettext, so that what is kept of old runs reads well too.
 */
export function told(sentence: string): string {
  if (useLanguage.getState().language === 'en') return sentence;
  const { types } = useCatalogue.getState();
  if (knownFor !== types || known.size > 500) known.clear();
  knownFor = types;
  const before = known.get(sentence);
  if (before !== undefined) return before;
  const chinese = match(sentence) ?? sentence;
  known.set(sentence, chinese);
  return chinese;
}
