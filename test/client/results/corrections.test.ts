import { describe, expect, test } from 'vitest';
import { labelSetOf } from '../../../client/document/label-sets.ts';
import { markedAs } from '../../../client/results/pictures/corrections.ts';
import { useCatalogue } from '../../../client/ui/api/catalogue.ts';
import { readView, type ViewItem, type ViewOf } from '../../../server/contract/view.ts';

const item = (label?: string, not?: readonly string[]): ViewItem => ({
  title: 'a.png',
  isPicture: true,
  ...(label !== undefined && { label }),
  ...(not && { not }),
});

describe('the mark of a picture', () => {
  test('is the category that a person gave it, as long as the result shows another one', () => {
    expect(markedAs(item('cat'), { category: 'dog', not: [] })).toEqual({ to: 'dog' });
    expect(markedAs(item('dog'), { category: 'dog', not: ['cat'] })).toBeUndefined();
  });

  test('says that the shown category was ruled out, now or in the set', () => {
    expect(markedAs(item('cat'), { category: null, not: ['cat'] })).toEqual({ not: 'cat' });
    expect(markedAs(item('cat', ['cat']), undefined)).toEqual({ not: 'cat' });
    expect(markedAs(item('dog', ['cat']), undefined)).toBeUndefined();
    // Undone in this window, after the result was made.
    expect(markedAs(item('cat', ['cat']), { not: [] })).toBeUndefined();
  });

  test('comes with the result', () => {
    const view = readView({
      view: 'gallery',
      items: [{ path: 'a.png', label: 'cat', not: ['cat'], file: '/a.png', ref: 'r' }],
    }) as ViewOf<'gallery'>;
    expect(view.items[0]?.not).toEqual(['cat']);
  });
});

describe('the category set of a result', () => {
  const node = (id: string, type: string, set?: string) => ({
    [id]: { id, type, position: { x: 0, y: 0 }, ...(set !== undefined && { params: { set } }) },
  });
  const wire = (from: string, to: string) => ({
    [`${from}-${to}`]: { id: `${from}-${to}`, from: { node: from, port: 'x' }, to: { node: to, port: 'x' } },
  });
  const descriptor = { type: 'label/label-set', params: [{ name: 'set', widget: 'label-set' }] };
  useCatalogue.setState({ types: { 'label/label-set': descriptor } as never });

  test('is that of the node before it, otherwise the only one of the workflow', () => {
    const one = {
      nodes: {
        ...node('s', 'label/label-set', ' Pets '),
        ...node('v', 'view/gallery'),
        ...node('w', 'view/gallery'),
      },
      edges: wire('s', 'v'),
    };
    expect(labelSetOf(one as never, 'v')).toBe('Pets');
    expect(labelSetOf(one as never, 'w')).toBe('Pets');
    const two = { ...one, nodes: { ...one.nodes, ...node('t', 'label/label-set', 'Birds') } };
    expect(labelSetOf(two as never, 'v')).toBe('Pets');
    expect(labelSetOf(two as never, 'w')).toBeUndefined();
    const file = {
      nodes: { ...node('s', 'label/label-set', 'x/set.json'), ...node('v', 'view/gallery') },
      edges: {},
    };
    expect(labelSetOf(file as never, 'v')).toBeUndefined();
  });
});
