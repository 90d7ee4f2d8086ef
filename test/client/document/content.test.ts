import { describe, expect, test } from 'vitest';
import { contentOf, freeId, workflowOf } from '../../../client/document/content.ts';
import { moveItems, patchNode, removeItems, setModes, setParam } from '../../../client/document/edits.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { wiresOf, workflow } from './kit.ts';

const chain = workflow({ load: 'image/load', encode: 'encode/image', far: 'view/gallery' }, [
  'load.images > encode.images',
  'load.images > far.images',
]);

describe('what is edited and its file', () => {
  test('a workflow comes back as it was, what is unknown included', () => {
    const file = {
      ...chain,
      edges: chain.edges.map((edge, index) => ({ ...edge, id: `e${index}`, color: 'red' })),
      future: { kept: true },
      groups: [{ id: 'g', title: 'A', position: { x: 0, y: 0 }, size: { width: 10, height: 10 } }],
      inputs: [{ name: 'query', node: 'load', param: 'path' }],
    } as Workflow;
    expect(workflowOf(contentOf(file))).toEqual(file);
  });

  test('a second node of one id gets another, and wires stay with the first', () => {
    const twice = { ...chain, nodes: [...chain.nodes, chain.nodes[0]!] };
    const content = contentOf(twice);
    expect(content.order).toEqual(['load', 'encode', 'far', 'load-2']);
    expect(wiresOf(workflowOf(content))).toEqual(wiresOf(chain));
  });

  test('a group that is called as a node gets another id', () => {
    const group = { id: 'load', title: '', position: { x: 0, y: 0 }, size: { width: 1, height: 1 } };
    expect(Object.keys(contentOf({ ...chain, groups: [group] }).groups)).toEqual(['load-2']);
  });

  test('free ids count on from the number that is there', () => {
    expect(freeId('a', () => false)).toBe('a');
    expect(freeId('a-2', (id) => ['a-2', 'a-3'].includes(id))).toBe('a-4');
  });
});

describe('edits keep the identity of what they do not touch', () => {
  const content = contentOf(chain);

  test('moving one node changes that node alone', () => {
    const next = moveItems(content, { load: { x: 5, y: 6 }, encode: { x: 300, y: 0 } });
    expect(next.nodes.load?.position).toEqual({ x: 5, y: 6 });
    expect(next.nodes.encode).toBe(content.nodes.encode);
    expect(next.edges).toBe(content.edges);
  });

  test('a move to where things are is no change', () => {
    expect(moveItems(content, { load: { x: 0, y: 0 } })).toBe(content);
  });

  test('the value that is there already is no change', () => {
    const set = setParam(content, 'load', 'path', 'a.png');
    expect(setParam(set, 'load', 'path', 'a.png')).toBe(set);
    expect(setParam(set, 'load', 'path', undefined).nodes.load?.params).toEqual({});
  });

  test('active is the absence of a mode', () => {
    const muted = setModes(content, ['load'], 'mute');
    expect(muted.nodes.load?.mode).toBe('mute');
    expect('mode' in setModes(muted, ['load'], 'active').nodes.load!).toBe(false);
  });

  test('a removed node takes its wires, inputs and outputs along', () => {
    const named = {
      ...content,
      inputs: [{ name: 'q', node: 'load', param: 'path' }],
      outputs: [{ name: 'v', node: 'far', port: 'view' }],
    };
    const next = removeItems(named, new Set(['load']), new Set());
    expect(next.edgeOrder).toEqual([]);
    expect(next.inputs).toEqual([]);
    expect(next.outputs).toBe(named.outputs);
  });

  test('a title of undefined is no title', () => {
    const titled = patchNode(content, 'load', { title: 'Mine' });
    expect('title' in patchNode(titled, 'load', { title: undefined }).nodes.load!).toBe(false);
  });
});
