import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CollectionColumn,
  type CollectionService,
  columnsOfCollection,
  type Item,
  itemTitle,
  type PatchbayError,
  parseFilter,
} from '../../nodes/sdk/index.ts';
import { addition, newRoot, range, service, signal } from './given.ts';

const work = { signal };
let store: CollectionService;

/** Pictures 0 to 99: `label` is cat, dog or none; `score` is n / 10; `Two words` is a text, empty for even n. */
beforeAll(async () => {
  store = service(newRoot());
  await store.save(
    'Pets',
    addition(range(0, 100), {
      label: (n) => ['cat', 'dog', undefined][n % 3],
      more: {
        columns: [
          { name: 'score', type: 'number' },
          { name: 'Two words', type: 'text' },
          { name: 'good', type: 'boolean' },
          { name: 'when', type: 'time' },
          { name: 'big', type: 'integer' },
        ],
        rows: range(0, 100).map((n) => [
          n / 10,
          n % 2 === 0 ? null : `it's ${n}%`,
          n % 5 === 0,
          new Date(Date.UTC(2026, 0, 1 + n)).toISOString(),
          `90071992547409${String(n).padStart(2, '0')}`,
        ]),
      },
    }),
    work,
  );
});

const numbersOf = (items: readonly Item[]) =>
  items.map((item) => Number.parseInt(itemTitle(item).slice(5), 10));
const fitting = async (filter: string) =>
  numbersOf(await (await store.open('Pets', '', filter, work)).items());
const all = range(0, 100);

/** Each filter with the same condition in JavaScript, written by hand. */
const SAME: readonly (readonly [string, (n: number) => boolean])[] = [
  ["label = 'cat'", (n) => n % 3 === 0],
  // Nothing overflows: it is computed in decimals.
  ['big * 999999999999999999 * 999999999999999999 > 0', () => true],
  ['abs(-big * big * big) > big', () => true],
  ['big > -900719925474099', () => true],
  ['big = 9007199254740917', (n) => n === 17],
  ["category = 'cat'", (n) => n % 3 === 0],
  ["Label='cat' AND score > 3", (n) => n % 3 === 0 && n > 30],
  ["label = 'cat' or label = 'dog' and score >= 5", (n) => n % 3 === 0 || (n % 3 === 1 && n >= 50)],
  ["(label = 'cat' OR label = 'dog') AND score >= 5.0", (n) => n % 3 < 2 && n >= 50],
  ["label <> 'cat'", (n) => n % 3 === 1],
  ["NOT label = 'cat'", (n) => n % 3 === 1],
  ['label IS NULL', (n) => n % 3 === 2],
  ['label is not null', (n) => n % 3 < 2],
  ["label IN ('cat', 'cow')", (n) => n % 3 === 0],
  ["label NOT IN ('cat', 'cow')", (n) => n % 3 === 1],
  ['score BETWEEN 2 AND 3.5', (n) => n >= 20 && n <= 35],
  ['score NOT BETWEEN 2 AND 3.5', (n) => n < 20 || n > 35],
  ['size % 10 = 3', (n) => n % 10 === 3],
  ['-size % 100 % 7 = 0', (n) => n % 7 === 0],
  ['big % 90071992547409000000 > 0', () => true],
  ['size % 0 = 1', () => false],
  ['size % 7 % 2.5 = 1', (n) => ((1000 + n) % 7) % 2.5 === 1],
  ['score * 10 % 7 = 3', (n) => Math.round(n) % 7 === 3 && ((n / 10) * 10) % 7 === 3],
  ['-score < -9.5', (n) => n > 95],
  ['score + 1 > 2 * (3 + 1)', (n) => n / 10 + 1 > 8],
  ["\"Two words\" = 'it''s 7%'", (n) => n === 7],
  ['"two WORDS" LIKE \'it_s 1%\'', (n) => n === 1 || (n >= 10 && n < 20 && n % 2 === 1)],
  ['lower("Two words") ILIKE \'IT%\'', (n) => n % 2 === 1],
  ["contains(path, '/9')", (n) => n === 9 || n >= 90],
  ["starts_with(path, 'pets/1') AND ends_with(path, '5.jpg')", (n) => n === 15],
  ['length(path) = 10', (n) => n < 10],
  ['good', (n) => n % 5 === 0],
  ['good = false and score < 1', (n) => n % 5 !== 0 && n < 10],
  ['NOT good AND NOT (score > 1)', (n) => n % 5 !== 0 && n <= 10],
  ["when >= '2026-03-01'", (n) => n >= 59],
  ["when < '2026-01-02T00:00:01Z'", (n) => n <= 1],
  ['month(when) = 2', (n) => n >= 31 && n < 59],
  ['size > 1050', (n) => n > 50],
  ['big = 9007199254740993', (n) => n === 93],
  ['version = 1', () => true],
  ["added > '2020-01-01' AND modified > '2023-11-14 22:13'", () => true],
  ["hash = '000000000000000000000000000000000000000000000000000000000000000a'", (n) => n === 1],
  ['1 = 1', () => true],
  ['false', () => false],
];

