import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from '../../nodes/sdk/index.ts';

describe('seeded random', () => {
  // First four 32-bit words of xoshiro128** with splitmix32 seeding, from a separate implementation in Python integers.
  test.each([
    [0, [1789933344, 44971166, 2521387044, 3848737593]],
    [42, [660444221, 3652823732, 77672526, 910233633]],
    [2 ** 31 - 1, [230072531, 684329983, 4262003541, 2574601272]],
  ])('seed %d gives the numbers of the reference', (seed, expected) => {
    const random = seededRandom(seed);
    expect(expected.map(() => random() * 2 ** 32)).toEqual(expected);
  });

  test('a shuffle keeps every item and leaves the list alone', () => {
    const items = Object.freeze(Array.from({ length: 100 }, (_, i) => i));
    const mixed = shuffled(items, seededRandom(1));
    expect(mixed).not.toEqual(items);
    expect([...mixed].sort((a, b) => a - b)).toEqual(items);
  });

  test('a shuffle puts every item in every place about equally often', () => {
    const random = seededRandom(7);
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let n = 0; n < 8000; n++)
      for (const [place, item] of shuffled([0, 1, 2, 3], random).entries()) counts[item]![place]!++;
    // 2000 are expected with a standard deviation of 39. Five standard deviations are allowed.
    for (const count of counts.flat()) expect(Math.abs(count - 2000)).toBeLessThan(195);
  });
});
