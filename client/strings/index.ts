import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { descriptorOf } from '../api/catalogue.ts';
import { en } from './en.ts';
import { type Language, useLanguage } from './language.ts';
import { zh } from './zh.ts';
import { zhNodes } from './zh-nodes.ts';
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
  /** A choice of a select. */
  choice(param: string, value: string): string;
}

const cache = new WeakMap<NodeDescriptor, Map<Language, NodeText>>();

function textOf(type: string, descriptor: NodeDescriptor | undefined, language: Language): NodeText {
  const own = language === 'zh' && Object.hasOwn(zhNodes, type) ? zhNodes[type] : undefined;
  return {
    title: own?.title ?? descriptor?.title ?? type,
    help: own?.help ?? descriptor?.description ?? '',
    port(side, name) {
      const port = descriptor?.[side].find((one) => one.name === name);
      const [title, help] = own?.[side]?.[name] ?? [port?.title ?? name, port?.help ?? ''];
      return { title, help };
    },
    param(name) {
      const param = descriptor?.params.find((one) => one.name === name);
      const [title, help] = own?.params?.[name] ?? [param?.title ?? name, param?.help ?? ''];
      return { title, help };
    },
    choice(param, value) {
      const choices = descriptor?.params.find((one) => one.name === param)?.choices;
      return own?.params?.[param]?.[2]?.[value] ?? choices?.find((one) => one.value === value)?.title ?? value;
    },
  };
}

/** Title and help of a node type and of its ports and params, in the language chosen. */
export function nodeText(type: string): NodeText {
  const { language } = useLanguage.getState();
  const descriptor = descriptorOf(type);
  if (!descriptor) return textOf(type, descriptor, language);
  const known = cache.get(descriptor) ?? new Map<Language, NodeText>();
  cache.set(descriptor, known);
  const text = known.get(language) ?? textOf(type, descriptor, language);
  known.set(language, text);
  return text;
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