test.each(SAME)('%s', async (filter, condition) => {
  expect(await fitting(filter)).toEqual(all.filter(condition));
});

const columns = columnsOfCollection({
  columns: [
    { name: 'score', type: 'number' },
    { name: 'when', type: 'time' },
  ],
});
const parsed = (filter: string) => parseFilter(filter, columns, ({ name }: CollectionColumn) => `"${name}"`);
const codeOf = (filter: string) => {
  try {
    parsed(filter);
    return 'no error';
  } catch (error) {
    return (error as PatchbayError).code;
  }
};

test('as many terms as are allowed can be computed', async () => {
  expect(await fitting(`score > 1${'+0'.repeat(199)}`)).toEqual(all.filter((n) => n > 10));
  expect(await fitting(`score > 1${' AND score > 1'.repeat(199)}`)).toEqual(all.filter((n) => n > 10));
  expect(await fitting(`big IN (${'1,'.repeat(4000)}9007199254740917)`)).toEqual([17]);
});

describe('a filter is only a condition over columns', () => {
  test.each([
    ["label = 'a'; DROP TABLE x", 'filter.expected'],
    ['label = (SELECT 1)', 'filter.no-column'],
    ["path IN (SELECT path FROM read_csv('/etc/passwd'))", 'filter.no-column'],
    ["read_text('/etc/passwd') IS NOT NULL", 'filter.no-function'],
    ["getenv('HOME') = 'x'", 'filter.no-function'],
    ['constructor(path) = 1', 'filter.no-function'],
    ['__proto__ = 1', 'filter.no-column'],
    ['path = 1 -- comment', 'filter.no-column'],
    ["label = 'a' /* x */", 'filter.expected'],
    ["label = 'a", 'filter.expected'],
    ['label = "a', 'filter.expected'],
    ['label = $1', 'filter.expected'],
    ['label = ?', 'filter.expected'],
    ['label::INTEGER = 1', 'filter.expected'],
    ["label = E'a'", 'filter.no-column'],
    ['*', 'filter.expected'],
    ['', 'filter.expected'],
    ['label =', 'filter.expected'],
    ["label 'cat'", 'filter.expected'],
    ["label = 'a' AND", 'filter.expected'],
    ["label = 'a' 'b'", 'filter.expected'],
    ['label IN ()', 'filter.expected'],
    ['score BETWEEN 1', 'filter.expected'],
    ['label IS 1', 'filter.expected'],
    ["score = 'x'", 'filter.types'],
    ['label > 3', 'filter.types'],
    ['score LIKE 1', 'filter.needs'],
    ['score', 'filter.needs'],
    ['label AND score > 1', 'filter.needs'],
    ['label + 1 = 2', 'filter.needs'],
    ["when > 'yesterday'", 'filter.time'],
    ["when > '2026-13-45'", 'filter.time'],
    ['lower(label, label) = label', 'filter.arguments'],
    [`${'('.repeat(200)}score > 1${')'.repeat(200)}`, 'filter.too-long'],
    [`score > 1 OR ${'x'.repeat(20_000)}`, 'filter.too-long'],
    [`score > 1${'+1'.repeat(3000)}`, 'filter.too-long'],
    [`score > 1${' OR score > 2'.repeat(500)}`, 'filter.too-long'],
  ])('%j: %s', (filter, code) => {
    expect(codeOf(filter)).toBe(code);
  });

  test('texts and decimals never become SQL', () => {
    const evil = `x'); DROP TABLE y; --`;
    const filter = parsed(`label = '${evil.replaceAll("'", "''")}' AND score > 1.5`);
    expect(filter.sql).toBe('(("category" = $1) AND ("score" > CAST($2 AS DOUBLE)))');
    expect(filter.values).toEqual([evil, 1.5]);
  });

  test('a wrong column names the columns and the nearest one', () => {
    expect(() => parsed('categry = 1')).toThrow(
      /"categry".*Did you mean "category"\?.*path, category, file.*score, when/,
    );
  });

  test('the place of a mistake is told', () => {
    expect(() => parsed("label = 'a' AN score > 1")).toThrow('at character 13');
  });
});
