import { describe, expect, test } from 'vitest';
import { convertersBetween, typesThatFit, WiringView } from '../../../client/document/connect.ts';
import { contentOf, workflowOf } from '../../../client/document/content.ts';
import { removeAndSplice } from '../../../client/document/splice.ts';
import { TYPES, wiresOf, workflow } from './kit.ts';

const nodes = {
  load: 'image/load',
  encode: 'encode/image',
  cosine: 'compare/cosine',
  filter: 'image/filter',
  merge: 'output/merge',
};
const end = (text: string) => {
  const [node, port] = text.split('.');
  return { node: node!, port: port! };
};
const refusal = (wires: readonly string[], from: string, to: string, replacing = false, more = {}) =>
  new WiringView(contentOf(workflow({ ...nodes, ...more }, wires)), TYPES).refusal(
    end(from),
    end(to),
    replacing,
  );

describe('a wire is refused with a sentence', () => {
  test('from a node to itself', () => {
    expect(refusal([], 'filter.images', 'filter.images')?.code).toBe('edge.self');
  });

  test('when it is there already', () => {
    expect(refusal(['load.images > encode.images'], 'load.images', 'encode.images', true)?.code).toBe(
      'edge.duplicate',
    );
  });

  test('when the types do not fit, naming both nodes', () => {
    const found = refusal([], 'load.images', 'cosine.queries');
    expect(found?.code).toBe('edge.type-mismatch');
    expect(found?.message).toBe('*Cosine* takes embeddings at *Queries*, and *Load* gives pictures.');
  });

  test('when the input has one, unless that gives way', () => {
    const wires = ['load.images > encode.images'];
    expect(refusal(wires, 'filter.images', 'encode.images')?.code).toBe('input.occupied');
    expect(refusal(wires, 'filter.images', 'encode.images', true)).toBeNull();
  });

  test('when it would close a cycle', () => {
    const wires = ['filter.images > merge.parts'];
    expect(refusal(wires, 'merge.images', 'filter.images')?.code).toBe('edge.cycle');
  });

  test('to a port that is not there', () => {
    expect(refusal([], 'load.images', 'encode.image')?.code).toBe('port.unknown');
  });
});

describe('a wire is taken', () => {
  test('beside others where a port takes many', () => {
    expect(refusal(['load.images > merge.parts'], 'filter.images', 'merge.parts')).toBeNull();
  });

  test('by a node nobody knows: every port might exist', () => {
    expect(refusal([], 'load.images', 'odd.anything', false, { odd: 'not/there' })).toBeNull();
  });
});

describe('a reroute carries what comes in', () => {
  const more = { dot: 'flow/reroute', dot2: 'flow/reroute' };

  test('so what does not fit behind it is refused', () => {
    const wires = ['load.images > dot.value', 'dot.value > dot2.value'];
    expect(refusal(wires, 'dot2.value', 'cosine.queries', false, more)?.code).toBe('edge.type-mismatch');
    expect(refusal(wires, 'dot2.value', 'encode.images', false, more)).toBeNull();
  });

  test('and unwired it may carry anything', () => {
    expect(refusal([], 'dot.value', 'cosine.queries', false, more)).toBeNull();
  });
});

test('what fits is listed, what takes anything last', () => {
  const found = typesThatFit(TYPES, 'inputs', ['images']).map(
    ({ type, port }) => `${type.type}.${port.name}`,
  );
  expect(found).toEqual([
    'image/filter.images',
    'encode/image.images',
    'output/merge.parts',
    'view/gallery.images',
    'flow/reroute.value',
  ]);
});

test('a converter takes what one end gives and gives what the other takes', () => {
  const found = convertersBetween(TYPES, ['images'], ['embeddings']);
  expect(found).toEqual([{ type: 'encode/image', title: 'Image', input: 'images', output: 'embeddings' }]);
  expect(convertersBetween(TYPES, ['similarity'], ['images'])).toEqual([]);
});

describe('deleting', () => {
  const spliced = (wires: readonly string[], gone: readonly string[]) =>
    wiresOf(workflowOf(removeAndSplice(contentOf(workflow(nodes, wires)), new Set(gone), new Set(), TYPES)));

  test('a node within a chain joins its neighbours', () => {
    expect(spliced(['load.images > filter.images', 'filter.images > encode.images'], ['filter'])).toEqual([
      'load.images > encode.images',
    ]);
  });

  test('two nodes within a chain join what stays', () => {
    const wires = [
      'load.images > filter.images',
      'filter.images > merge.parts',
      'merge.images > encode.images',
    ];
    expect(spliced(wires, ['filter', 'merge'])).toEqual(['load.images > encode.images']);
  });

  test('a node whose neighbours do not fit leaves a gap', () => {
    expect(
      spliced(['load.images > encode.images', 'encode.embeddings > cosine.queries'], ['encode']),
    ).toEqual([]);
  });
});
