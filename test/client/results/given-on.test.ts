import { expect, test } from 'vitest';
import { givenOnBy } from '../../../client/results/pictures/given-on.ts';

const hash = 'ab'.repeat(32);

test('what is given on is found by its path, and a stored picture by its content', () => {
  const { count, has } = givenOnBy([`${hash}:cats/1.png`, hash.toUpperCase(), 'cats/2.png']);
  expect(count).toBe(3);
  expect(has({ title: 'cats/1.png', isPicture: true, picture: { ref: 'r' } })).toBe(true);
  expect(has({ title: 'cats/2.png', isPicture: true })).toBe(true);
  expect(has({ title: 'cats/3.png', isPicture: true })).toBe(false);
  expect(has({ title: 'stored', isPicture: true, picture: { asset: hash } })).toBe(true);
  expect(has({ title: 'cats/1.png', isPicture: true, picture: { asset: 'cd'.repeat(32) } })).toBe(false);
  expect(has({ title: 'cats/2.png', isPicture: false })).toBe(false);
});
