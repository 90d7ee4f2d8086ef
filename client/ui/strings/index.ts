import type { Workflow } from '../../../workflows/workflow.ts';
import { descriptorOf } from '../api/catalogue.ts';
import { en } from './en.ts';
import { type Language, useLanguage } from './language.ts';
import { zh } from './zh.ts';
import { zhStarters } from './zh-starters.ts';

export { LANGUAGES, type Language, useLanguage } from './language.ts';

/** A key of the catalogue. */
export type StringKey = keyof typeof en;

/** Every text of the editor, by language. */
export const CATALOGUE: Readonly<Record<Language, Readonly<Record<StringKey, string>>>> = { en, zh };

/** A text of the catalogue in the language chosen, with its `{vars}` filled in. */
export function t(key: StringKey, vars: Readonly<Record<string, string | number>> = {}): string {
  const text = CATALOGUE[useLanguage.getState().language][key];
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(vars[name] ?? whole));
}

/** Whether a name made at run time, such as of a category, is a key. */
export const isKey = (key: string): key is StringKey => Object.hasOwn(en, key);

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
