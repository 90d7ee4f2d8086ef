import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, csvLine, type Delimiter } from '../../nodes/sdk/index.ts';

/** A reader of RFC 4180, written apart from the writer. */
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

  test('any texts come back as they were, but for the apostrophe before a formula', () => {
    const line = fc.array(fc.string({ unit: 'binary' }), { minLength: 1 });
    fc.assert(
      fc.property(line, fc.constantFrom<Delimiter>(',', ';', '\t'), (cells, delimiter) => {
        const expected = cells.map((cell) => (/^[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell));
        expect(read(csvLine(cells, delimiter), delimiter)).toEqual([expected]);
      }),
    );
  });
});
