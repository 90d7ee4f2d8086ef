import { describe, expect, test } from 'vitest';
import {
  type Cell,
  firstCells,
  type Ops,
  type Tabular,
  type TextItem,
  tableOf,
} from '../../nodes/sdk/index.ts';

const text = (name: string, label?: string): TextItem => ({
  kind: 'text',
  text: name,
  ...(label && { label }),
});
const noOps = {} as Ops;

async function rowsOf(value: Tabular): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const row of tableOf(value, noOps).rows()) rows.push([...row]);
  return rows;
}

describe('a value as a table', () => {
  test('matches have a row for every ranked answer', async () => {
    const results = [
      {
        query: text('q'),
        results: [
          { item: text('a', 'x'), index: 3, score: 0.9 },
          { item: text('b'), index: 1, score: 0.5 },
        ],
      },
      { query: text('r'), results: [] },
    ];
    const value: Tabular = { kind: 'matches', metric: 'cosine', results, skipped: [] };
    expect(tableOf(value, noOps).columns.map(({ title }) => title)).toEqual([
      'Query',
      'Rank',
      'Match',
      'Label',
      'Score',
    ]);
    expect(await rowsOf(value)).toEqual([
      ['q', 1, 'a', 'x', 0.9],
      ['q', 2, 'b', null, 0.5],
    ]);
  });

  test('labels have a score only where there is one', async () => {
    const items = [text('a'), text('b')];
    expect(await rowsOf({ kind: 'labels', items, labels: ['x', null] })).toEqual([
      ['a', 'x'],
      ['b', null],
    ]);
    expect(await rowsOf({ kind: 'labels', items, labels: ['x', null], scores: [0.5, 0.1] })).toEqual([
      ['a', 'x', 0.5],
      ['b', null, 0.1],
    ]);
  });

  test('metrics have a row a number, lists one for each part', async () => {
    expect(await rowsOf({ kind: 'metrics', values: { images: 2, mean: [0.1, 0.2] } })).toEqual([
      ['images', 2],
      ['mean 1', 0.1],
      ['mean 2', 0.2],
    ]);
  });

  test('columns that no spreadsheet opens are refused, and told what to do', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => text(String(n)));
    const scores = { form: 'dense', tensor: undefined as never } as const;
    const value: Tabular = {
      kind: 'similarity',
      queries: [],
      gallery: many,
      metric: 'cosine',
      scores,
      skipped: [],
    };
    expect(() => tableOf(value, noOps)).toThrow(
      /20000 columns opens in no spreadsheet\. Rank with Top k first/,
    );
  });

  test('the first cells are the first, and no more rows are made than shown', async () => {
    let made = 0;
    const columns = ['a', 'b', 'c'].map((key) => ({ key, title: key, type: 'number' as const }));
    const source = {
      columns,
      total: 100,
      async *rows() {
        for (; made < 100; made++) yield [made, -made, 0];
      },
    };
    expect(await firstCells(source, { rows: 2, columns: 2 })).toEqual({
      kind: 'table',
      columns: columns.slice(0, 2),
      rows: [
        [0, -0],
        [1, -1],
      ],
    });
    expect(made).toBeLessThanOrEqual(2);
  });
});
