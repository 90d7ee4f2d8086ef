import { describe, expect, test } from 'vitest';
import type { Table } from '../../nodes/sdk/index.ts';
import curve from '../../nodes/view/curve.ts';
import { runPure } from './run-pure.ts';

const number = (key: string, title: string) => ({ key, title, type: 'number' as const });
const history: Table = {
  kind: 'table',
  columns: [
    { key: 'note', title: 'Note', type: 'text' },
    number('step', 'Step'),
    number('loss', 'Loss'),
    number('held', 'Held out'),
  ],
  rows: [
    ['a', 1, 0.9, 1],
    ['b', 2, 0.5, null],
    ['c', 3, 0.4, 0.8],
  ],
};
const draw = async (params: Record<string, unknown> = {}, table = history) => {
  const { view } = await runPure(curve, { table }, params);
  if (view.view !== 'curve') throw new Error(view.view);
  return view;
};

describe('curve', () => {
  test('draws all columns of numbers over the first one, and leaves a gap where a number is missing', async () => {
    expect(await draw({ dashed: ['Held out'] })).toEqual({
      kind: 'view',
      view: 'curve',
      x: 'Step',
      y: '',
      total: 6,
      series: [
        {
          name: 'Loss',
          points: [
            [1, 0.9],
            [2, 0.5],
            [3, 0.4],
          ],
        },
        {
          name: 'Held out',
          dashed: true,
          points: [
            [1, 1],
            [2, Number.NaN],
            [3, 0.8],
          ],
        },
      ],
    });
  });

  test('draws the columns that were chosen, by title or key, in their order and up to the limit', async () => {
    const view = await draw({ x: 'loss', columns: ['held', '', 'Step'], limit: 1 });
    expect(view).toMatchObject({ x: 'Loss', total: 6 });
    expect(view.series).toEqual([
      { name: 'Held out', points: [[0.9, 1]] },
      { name: 'Step', points: [[0.9, 1]] },
    ]);
    expect((await draw({ columns: ['Loss'] })).y).toBe('Loss');
    expect((await draw({ columns: ['Loss'], axis: 'Nats' })).y).toBe('Nats');
  });

  test('draws the only column of numbers over the number of its row', async () => {
    const one: Table = { kind: 'table', columns: [number('v', 'Value')], rows: [[5], [7]] };
    expect(await draw({}, one)).toMatchObject({
      x: 'Row',
      series: [
        {
          name: 'Value',
          points: [
            [1, 5],
            [2, 7],
          ],
        },
      ],
    });
  });

  test('says which columns there are, and which hold no numbers', async () => {
    await expect(draw({ columns: ['Los'] })).rejects.toThrow(
      'The table has no column *Los*. It has Note, Step, Loss and Held out. Did you mean "Loss"?',
    );
    await expect(draw({ x: 'Note' })).rejects.toThrow(
      'The column *Note* holds no numbers, so it cannot be drawn. Choose a column of numbers.',
    );
    await expect(draw({}, { ...history, columns: [], rows: [] })).rejects.toThrow(
      /no column of numbers besides \*Row\*/,
    );
  });
});
