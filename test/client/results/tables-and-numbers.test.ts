import { describe, expect, test } from 'vitest';
import { readMatrix } from '../../../client/results/safetensors.ts';
import { shareText } from '../../../client/results/shares.ts';
import { nextSorting, sortRows } from '../../../client/results/sort-rows.ts';
import { formatBar, formatBytes, formatNumber, formatScore } from '../../../client/ui/format.ts';

describe('numbers as they are shown', () => {
  test('a score has two decimals and no negative zero', () => {
    expect([0.8765, 1, -0.001, -0.5, Number.NaN].map(formatScore)).toEqual([
      '0.88',
      '1.00',
      '0.00',
      '-0.50',
      '–',
    ]);
  });

  test('a bar is a count, a percentage or a score, as its metric says', () => {
    expect([formatBar(1234, 'count'), formatBar(0.98765, 'softmax'), formatBar(0.5, 'cosine')]).toEqual([
      '1,234',
      '98.8%',
      '0.50',
    ]);
  });

  test('a number keeps four digits, and whole ones all of theirs', () => {
    expect([12, 0.123456, 12.3456, 1234.5678, 0.00001234, 12345678.9].map(formatNumber)).toEqual([
      '12',
      '0.1235',
      '12.35',
      '1235',
      '1.234e-5',
      '1.235e+7',
    ]);
  });

  test('a size has at most three digits and its unit', () => {
    expect([0, 999, 1000, 123_456, 1_250_000, 999_999].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '123 kB',
      '1.3 MB',
      '1.0 MB',
    ]);
  });
});

describe('sorting a table', () => {
  const rows = [
    ['b10', 2],
    ['b9', null],
    ['a', 3],
    ['B9', 2],
  ] as const;
  test('numbers in names count as numbers, and equal rows keep their order', () => {
    expect(sortRows(rows, { column: 0, descending: false })).toEqual([2, 1, 3, 0]);
  });
  test('empty cells are last, whichever way', () => {
    expect(sortRows(rows, { column: 1, descending: true })).toEqual([2, 0, 3, 1]);
    expect(sortRows(rows, { column: 1, descending: false })).toEqual([0, 3, 2, 1]);
  });
  test('the third click gives back the order it came in', () => {
    const first = nextSorting(null, 1, true);
    const second = nextSorting(first, 1, true);
    expect([first?.descending, second?.descending, nextSorting(second, 1, true)]).toEqual([
      true,
      false,
      null,
    ]);
    expect(sortRows(rows, null)).toEqual([0, 1, 2, 3]);
  });
});

describe('the numbers of a matrix in a file', () => {
  const file = (header: object, numbers: readonly number[]) => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const whole = new Uint8Array(8 + text.length + numbers.length * 4);
    new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
    whole.set(text, 8);
    whole.set(new Uint8Array(new Float32Array(numbers).buffer), 8 + text.length);
    return whole.buffer;
  };
  const entry = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };
  test('are read wherever they lie', () => {
    for (const name of ['m', 'mm', 'mmm', 'mmmm']) {
      const read = readMatrix(file({ __metadata__: { a: 'b' }, [name]: entry }, [1, 2, 3, 4]));
      expect([read.rows, read.columns, [...read.values]]).toEqual([2, 2, [1, 2, 3, 4]]);
    }
  });
  test('a file cut short is told in a sentence', () => {
    expect(() => readMatrix(file({ m: entry }, [1, 2, 3]))).toThrow(/cannot be read: .*\.$/);
    expect(() => readMatrix(new ArrayBuffer(4))).toThrow(/cut short\.$/);
  });
});

describe('a share in a table of metrics', () => {
  const table = (rows: [string, number][]) => ({
    columns: [
      { key: 'metric', title: 'Metric', type: 'text' as const },
      { key: 'value', title: 'Value', type: 'number' as const },
    ],
    rows,
  });

  test('says of how many pictures it is, and that few are not enough', () => {
    const few = table([
      ['held-out pictures', 10],
      ['held-out accuracy', 0.9],
      ['held-out loss', 0.3],
    ]);
    expect(shareText(few, 1, 1)).toBe('9 of 10 right (90%): too few to be sure');
    expect([shareText(few, 0, 1), shareText(few, 2, 1), shareText(few, 1, 0)]).toEqual(
      Array(3).fill(undefined),
    );
    const many = table([
      ['held out', 84],
      ['held-out accuracy', 75 / 84],
    ]);
    expect(shareText(many, 1, 1)).toBe('75 of 84 right (89%)');
  });

  test('is a plain number if nobody says of how many', () =>
    expect(shareText(table([['held-out accuracy', 0.9]]), 0, 1)).toBeUndefined());
});
