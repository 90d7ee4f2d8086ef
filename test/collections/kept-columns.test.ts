import { describe, expect, test } from 'vitest';
import { type CollectionVectors, seededRandom } from '../../nodes/sdk/index.ts';
import {
  createCollectionService,
  openCollections,
} from '../../server/runtime/collections/collection-service.ts';
import { withDuck } from '../../server/runtime/collections/duckdb.ts';
import { KeptColumns } from '../../server/runtime/collections/kept-columns.ts';
import { deviceWorld } from '../nodes/device-world.ts';
import { addition, hashOf, newRoot, range, service, signal, vectorOf } from './given.ts';

const { world } = deviceWorld();
const work = { signal };
const DIMS = 8;

/** What picture n has in each column; null where it is empty. */
interface Facts {
  readonly category: string | null;
  readonly score: number | null;
  readonly place: string | null;
  readonly good: boolean | null;
  readonly size: number;
}
const TOWNS = ['Oslo', 'Rome', "L'Aquila", '北京', ''];
const factsOf = (n: number): Facts => ({
  category: ['cat', 'dog', 'a longer name than fits', null][(n * 7) % 4]!,
  score: n % 11 === 0 ? null : ((n * 37) % 100) / 8,
  place: n % 13 === 0 ? null : TOWNS[(n * 5) % TOWNS.length]!,
  good: n % 3 === 0 ? null : n % 2 === 0,
  size: 1000 + n,
});

/** SQL knows true, false and unknown. */
type Truth = boolean | null;
interface Condition {
  readonly sql: string;
  readonly holds: (facts: Facts) => Truth;
}
const not = (a: Truth): Truth => (a === null ? null : !a);
const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));

const SIGNS = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
} satisfies Record<string, (a: string | number, b: string | number) => boolean>;

/** A random condition, with the same in JavaScript. */
function conditionOf(random: () => number, depth: number): Condition {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  if (depth > 0 && random() < 0.7) {
    const [a, b] = [conditionOf(random, depth - 1), conditionOf(random, depth - 1)];
    return pick<Condition>([
      { sql: `(${a.sql} AND ${b.sql})`, holds: (facts) => and(a.holds(facts), b.holds(facts)) },
      { sql: `(${a.sql} OR ${b.sql})`, holds: (facts) => or(a.holds(facts), b.holds(facts)) },
      { sql: `NOT (${a.sql})`, holds: (facts) => not(a.holds(facts)) },
    ]);
  }
  const sign = pick(Object.keys(SIGNS) as (keyof typeof SIGNS)[]);
  const compare = (a: string | number | null, b: string | number): Truth =>
    a === null ? null : SIGNS[sign](a, b);
  const number = Math.floor(random() * 100) / 8;
  const size = 1000 + Math.floor(random() * 900);
  const town = pick(TOWNS.slice(0, 3));
  const isIn = (a: string | null): Truth => (a === null ? null : ['cat', town].includes(a));
  return pick<Condition>([
    { sql: `score ${sign} ${number}`, holds: ({ score }) => compare(score, number) },
    { sql: `size ${sign} ${size}`, holds: (facts) => compare(facts.size, size) },
    { sql: `size % 5 ${sign} 2`, holds: (facts) => compare(facts.size % 5, 2) },
    {
      sql: `place ${sign === '<' ? '=' : sign} '${town.replace("'", "''")}'`,
      holds: ({ place }) => (place === null ? null : SIGNS[sign === '<' ? '=' : sign](place, town)),
    },
    {
      sql: `category IN ('cat', '${town.replace("'", "''")}')`,
      holds: ({ category }) => isIn(category),
    },
    { sql: 'place IS NULL', holds: ({ place }) => place === null },
    { sql: 'good', holds: ({ good }) => good },
  ]);
}

/** Pictures 0 to 899 without every 17th, some of them changed later, so that numbers of pictures and rows differ. */
async function collection(root: string): Promise<number[]> {
  const given = (numbers: readonly number[], edition: number) =>
    addition(numbers, {
      dims: DIMS,
      label: (n) => factsOf(n).category ?? undefined,
      hashes: numbers.map((n) => hashOf(n, edition)),
      more: {
        columns: [
          { name: 'score', type: 'number' },
          { name: 'place', type: 'text' },
          { name: 'good', type: 'boolean' },
        ],
        rows: numbers.map((n) => {
          const { score, place, good } = factsOf(n);
          return [score, place, good];
        }),
      },
    });
  const store = service(root);
  await store.save('Pets', given(range(0, 900), 0), work);
  await store.save('Pets', given(range(200, 300), 1), work);
  const left = range(0, 900).filter((n) => n % 17 !== 0);
  await store.save('Pets', { ...given(left, 0), others: 'all' }, work);
  return left;
}

