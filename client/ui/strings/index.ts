import { type ArgList, fill, type Message } from '../../../nodes/sdk/messages.ts';
import { descriptorOf } from '../api/catalogue.ts';
import { canvas } from './canvas.ts';
import { categories } from './categories.ts';
import { collections } from './collections.ts';
import { correct } from './correct.ts';
import { useLanguage } from './language.ts';
import { made } from './made.ts';
import { pictures } from './pictures.ts';
import { results } from './results.ts';
import { sharing } from './sharing.ts';
import { trash } from './trash.ts';
import { widgets } from './widgets.ts';
import { workbench } from './workbench.ts';

export { LANGUAGES, type Language, useLanguage } from './language.ts';

/** Every text of the studio, in each language. */
export const TEXTS = {
  ...canvas,
  ...categories,
  ...collections,
  ...correct,
  ...made,
  ...pictures,
  ...results,
  ...sharing,
  ...trash,
  ...widgets,
  ...workbench,
};

/** A key of {@link TEXTS}. */
export type StringKey = keyof typeof TEXTS;

/** A key whose text has no holes, for example the title of a command. */
export type PlainKey = {
  [Key in StringKey]: ArgList<(typeof TEXTS)[Key]['en']> extends [] ? Key : never;
}[StringKey];

/** A text of the studio in the current language. The holes of the text determine its arguments. */
export function t<Key extends StringKey>(key: Key, ...[args]: ArgList<(typeof TEXTS)[Key]['en']>): string {
  const { language } = useLanguage.getState();
  return fill(TEXTS[key][language], args as Message['args'], language);
}

/** Whether a computed name, for example of a category, is a key. */
export const isKey = (key: string): key is PlainKey => Object.hasOwn(TEXTS, key);

/** A word that a node wrote into a result, such as the title of a column. Other words stay as they are. */
export function madeText(word: string): string {
  const key = `made.${word}`;
  return isKey(key) ? t(key) : word;
}

/** Title and help of a node, port or param. */
export interface TitleAndHelp {
  readonly title: string;
  readonly help: string;
}

/** Texts of a node type in the current language. Without a translation, they are as the author wrote them. */
export interface NodeText extends TitleAndHelp {
  port(side: 'inputs' | 'outputs', name: string): TitleAndHelp;
  param(name: string): TitleAndHelp;
}

/** Titles and help of a node type, its ports and its params, in the current language. */
export function nodeText(type: string): NodeText {
  const descriptor = descriptorOf(type);
  return {
    title: descriptor?.title ?? type,
    help: descriptor?.description ?? '',
    port(side, name) {
      const port = descriptor?.[side].find((one) => one.name === name);
      return { title: port?.title ?? name, help: port?.help ?? '' };
    },
    param(name) {
      const param = descriptor?.params.find((one) => one.name === name);
      return { title: param?.title ?? name, help: param?.help ?? '' };
    },
  };
}

/** The title of a category: `compare` is "Compare". An unknown category keeps its own name. */
export function categoryText(category: string): string {
  const key = `category.${category}`;
  return isKey(key) ? t(key) : category;
}
