import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchNode, setParam } from '../../../client/document/edits.ts';
import { documentActions } from '../../../client/document/store.ts';
import { openWorkflow } from '../../../client/document/tabs.ts';
import { recipesOf, useRecipes } from '../../../client/runs/recipes.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { workflow } from '../document/kit.ts';

const chain = (): Workflow =>
  workflow({ load: 'image/load', encode: 'encode/image', show: 'view/gallery', other: 'image/load' }, [
    'load.images > encode.images',
    'load.images > show.images',
  ]);
const changed = (change: (own: Workflow) => void): string[] => {
  const [before, after] = [chain(), chain()];
  change(after);
  const [one, two] = [recipesOf(before), recipesOf(after)];
  return Object.keys(one)
    .filter((id) => one[id] !== two[id])
    .sort();
};

describe('a recipe', () => {
  it('changes with a param, a mode, a type or a wire of a node, for that node and all it feeds', () => {
    expect(changed(({ nodes }) => void Object.assign(nodes[0]!, { params: { path: 'x' } }))).toEqual([
      'encode',
      'load',
      'show',
    ]);
    expect(changed(({ nodes }) => void Object.assign(nodes[1]!, { mode: 'mute' }))).toEqual(['encode']);
    expect(changed(({ nodes }) => void Object.assign(nodes[2]!, { type: 'image/filter' }))).toEqual(['show']);
    expect(changed((own) => void own.edges.pop())).toEqual(['show']);
  });

  it('does not change with a place, a title, the order of nodes, of params, or of wires into different ports', () => {
    expect(
      changed(({ nodes }) => void Object.assign(nodes[0]!, { title: 'Mine', position: { x: 9, y: 9 } })),
    ).toEqual([]);
    expect(changed(({ nodes, edges }) => void [nodes.reverse(), edges.reverse()])).toEqual([]);
    expect(changed(({ nodes }) => void Object.assign(nodes[0]!, { params: {} }))).toEqual([]);
    const made = (params: object) =>
      recipesOf({ nodes: [{ id: 'a', type: 'x/a', params: { ...params } }], edges: [] });
    expect(made({ a: 1, b: 2 })).toEqual(made({ b: 2, a: 1 }));
  });

  it('changes with the order of wires into one port', () => {
    const merge = (wires: string[]) =>
      recipesOf(workflow({ a: 'image/load', b: 'image/filter', all: 'output/merge' }, wires)).all;
    const [one, two] = ['a.images > all.parts', 'b.images > all.parts'] as const;
    expect(merge([one, two])).not.toBe(merge([two, one]));
  });

  it('is there for every node outside of a circle, and for none within', () => {
    const round = workflow({ a: 'image/filter', b: 'image/filter', free: 'image/load' }, [
      'a.images > b.images',
      'b.images > a.images',
    ]);
    expect(Object.keys(recipesOf(round))).toEqual(['free']);
  });

  it('differs wherever two texts differ', () => {
    const of = (text: string) =>
      recipesOf({ nodes: [{ id: 'a', type: 'x/a', params: { text } }], edges: [] }).a;
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => (a === b) === (of(a) === of(b))));
  });

  it('of the workflow that is edited follows its edits, and is the old one after an undo', () => {
    openWorkflow(chain());
    const before = useRecipes.getState();
    documentActions().edit('rename', (now) => patchNode(now, 'load', { title: 'Mine' }));
    expect(useRecipes.getState()).toBe(before);
    documentActions().edit('param', (now) => setParam(now, 'load', 'path', 'x'));
    expect(useRecipes.getState().encode).not.toBe(before.encode);
    expect(useRecipes.getState().other).toBe(before.other);
    documentActions().undo();
    expect(useRecipes.getState()).toEqual(before);
  });
});
