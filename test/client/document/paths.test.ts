import { describe, expect, test } from 'vitest';
import { guessed } from '../../../client/document/paths.ts';
import { pathsOf, withPaths } from '../../../server/contract/path-params.ts';
import type { Workflow } from '../../../workflows/workflow.ts';

describe('where another missing path may be', () => {
  test('is under the same folder, when that folder has moved', () => {
    expect(guessed('/Users/ana/Photos/trip', '~/Bilder/trip', '/Users/ana/Photos/cat.png')).toBe(
      '~/Bilder/cat.png',
    );
    expect(guessed('/Users/ana/Photos/trip', '~/Bilder/trip', '/Users/ana/Photos/trip/a/b.png')).toBe(
      '~/Bilder/trip/a/b.png',
    );
  });

  test('is in the chosen folder, also when that has another name', () => {
    expect(guessed('/Users/ana/trip', 'uploads:from-ana', '/Users/ana/trip/a.png')).toBe(
      'uploads:from-ana/a.png',
    );
    expect(guessed('/Users/ana/trip', '/home/bob/x', '/Users/ana/cat.png')).toBe('/home/bob/cat.png');
  });

  test('is found from a path of Windows, too', () => {
    expect(guessed('C:\\Users\\Ana\\trip', '~/trip', 'C:\\Users\\Ana\\cats\\1.png')).toBe('~/cats/1.png');
  });

  test('is unknown when the two have nothing in common', () => {
    expect(guessed('/Users/ana/trip', '~/trip', 'D:\\other')).toBeUndefined();
    expect(guessed('trip', '~/holiday', 'cats')).toBeUndefined();
  });
});

test('only params that are paths change, and everything else stays the same object', () => {
  const workflow: Workflow = {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'a', type: 'image/load-folder', params: { path: 'x', glob: 'x' } },
      { id: 'b', type: 'text/prompts', params: { prompts: ['x'] } },
      { id: 'c', type: 'own/many', params: { paths: ['x', 'y', ''] } },
      { id: 'd', type: 'image/load-folder' },
    ],
    edges: [],
  };
  const params = new Map([
    ['image/load-folder', ['path']],
    ['own/many', ['paths']],
  ]);
  expect(pathsOf(workflow, params)).toEqual(['x', 'y']);
  const moved = withPaths(workflow, params, (path) => `/${path}`);
  expect(moved.nodes[0]?.params).toEqual({ path: '/x', glob: 'x' });
  expect(moved.nodes[2]?.params).toEqual({ paths: ['/x', '/y', ''] });
  expect([moved.nodes[1], moved.nodes[3]]).toEqual([workflow.nodes[1], workflow.nodes[3]]);
  expect(moved.nodes[1]).toBe(workflow.nodes[1]);
});
