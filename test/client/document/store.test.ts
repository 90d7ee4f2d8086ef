import { beforeEach, describe, expect, test, vi } from 'vitest';
import { copyItems, partsOfClip, readClip } from '../../../client/document/clipboard.ts';
import { contentOf } from '../../../client/document/content.ts';
import { addParts, moveItems, newNode, setParam } from '../../../client/document/edits.ts';
import { GESTURE_MS, MAX_STEPS } from '../../../client/document/history.ts';
import { contentIn, documentActions, useDocument } from '../../../client/document/store.ts';
import { workflow } from './kit.ts';

const content = contentOf(
  workflow({ load: 'image/load', encode: 'encode/image' }, ['load.images > encode.images']),
);
const state = () => useDocument.getState();
const setPath = (value: string) =>
  documentActions().edit('param', (now) => setParam(now, 'load', 'path', value), {
    merge: 'param:load:path',
  });
const move = (x: number) => documentActions().edit('move', (now) => moveItems(now, { load: { x, y: 0 } }));

beforeEach(() => documentActions().show('tab', content));

describe('undo', () => {
  test('takes back one gesture at a time, and gives it again', () => {
    move(1);
    move(2);
    documentActions().undo();
    expect(state().nodes.load?.position?.x).toBe(1);
    documentActions().undo();
    expect(contentIn(state())).toEqual(content);
    documentActions().redo();
    documentActions().redo();
    expect(state().nodes.load?.position?.x).toBe(2);
  });

  test('typing in one field is one step', () => {
    for (const text of ['c', 'ca', 'cat']) setPath(text);
    expect(state().history.past).toHaveLength(1);
    documentActions().undo();
    expect(state().nodes.load?.params?.path).toBeUndefined();
  });

  test('the same field after the gesture ended is another step', () => {
    setPath('a');
    documentActions().endGesture();
    setPath('b');
    expect(state().history.past).toHaveLength(2);
  });

  test('the same field after a pause is another step', () => {
    vi.useFakeTimers();
    try {
      setPath('a');
      vi.advanceTimersByTime(GESTURE_MS + 1);
      setPath('b');
      expect(state().history.past).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a change that changes nothing is no step', () => {
    documentActions().edit('move', (now) => moveItems(now, { load: { x: 0, y: 0 } }));
    expect(state().history.past).toHaveLength(0);
  });

  test('selecting is no step', () => {
    documentActions().select(['load']);
    expect(state().history.past).toHaveLength(0);
  });

  test('something new ends what could be done again', () => {
    move(1);
    documentActions().undo();
    move(3);
    documentActions().redo();
    expect(state().nodes.load?.position?.x).toBe(3);
  });

  test(`${MAX_STEPS} steps are kept`, () => {
    for (let x = 1; x <= MAX_STEPS + 50; x++) move(x);
    for (let n = 0; n < MAX_STEPS + 50; n++) documentActions().undo();
    expect(state().nodes.load?.position?.x).toBe(50);
  });

  test('pasting many nodes is one step', () => {
    const clip = copyItems(content, new Set(['load', 'encode']));
    const parts = partsOfClip(content, clip, { x: 0, y: 0 });
    documentActions().edit('paste', (now) => addParts(now, parts), {
      select: parts.nodes.map(({ id }) => id),
    });
    expect(state().order).toHaveLength(4);
    documentActions().undo();
    expect(contentIn(state())).toEqual(content);
  });

  test('brings back what was selected', () => {
    documentActions().select(['load']);
    const node = newNode(content, 'view/gallery', { x: 0, y: 0 });
    documentActions().edit('add', (now) => addParts(now, { nodes: [node] }), { select: [node.id] });
    documentActions().undo();
    expect([...state().selection]).toEqual(['load']);
  });
});

describe('the clipboard', () => {
  const text = JSON.stringify(copyItems(content, new Set(['load', 'encode'])));

  test('carries nodes with the wires among them, under free ids', () => {
    const parts = partsOfClip(content, readClip(text)!, { x: 1000, y: 500 });
    expect(parts.nodes.map(({ id, position }) => [id, position])).toEqual([
      ['load-2', { x: 1000, y: 500 }],
      ['encode-2', { x: 1300, y: 500 }],
    ]);
    expect(parts.edges.map(({ from, to }) => [from.node, to.node])).toEqual([['load-2', 'encode-2']]);
  });

  test('carries them into another workflow as they are called', () => {
    const other = contentOf(workflow({ other: 'image/load' }));
    const parts = partsOfClip(other, readClip(text)!, { x: 0, y: 0 });
    expect(parts.nodes.map(({ id }) => id)).toEqual(['load', 'encode']);
  });

  test('joins wires from outside only when asked, and only to nodes that are there', () => {
    const clip = copyItems(content, new Set(['encode']));
    expect(partsOfClip(content, clip, { x: 0, y: 0 }).edges).toEqual([]);
    const [edge] = partsOfClip(content, clip, { x: 0, y: 0 }, true).edges;
    expect(edge).toMatchObject({ from: { node: 'load' }, to: { node: 'encode-2' } });
    expect(partsOfClip(contentOf(workflow({})), clip, { x: 0, y: 0 }, true).edges).toEqual([]);
  });

  test('takes no other text for nodes', () => {
    for (const other of [
      '',
      'a sentence',
      '{"patchbay-clip": 1}',
      '"patchbay-clip" {',
      '{"patchbay-clip":1,"nodes":[{}]}',
    ])
      expect(readClip(other)).toBeUndefined();
  });
});
