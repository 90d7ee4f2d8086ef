import { expect, test } from 'vitest';
import { infoText } from '../../../client/canvas/wire-edge.tsx';
import { problemsByNode } from '../../../client/document/checks.ts';
import { useLanguage } from '../../../client/ui/strings/language.ts';
import type { Space } from '../../../nodes/sdk/space.ts';

const space: Space = {
  encoder: 'clip',
  title: 'CLIP B/32',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  dims: 512,
  normalized: false,
};

test('a wire says shape and space', () =>
  expect(infoText({ count: 12, dims: 512, space })).toBe('12 × 512, CLIP B/32'));
test('an unknown count is a question mark', () => expect(infoText({ space })).toBe('? × 512, CLIP B/32'));
test('a list says how many', () => expect(infoText({ type: 'images', count: 20 })).toBe('20'));
test('nothing known says nothing', () => expect(infoText({ type: 'images' })).toBe(''));

test('in Chinese the comma is Chinese, and so are the notes of a space', () => {
  useLanguage.setState({ language: 'zh' });
  const adapted = { ...space, adapter: { id: 'mine', hash: 'h', strength: 0.5 } };
  expect(infoText({ count: 12, dims: 512, space })).toBe('12 × 512，CLIP B/32');
  expect(infoText({ count: 12, space: adapted })).toContain('适配器 mine × 0.5');
  useLanguage.setState({ language: 'en' });
});

test('a node whose problems stay keeps its list, so that it is not drawn again', () => {
  const problem = (nodeId: string, message: string) => ({ code: 'x', nodeId, message });
  const before = problemsByNode([problem('a', 'one'), problem('b', 'two')], {});
  const after = problemsByNode([problem('a', 'one'), problem('b', 'three')], before);
  expect(after.a).toBe(before.a);
  expect(after.b).not.toBe(before.b);
});
