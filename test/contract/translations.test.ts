import { describe, expect, test } from 'vitest';
import {
  type AnyNodeDefinition,
  describeNode,
  type NodeDescriptor,
  SDK_TEMPLATES,
  type Templates,
} from '../../nodes/sdk/index.ts';
import { MESSAGES } from '../../server/contract/messages/index.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { WORKFLOW_TEMPLATES } from '../../workflows/messages.ts';

const registry = await loadNodes();
const hasChinese = (text: string | undefined) => /\p{Script=Han}/u.test(text ?? '');

/** The texts of a node without a Chinese translation, such as `inputs.queries.help`. */
function untranslated({ translations, ...node }: NodeDescriptor): string[] {
  const own = translations?.zh;
  const missing: string[] = [];
  if (!own?.title) missing.push('title');
  if (!hasChinese(own?.description)) missing.push('description');
  for (const side of ['inputs', 'params', 'outputs'] as const)
    for (const { name } of node[side]) {
      const texts = own?.[side]?.[name];
      // A title such as "k" or "JSON" is the same in both languages.
      if (!texts?.title) missing.push(`${side}.${name}.title`);
      if (!hasChinese(texts?.help)) missing.push(`${side}.${name}.help`);
    }
  for (const { name, choices = [] } of node.params)
    for (const { value } of choices)
      if (!own?.params?.[name]?.choices?.[value]) missing.push(`params.${name}.choices.${value}`);
  return missing;
}

const withoutHoles = (text: string) => text.replaceAll(/\{\w+.*?\}/g, '');

/** Codes of messages without Chinese. Titles are translated in their definitions. */
function untranslatedMessages(templates: Templates): string[] {
  return Object.entries(templates)
    .filter(([code, { en, zh }]) => {
      if (code.startsWith('title.')) return false;
      // `{title} ({notes})` has no words to translate.
      const hasWords = /[a-z]/i.test(withoutHoles(en));
      return zh === undefined || (hasWords && !hasChinese(withoutHoles(zh)));
    })
    .map(([code]) => code);
}

/** All texts and messages of a node without Chinese. */
const untranslatedIn = (node: NodeDescriptor): string[] => [
  ...untranslated(node),
  ...untranslatedMessages(node.messages ?? {}).map((code) => `messages.${code}`),
];

/** A node outside the repository. Its author writes only English. */
const plain: AnyNodeDefinition = {
  title: 'Loudest',
  description: 'Finds the loudest picture.',
  inputs: {},
  params: {},
  outputs: {},
  run: () => ({}),
};

describe('in Chinese', () => {
  // Contributors need not write Chinese. Here it is a warning, and in CI a failure.
  test('every node of the repository has all its texts', () => {
    const lines = registry
      .descriptors()
      .map((node) => ({ type: node.type, missing: untranslatedIn(node) }))
      .filter(({ missing }) => missing.length > 0)
      .map(({ type, missing }) => `  ${type}: ${missing.join(', ')}`);
    if (process.env.CI) expect(lines).toEqual([]);
    else if (lines.length > 0)
      console.warn(`WARNING: nodes with texts that have no Chinese (a failure in CI):\n${lines.join('\n')}`);
  });

  test('every text that is missing is found', () => {
    expect(untranslatedIn(describeNode('loud/loudest', plain))).toEqual(['title', 'description']);
    const [node] = registry.descriptors();
    const { translations: _, ...rest } = node!;
    expect(untranslated(rest)).toHaveLength(
      2 +
        2 * (rest.inputs.length + rest.params.length + rest.outputs.length) +
        rest.params.flatMap(({ choices = [] }) => choices).length,
    );
  });

  test('every message of the sdk and of workflow files has its text', () => {
    expect(untranslatedMessages({ ...SDK_TEMPLATES, ...WORKFLOW_TEMPLATES })).toEqual([]);
  });
});

test('no two templates share a code', () => {
  const nodes = registry.descriptors().map(({ messages = {} }) => messages);
  const codes = [SDK_TEMPLATES, MESSAGES, ...nodes].flatMap((templates) => Object.keys(templates));
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
});
