import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import { PORT_TYPES, type PortType } from '../../nodes/sdk/values.ts';
import { useCatalogue } from '../api/catalogue.ts';
import { t } from './index.ts';
import { useLanguage } from './language.ts';
import { localized } from './localized.ts';
import { type SentencePair, zhPhrases, zhSentences } from './zh-sentences.ts';

interface Pattern {
  readonly english: RegExp;
  readonly chinese: string;
}

const HOLE = /\{(\w+)\}/g;
const literal = (text: string) => text.replaceAll(/[.*+?^$()[\]\\|{}]/g, '\\$&');

/** A pair as a pattern: holes take what is there, what follows `||` may be absent. */
function patternOf([english, chinese]: SentencePair): Pattern {
  const [head = '', tail] = english.split('||').map((part) => {
    const texts = part.split(HOLE);
    // Every second part is the name of a hole; a hint may be nothing.
    return texts
      .map((text, index) =>
        index % 2 === 1 ? `(?<${text}>.${text === 'hint' ? '*?' : '+?'})` : literal(text),
      )
      .join('');
  });
  return { english: new RegExp(`^${head}${tail === undefined ? '' : `(?<tail>${tail})?`}$`, 's'), chinese };
}

let sentences: readonly Pattern[] | undefined;
let phrases: readonly Pattern[] | undefined;
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

function fill({ chinese }: Pattern, groups: Readonly<Record<string, string | undefined>>): string {
  const [head = '', tail = ''] = chinese.split('||');
  const whole = groups.tail === undefined ? head : head + tail;
  return whole.replaceAll(HOLE, (_, name: string) => part(groups[name] ?? ''));
}

function match(text: string, patterns: readonly Pattern[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.english.exec(text);
    if (found) return fill(pattern, found.groups ?? {});
  }
  return undefined;
}

/** What stands in a hole: names, kinds, a phrase, or a sentence of its own. */
function part(text: string): string {
  const kinds = text.split(' or ');
  if (kinds.every(isPortType)) return kindsText(kinds);
  phrases ??= byLength(zhPhrases);
  const phrase = titlesNow().types.get(text) ?? match(text, phrases) ?? matchSentence(text);
  return phrase ?? text.replaceAll(/\*([^*]+)\*/g, (_, name: string) => `*${titleIn(name)}*`);
}

function matchSentence(text: string): string | undefined {
  sentences ??= byLength(Object.values(zhSentences).flat());
  return match(text, sentences);
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
  const chinese = matchSentence(sentence) ?? sentence;
  known.set(sentence, chinese);
  return chinese;
}
