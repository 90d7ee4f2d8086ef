import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentOf, workflowOf } from '../../../../client/document/content.ts';
import { retitleInput, toggleInput } from '../../../../client/document/edits.ts';
import { nameOfNode } from '../../../../client/document/node-name.ts';
import { inOwnWords } from '../../../../client/document/own-words.ts';
import { starterText, withOwnWords } from '../../../../client/document/starters.ts';
import { categoryOf, withOwnWords as inWords } from '../../../../client/results/label-text.ts';
import { leftOutText } from '../../../../client/runs/left-out.ts';
import { useCatalogue } from '../../../../client/ui/api/catalogue.ts';
import { type Language, useLanguage } from '../../../../client/ui/strings/index.ts';
import { licenseText } from '../../../../client/ui/strings/model-text.ts';
import { told } from '../../../../client/ui/strings/told.ts';
import {
  folderText,
  inputTitleText,
  ownWords,
  workflowText,
} from '../../../../client/ui/strings/workflow-text.ts';
import { zhSamples, zhStarters } from '../../../../client/ui/strings/zh-starters.ts';
import { valueText } from '../../../../client/widgets/check-param.ts';
import { nodeName } from '../../../../nodes/sdk/words.ts';
import { type ReadView, readView } from '../../../../server/contract/view.ts';
import { loadNodes } from '../../../../server/load-nodes.ts';
import { parseWorkflow } from '../../../../workflows/parse.ts';
import { serializeWorkflow } from '../../../../workflows/serialize.ts';

const root = join(import.meta.dirname, '../../../..');
const starters = readdirSync(join(root, 'workflows')).filter((name) => name.endsWith('.json'));
const read = (file: string) =>
  parseWorkflow(readFileSync(join(root, 'workflows', file), 'utf8')).workflow ??
  expect.unreachable(`${file} is no workflow`);
const registry = await loadNodes();
const speak = (language: Language) => useLanguage.setState({ language });
const hasChinese = (text: string) => /\p{Script=Han}/u.test(text);

beforeEach(() => {
  useCatalogue.setState({ types: Object.fromEntries(registry.descriptors().map((one) => [one.type, one])) });
});
afterEach(() => {
  speak('en');
  useCatalogue.setState({ types: {} });
});

/** All texts of a workflow that the studio shows, as it shows them. */
function shown(file: string): string[] {
  const workflow = read(file);
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, type]));
  return [
    ...Object.values(starterText({ name: workflow.name!, description: workflow.description! })),
    ...workflow.nodes.map(nameOfNode),
    ...(workflow.notes ?? []).map(({ text }) => workflowText(text)),
    ...(workflow.inputs ?? []).map(({ node, param, title }) =>
      inputTitleText(types.get(node)!, param, title),
    ),
    ...[...(workflow.inputs ?? []), ...(workflow.outputs ?? [])].map(({ help }) => workflowText(help!)),
  ];
}

describe.each(starters)('%s', (file) => {
  test('is Chinese throughout when Chinese is chosen, and English again afterwards', () => {
    const before = shown(file);
    expect(before.filter(hasChinese)).toEqual([]);
    speak('zh');
    const chinese = shown(file);
    expect(chinese.filter((text) => !hasChinese(text))).toEqual([]);
    // A workflow that an earlier version saved in Chinese is shown in English.
    speak('en');
    const texts = [...read(file).notes!.map(({ text }) => text), read(file).name!, read(file).description!];
    for (const text of texts) expect(workflowText(zhStarters[text]!)).toBe(text);
  });

  test('is the same file whatever the language, apart from the words that it looks for', () => {
    const open = () => serializeWorkflow(workflowOf(contentOf(withOwnWords(read(file)))));
    const english = open();
    expect(english).toBe(serializeWorkflow(workflowOf(contentOf(read(file)))));
    speak('zh');
    const lines = english.split('\n');
    const changed = open()
      .split('\n')
      .filter((line, at) => line !== lines[at]);
    const words = Object.values(zhSamples).map((word) => JSON.stringify(word));
    for (const line of changed)
      expect(
        words.some((word) => line.includes(word)),
        line,
      ).toBe(true);
  });
});

describe('a text that a person wrote', () => {
  const cats = { type: 'compare/top-k', title: 'My cats' };

  test('is shown as it is in every language', () => {
    speak('zh');
    expect(nameOfNode(cats)).toBe('My cats');
    expect(workflowText('Where is my dog?')).toBe('Where is my dog?');
    speak('en');
    expect(nameOfNode({ ...cats, title: '我的猫' })).toBe('我的猫');
  });

  test('follows the language if it is the title of the type', () => {
    speak('zh');
    expect(nameOfNode({ ...cats, title: 'Top k' })).toBe('前 k 名');
    speak('en');
    expect(nameOfNode({ ...cats, title: '前 k 名' })).toBe('Top k');
    expect(inputTitleText('compare/top-k', 'k', '数量（k）')).toBe('How many (k)');
  });
});

test('a param in the form has the title of the param until someone gives it another', () => {
  const content = contentOf({
    format: 'patchbay',
    version: 1,
    nodes: [{ id: 'top', type: 'compare/top-k' }],
    edges: [],
  });
  speak('zh');
  const added = toggleInput(content, 'top', 'k');
  expect(added.inputs).toEqual([{ name: 'k', node: 'top', param: 'k' }]);
  const named = retitleInput(added, 'k', 'Wie viele');
  expect(named.inputs[0]).toMatchObject({ title: 'Wie viele' });
  expect(retitleInput(named, 'k', '').inputs).toEqual(added.inputs);
});

