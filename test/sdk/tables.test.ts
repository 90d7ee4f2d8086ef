import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Cell,
  csvLine,
  type Delimiter,
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
    expect(tableOf(value, noOps).items).toEqual([text('a', 'x'), text('b')]);
    const first = await firstCells(tableOf(value, noOps), { rows: 1, columns: 9 });
    expect(first.items).toEqual([text('a', 'x')]);
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

  test('metrics have one row per number, also for the numbers of a list', async () => {
    expect(await rowsOf({ kind: 'metrics', values: { images: 2, mean: [0.1, 0.2] } })).toEqual([
      ['images', 2],
      ['mean 1', 0.1],
      ['mean 2', 0.2],
    ]);
  });

  test('more columns than a spreadsheet can open are refused, and the message says what to do', () => {
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
      'No spreadsheet can open a table of 20000 columns. Rank with *Top k* first, or save the vectors with *Save embeddings*.',
    );
  });

  test('the first cells come without making more rows than shown', async () => {
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

/** A reader of RFC 4180, written independently of the writer. */
function read(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === delimiter) {
      rows.at(-1)!.push(cell);
      cell = '';
    } else if (char === '\r' && text[i + 1] === '\n') {
      rows.at(-1)!.push(cell);
      cell = '';
      rows.push([]);
      i++;
    } else cell += char;
  }
  return rows.slice(0, -1);
}

describe('a CSV line', () => {
  test.each<[Cell, string]>([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded ', '" padded "'],
    [null, ''],
    [true, 'true'],
    [-0.5, '-0.5'],
    [1e-7, '1e-7'],
  ])('%j is written as %j', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'the text %j is no formula any more',
    (text) => {
      const [[cell]] = read(csvLine([text]), ',') as [[string]];
      expect(cell).toBe(`'${text}`);
    },
  );

  test('a separator is quoted only where it separates', () => {
    expect(csvLine(['a,b', 'c;d'], ';')).toBe('a,b;"c;d"\r\n');
  });

  test('any text survives writing and reading, except for the apostrophe before a formula', () => {
    const line = fc.array(fc.string({ unit: 'binary' }), { minLength: 1 });
    fc.assert(
      fc.property(line, fc.constantFrom<Delimiter>(',', ';', '\t'), (cells, delimiter) => {
        const expected = cells.map((cell) => (/^[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell));
        expect(read(csvLine(cells, delimiter), delimiter)).toEqual([expected]);
      }),
    );
  });
});
