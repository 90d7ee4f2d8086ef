import { type ArgList, fill, type Message } from '../../../nodes/sdk/messages.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { descriptorOf } from '../api/catalogue.ts';
import { canvas } from './canvas.ts';
import { useLanguage } from './language.ts';
import { pictures } from './pictures.ts';
import { results } from './results.ts';
import { trash } from './trash.ts';
import { widgets } from './widgets.ts';
import { workbench } from './workbench.ts';
import { zhStarters } from './zh-starters.ts';

export { LANGUAGES, type Language, useLanguage } from './language.ts';

/** Every text of the studio, in each language. */
export const TEXTS = { ...canvas, ...pictures, ...results, ...trash, ...widgets, ...workbench };

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

function translated<T>(value: T): T {
  if (typeof value === 'string') return (zhStarters[value] ?? value) as T;
  return value;
}

/** An included workflow with its titles, help and notes in the current language. Nothing else changes. */
export function inOwnLanguage(workflow: Workflow): Workflow {
  if (useLanguage.getState().language === 'en') return workflow;
  const named = <T extends { title?: string; help?: string }>(one: T): T => ({
    ...one,
    ...(one.title !== undefined && { title: translated(one.title) }),
    ...(one.help !== undefined && { help: translated(one.help) }),
  });
  return {
    ...workflow,
    name: translated(workflow.name),
    description: translated(workflow.description),
    nodes: workflow.nodes.map((node) =>
      node.title === undefined ? node : { ...node, title: translated(node.title) },
    ),
    notes: workflow.notes?.map((note) => ({ ...note, text: translated(note.text) })),
    inputs: workflow.inputs?.map(named),
    outputs: workflow.outputs?.map(named),
  };
}