test('searches under any condition give what a search of everything gives, without the others', async () => {
  const root = newRoot();
  const left = await collection(root);
  const memory = service(root);
  const files = createCollectionService({ ...openCollections(root), columns: new KeptColumns(0) });
  const { ops } = world().ctx;
  const random = seededRandom(4);
  // Vectors of few values, so that many scores are equal.
  const whole = await memory.open('Pets', '', '', work);
  const numberOf = new Map(
    (await whole.items()).map((item, row) => [
      row,
      Number.parseInt(item.kind === 'image' ? item.name : '', 10),
    ]),
  );
  const data = Float32Array.from({ length: left.length * DIMS }, (_, i) =>
    Math.sign(vectorOf(numberOf.get(Math.floor(i / DIMS))! % 23, DIMS)[i % DIMS]!),
  );
  const right = ops.tensor({ dtype: 'float32', dims: [left.length, DIMS], data });
  const query = ops.tensor({ dtype: 'float32', dims: [1, DIMS], data: vectorOf(5, DIMS) });
  const scores = {
    form: 'product' as const,
    left: await ops.l2Normalize(query),
    right,
    lengths: (await ops.rowLengths(right))!,
  };
  const rank = async (k: number, { only }: Pick<CollectionVectors, 'only'>) => {
    const similarity = {
      kind: 'similarity',
      queries: [],
      gallery: [],
      metric: 'cosine',
      scores,
      skipped: [],
    } as const;
    const [row] = await ops.rank(similarity, { k, signal, ...(only && { only }) });
    return row!.indices.map((index, i) => [index, row!.scores[i]]);
  };
  const all = await rank(left.length, {});
  expect(all).toHaveLength(left.length);
  const shares = new Set<number>();
  for (let round = 0; round < 120; round++) {
    const { sql, holds } = conditionOf(random, round % 4);
    const [kept, read] = [await memory.open('Pets', '', sql, work), await files.open('Pets', '', sql, work)];
    const wanted = [...numberOf].filter(([, n]) => holds(factsOf(n)) === true).map(([row]) => row);
    const rows = range(0, left.length).filter((row) => kept.only![row] === 1);
    expect([sql, rows]).toEqual([sql, wanted]);
    expect(read.only).toEqual(kept.only);
    expect(kept.count).toBe(wanted.length);
    const fits = new Set(wanted);
    expect(await rank(10, kept)).toEqual(all.filter(([row]) => fits.has(row!)).slice(0, 10));
    shares.add(Math.floor((10 * wanted.length) / left.length));
  }
  // Conditions that few, some and most pictures fit.
  expect(shares.size).toBeGreaterThan(7);
}, 60_000);

describe('columns in memory', () => {
  const tables = () =>
    withDuck(async (duck) => {
      const [names] = await duck.columns(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'kept'",
      );
      return new Set(names as string[]);
    });
  /** How many tables there are more than before. */
  const more = (before: ReadonlySet<string>, after: ReadonlySet<string>) =>
    [...after].filter((name) => !before.has(name)).length;

  test('of one collection are in one table, and a new version takes its place', async () => {
    const root = newRoot();
    const store = service(root);
    await store.save('Pets', addition(range(0, 50), { label: (n) => `l${n % 2}` }), work);
    const before = await tables();
    const count = async (filter: string) => (await store.open('Pets', '', filter, work)).count;
    expect(await Promise.all([count("label = 'l1'"), count('size < 1010'), count("label = 'l1'")])).toEqual([
      25, 10, 25,
    ]);
    expect(more(before, await tables())).toBe(1);
    await service(root).save('Pets', addition(range(0, 60), { label: (n) => `l${n % 2}` }), work);
    expect(await count("label = 'l1' AND size < 1055")).toBe(27);
    expect(more(before, await tables())).toBe(1);
  });

  test('go when others need the room, and are not read into memory if they are too large', async () => {
    const root = newRoot();
    // Room for the numbers of one collection of 100, and not of two.
    const store = createCollectionService({ ...openCollections(root), columns: new KeptColumns(3000) });
    for (const name of ['A', 'B']) await store.save(name, addition(range(0, 100)), work);
    const before = await tables();
    for (const name of ['A', 'B', 'A'])
      expect((await store.open(name, '', 'size < 1010', work)).count).toBe(10);
    expect(more(before, await tables())).toBe(1);
    expect((await store.open('A', '', "contains(hash, '0')", work)).count).toBe(100);
    expect(more(before, await tables())).toBe(1);
  });
});
