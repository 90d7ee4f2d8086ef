import { expect, it } from 'vitest';
import { localized } from '../../../../client/ui/strings/localized.ts';
import topKNode from '../../../../nodes/compare/top-k.ts';
import loadImageNode from '../../../../nodes/image/load-image.ts';
import { type AnyNodeDefinition, describeNode } from '../../../../nodes/sdk/index.ts';

const topK = describeNode('compare/top-k', topKNode);

/** A node outside the repository, whose author writes only English. */
const plain: AnyNodeDefinition = {
  title: 'Loudest',
  description: 'Finds the loudest picture.',
  inputs: {},
  params: {},
  outputs: {},
  run: () => ({}),
};

it('a node shows its own translations', () => {
  const shown = localized(topK, 'zh');
  const own = topKNode.translations!.zh!;
  expect(shown).toMatchObject({ type: 'compare/top-k', title: own.title, description: own.description });
  expect(shown.params.find(({ name }) => name === 'k')?.help).toBe(own.params?.k?.help);
  expect(localized(topK, 'zh'), 'the same object each time').toBe(shown);
  expect(localized(topK, 'en')).toBe(topK);
});

it('the example in an empty field is translated', () => {
  const load = localized(describeNode('image/load-image', loadImageNode), 'zh');
  expect(load.params.find(({ name }) => name === 'path')?.placeholder).toBe('猫.jpg');
});

it('a node without translations shows the texts of its author', () => {
  const node = describeNode('loud/loudest', plain);
  expect(localized(node, 'zh')).toBe(node);
});

it('a text without a translation stays in English', () => {
  const half = { ...topK, translations: { zh: { title: '前 k 名', description: '最佳匹配。' } } };
  expect(localized(half, 'zh')).toMatchObject({ title: '前 k 名', inputs: topK.inputs, params: topK.params });
});
