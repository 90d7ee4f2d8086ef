import { expect, test } from 'vitest';
import { word } from '../../nodes/sdk/index.ts';
import { fewLeftOut } from '../../server/runner/plain-events.ts';

const leftOut = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `${at}.png`, reason: word('run.cancelled') }));

test('a list of up to 100 left-out pictures stays whole', () => {
  expect(fewLeftOut(leftOut(100))).toEqual(leftOut(100));
});

test('a longer list keeps 100 pictures and counts the others', () => {
  const few = fewLeftOut(leftOut(112));
  expect(few.slice(0, 100)).toEqual(leftOut(100));
  expect(few.slice(100)).toEqual([
    {
      name: '…',
      reason: {
        code: 'result.not-listed',
        args: { count: 12 },
        message: '12 more pictures were left out; they are not listed here.',
      },
    },
  ]);
});