test('a message names a node as the canvas does', () => {
  const name = nodeName({ type: 'encode/image', title: 'Encode query' }, undefined);
  expect(told({ code: 'x', message: 'x', args: {} })).toBe('x');
  expect(told(name)).toBe('*Encode query*');
  speak('zh');
  expect(told(name)).toBe('“编码查询”');
});

describe('the categories of the sample pictures', () => {
  const sample = { title: 'fruit/lemon-noto.png', isPicture: true };

  test('are in the language of the reader, whoever sorted them', () => {
    speak('zh');
    expect(categoryOf(sample, 'fruit')).toBe('水果');
    expect(folderText('sample:pictures/fruit', 'fruit')).toBe('水果');
    speak('en');
    expect(categoryOf(sample, '水果')).toBe('fruit');
  });

  test('are all translated', () => {
    speak('zh');
    for (const { name } of readdirSync(join(root, 'workflows/samples/pictures'), { withFileTypes: true }))
      expect(hasChinese(folderText('sample:pictures', name)), name).toBe(true);
  });

  test('leave the categories of other pictures as they are', () => {
    speak('zh');
    expect(categoryOf({ title: 'fruit/IMG_1.jpg', isPicture: true }, 'fruit')).toBe('fruit');
    expect(folderText('/home/me/fruit', 'fruit')).toBe('fruit');
  });
});

describe('the words that a template looks for', () => {
  const words = ['red apple', 'guitar', 'snow'];
  const chinese = ['红苹果', '吉他', '雪'];

  test('are in the language of the reader, whichever language they were written in', () => {
    expect(ownWords(words)).toBe(words);
    expect(ownWords(chinese)).toEqual(words);
    speak('zh');
    expect(ownWords(words)).toEqual(chinese);
    expect(ownWords(chinese)).toBe(chinese);
  });

  test('stay as they were written once somebody changed them', () => {
    speak('zh');
    for (const own of [['red apple', 'guitar'], [...words, 'my dog'], ['cat'], [], 'red apple', 7])
      expect(ownWords(own)).toBe(own);
  });

  test('are written as they are shown before a run, and nothing else changes', () => {
    const english = contentOf(read('zero-shot-labels.json'));
    expect(inOwnWords(english)).toBe(english);
    speak('zh');
    const written = inOwnWords(english);
    expect(written.nodes.labels?.params?.prompts).toContain('动物');
    expect({ ...written, nodes: { ...written.nodes, labels: english.nodes.labels } }).toEqual(english);
    speak('en');
    expect(inOwnWords(written).nodes.labels).toEqual(english.nodes.labels);
  });

  test('are written for a node that still has its default', () => {
    const content = contentOf({
      format: 'patchbay',
      version: 1,
      nodes: [{ id: 'p', type: 'text/prompts' }],
      edges: [],
    });
    expect(inOwnWords(content)).toBe(content);
    speak('zh');
    expect(inOwnWords(content).nodes.p?.params).toEqual({ prompts: ['猫', '狗'] });
  });

  test('are the queries of a result too', () => {
    const view = readView({
      view: 'matches',
      matches: words.map((text) => ({ query: { text }, results: [] })),
    });
    const queries = (one: ReadView) =>
      one.view === 'matches' ? one.matches.map(({ query }) => query.title) : [];
    expect(queries(inWords(view))).toEqual(words);
    speak('zh');
    expect(queries(inWords(view))).toEqual(chinese);
    const own = readView({ view: 'matches', matches: [{ query: { text: 'cat' }, results: [] }] });
    expect(queries(inWords(own))).toEqual(['cat']);
  });

  test('are in the hint of a reset, beside choices and switches in words', () => {
    const choices = [{ value: 'last', title: '最后一层' }];
    expect(valueText({}, ['cat', 'dog'])).toBe('cat, dog');
    expect([true, false].map((on) => valueText({}, on))).toEqual(['on', 'off']);
    speak('zh');
    expect(valueText({}, ['cat', 'dog'])).toBe('猫、狗');
    expect([true, false].map((on) => valueText({}, on))).toEqual(['开', '关']);
    expect(valueText({ choices }, 'last')).toBe('最后一层');
    expect(valueText({}, 0.5)).toBe('0.5');
  });
});

test('a list and what stands in brackets have the marks of the language', () => {
  const skipped = [
    { name: 'a.jpg', reason: 'It is empty.' },
    { name: 'b.jpg', reason: 'It is empty.' },
  ];
  expect(leftOutText(skipped)).toContain('a.jpg (It is empty), b.jpg');
  speak('zh');
  expect(leftOutText(skipped)).toContain('a.jpg（It is empty）、b.jpg');
});

test('a licence is in the language of the reader', () => {
  const license = 'Apple ML Research Model licence: research only';
  expect([licenseText(license), licenseText('MIT')]).toEqual([license, 'MIT']);
  speak('zh');
  expect([licenseText(license), licenseText('MIT')]).toEqual([
    'Apple ML Research Model 许可证：仅供研究',
    'MIT',
  ]);
});
