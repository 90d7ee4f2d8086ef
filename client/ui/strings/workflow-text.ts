import { useState } from 'react';
import { useCatalogue } from '../api/catalogue.ts';
import { nodeText } from './index.ts';
import { type Language, useLanguage } from './language.ts';
import { sampleLists, zhEarlier, zhSamples, zhStarters } from './zh-starters.ts';

type Pairs = Readonly<Record<string, string>>;

/** The translation of a text in each language. If two texts share a translation, the first one is its original. */
function bothWays(pairs: Pairs): Readonly<Record<Language, ReadonlyMap<string, string>>> {
  const en = new Map<string, string>();
  for (const [english, chinese] of Object.entries(pairs)) if (!en.has(chinese)) en.set(chinese, english);
  return { en, zh: new Map(Object.entries(pairs)) };
}

const TEMPLATES = bothWays({ ...zhStarters, ...zhEarlier });
const SAMPLES = bothWays(zhSamples);

/**
 * A text of a workflow as it is shown. The file keeps a text as it was written: a text that a template wrote, in
 * whichever language, is shown in the current language, and a text that a person wrote is shown as it is.
 */
export const workflowText = (text: string): string =>
  TEMPLATES[useLanguage.getState().language].get(text) ?? text;

/** Words of the sample pictures, such as "animals", in the current language. Other words stay as they are. */
export const sampleText = (text: string): string =>
  SAMPLES[useLanguage.getState().language].get(text) ?? text;

/** Each of the lists that templates come with, by that list in either language. */
const LISTS: Readonly<Record<Language, ReadonlyMap<string, readonly string[]>>> = (() => {
  const both = sampleLists.map((en) => ({ en, zh: en.map((word) => zhSamples[word] ?? word) }));
  const of = (language: Language) =>
    new Map(both.flatMap((list) => [list.en, list.zh].map((key) => [JSON.stringify(key), list[language]])));
  return { en: of('en'), zh: of('zh') };
})();

/**
 * The value of a param as it is shown: a list of words that a template or a new node came with is in the current
 * language. Any other value is returned as it is, so a list that somebody changed stays as it was written.
 */
export function ownWords<T>(value: T): T | readonly string[] {
  if (!Array.isArray(value)) return value;
  const key = JSON.stringify(value);
  const list = LISTS[useLanguage.getState().language].get(key);
  return list === undefined || JSON.stringify(list) === key ? value : list;
}

/** The name of a folder as it is shown: those of the sample pictures are in the current language. */
export const folderText = (path: string, name: string): string =>
  path.startsWith('sample:') ? sampleText(name) : name;

/** Whether a text is the title that the definition gives in any language, so that it follows the language. */
const isGiven = (text: string, english: string | undefined, chinese: string | undefined) =>
  text !== '' && (text === english || text === chinese);

/** The title of a node as it is shown: its own one, otherwise the title of its type. */
export function nodeTitleText(type: string, own: string | undefined): string {
  const { [type]: descriptor } = useCatalogue.getState().types;
  if (!own || isGiven(own, descriptor?.title, descriptor?.translations?.zh?.title))
    return nodeText(type).title;
  return workflowText(own);
}

/** The title of a form input as it is shown: its own one, otherwise the title of its param. */
export function inputTitleText(type: string, param: string, own: string | undefined): string {
  const { [type]: descriptor } = useCatalogue.getState().types;
  const english = descriptor?.params.find(({ name }) => name === param)?.title;
  if (!own || isGiven(own, english, descriptor?.translations?.zh?.params?.[param]?.title))
    return nodeText(type).param(param).title;
  return workflowText(own);
}

/** The value and handlers of a field that edits a text of the workflow. */
export interface TextField {
  readonly value: string;
  readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
  readonly onBlur: () => void;
}

/**
 * A field for a text of the workflow. It shows the text in the current language, but letter for letter what someone
 * types. A field that nobody typed in saves nothing.
 */
export function useTextField(
  stored: string,
  save: (text: string) => void,
  show: (text: string) => string = workflowText,
): TextField {
  const [typed, setTyped] = useState<string>();
  return {
    // After an undo the stored text is not the typed one any more.
    value: typed === stored ? stored : show(stored),
    onChange: ({ currentTarget: { value } }) => {
      setTyped(value);
      save(value);
    },
    onBlur: () => setTyped(undefined),
  };
}
