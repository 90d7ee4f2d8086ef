import { describe, expect, test } from 'vitest';
import { pathIn } from '../../../client/canvas/drop.ts';
import { walkOrder } from '../../../client/canvas/walk-nodes.ts';

const at = (id: string, x: number, y: number) => ({ id, x, y });

describe('the order of Tab', () => {
  test('follows the wires, branch by branch, wherever the nodes are', () =>
    expect(
      walkOrder(
        [at('show', 0, 0), at('cosine', 400, 0), at('a', 0, 500), at('b', 0, 900), at('encode', 200, 500)],
        [
          ['a', 'encode'],
          ['encode', 'cosine'],
          ['b', 'cosine'],
          ['cosine', 'show'],
        ],
      ),
    ).toEqual(['a', 'encode', 'b', 'cosine', 'show']));
  test('is from left to right and top to bottom without wires', () =>
    expect(walkOrder([at('c', 300, 0), at('b', 0, 200), at('a', 0, 0)], [])).toEqual(['a', 'b', 'c']));
  test('contains every node once, on a loop too', () =>
    expect(
      walkOrder(
        [at('a', 0, 0), at('b', 100, 0), at('c', 200, 0)],
        [
          ['a', 'b'],
          ['b', 'a'],
          ['b', 'c'],
        ],
      ).toSorted(),
    ).toEqual(['a', 'b', 'c']));
});

describe('a pasted path', () => {
  test('is recognised as file managers write it', () => {
    expect(pathIn('/home/me/My pictures')).toBe('/home/me/My pictures');
    expect(pathIn('"C:\\Users\\me\\cat.jpg"')).toBe('C:\\Users\\me\\cat.jpg');
    expect(pathIn('file:///home/me/My%20pictures')).toBe('/home/me/My pictures');
    expect(pathIn('file:///C:/Pictures')).toBe('C:/Pictures');
  });
  test('is not a sentence, a list or a web address', () => {
    expect(pathIn('a red apple / a green apple')).toBeUndefined();
    expect(pathIn('/one\n/two')).toBeUndefined();
    expect(pathIn('https://example.org/cat.jpg')).toBeUndefined();
    expect(pathIn('// a remark')).toBeUndefined();
  });
});
