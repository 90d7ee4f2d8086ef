import { type ArgList, fill, type Message } from '../../../nodes/sdk/messages.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { descriptorOf } from '../api/catalogue.ts';
import { canvas } from './canvas.ts';
import { useLanguage } from './language.ts';
import { results } from './results.ts';
import { widgets } from './widgets.ts';
import { workbench } from './workbench.ts';
import { zhStarters } from './zh-starters.ts';

export { LANGUAGES, type Language, useLanguage } from './language.ts';

/** Every text of the editor, in each language. */
export const TEXTS = { ...canvas, ...results, ...widgets, ...workbench };

/** A key of {@link TEXTS}. */
export type StringKey = keyof typeof TEXTS;

/** A key whose text has no holes: a title of a command, a name made at run time. */
export type PlainKey = {
  [Key in StringKey]: ArgList<(typeof TEXTS)[Key]['en']> extends [] ? Key : never;
}[StringKey];

/** A text of the editor in the language chosen. Its holes say which values it takes. */
export function t<Key extends StringKey>(key: Key, ...[args]: ArgList<(typeof TEXTS)[Key]['en']>): string {
  const { language } = useLanguage.getState();
  return fill(TEXTS[key][language], args as Message['args'], language);
}

/** A text whose key is only known at run time. */
export const textAt = (key: StringKey, args?: Message['args']): string => {
  const { language } = useLanguage.getState();
  return fill(TEXTS[key][language], args, language);
};

/** Whether a name made at run time, such as of a category, is a key. */
export const isKey = (key: string): key is PlainKey => Object.hasOwn(TEXTS, key);

/** Title and help of a thing. */
export interface TitleAndHelp {
  readonly title: string;
  readonly help: string;
}

/** Texts of a node type, in the language chosen; of one that nobody here translated, as its author wrote them. */
export interface NodeText extends TitleAndHelp {
  port(side: 'inputs' | 'outputs', name: string): TitleAndHelp;
  param(name: string): TitleAndHelp;
}

/** Title and help of a node type and of its ports and params, in the language chosen. */
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

/** A category's name: `compare` is "Compare". One that nobody here knows is called by its own name. */
export function categoryText(category: string): string {
  const key = `category.${category}`;
  return isKey(key) ? t(key) : category;
}

function translated<T>(value: T): T {
  if (typeof value === 'string') return (zhStarters[value] ?? value) as T;
  return value;
}

/** A workflow that ships, with its titles, help and notes in the language chosen. What it does stays the same. */
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
