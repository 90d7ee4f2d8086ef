import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../nodes/sdk/index.ts';
import { deviceWorld } from '../nodes/device-world.ts';

const { world } = deviceWorld();
const DIMS = 24;

/** The ranking by cosine in float64, without any library. */
function reference(query: Float32Array, rows: Float32Array, only: Uint8Array, k: number, excluded?: number) {
  const scored: { index: number; score: number }[] = [];
  for (let row = 0; row < only.length; row++) {
    if (only[row] === 0 || row === excluded) continue;
    let [dot, a, b] = [0, 0, 0];
    for (let i = 0; i < DIMS; i++) {
      const [x, y] = [query[i]!, rows[row * DIMS + i]!];
      dot += x * y;
      a += x * x;
      b += y * y;
    }
    scored.push({ index: row, score: a * b === 0 ? 0 : dot / Math.sqrt(a * b) });
  }
  return scored.sort((x, y) => y.score - x.score || x.index - y.index).slice(0, k);
}

describe.each([0.02, 0.3, 0.5, 0.9, 1])('a ranking among %d of the rows', (share) => {
  test.each([
    ['of any direction', 1],
    // All scores are negative, so that rows that may not be ranked would come first if they counted.
    ['opposite to the query', -1],
  ])('is the exact one: %s', async (_, sign) => {
    const { ops } = world().ctx;
    const random = seededRandom(3);
    const count = 5000;
    const rows = Float32Array.from({ length: count * DIMS }, () => random() * 2 - 1);
    const queries = Float32Array.from({ length: 3 * DIMS }, () => random() * 2 - 1);
    if (sign < 0) {
      queries.fill(-1);
      for (const [i, value] of rows.entries()) rows[i] = Math.abs(value) + 0.01;
    }
    rows.fill(0, 7 * DIMS, 8 * DIMS);
    // The third query is zero: all scores are 0.
    queries.fill(0, 2 * DIMS);
    const only = Uint8Array.from({ length: count }, () => (random() < share ? 1 : 0));
    const right = ops.tensor({ dtype: 'float32', dims: [count, DIMS], data: rows });
    const left = await ops.l2Normalize(ops.tensor({ dtype: 'float32', dims: [3, DIMS], data: queries }));
    const lengths = await ops.rowLengths(right);
    const exclude = (row: number) => (row === 0 ? only.indexOf(1) : undefined);
    const ranked = await ops.rank(
      {
        kind: 'similarity',
        queries: [],
        gallery: [],
        metric: 'cosine',
        scores: { form: 'product', left, right, ...(lengths && { lengths }) },
        skipped: [],
      },
      { k: 20, only, exclude, signal: world().ctx.signal },
    );
    for (const [i, row] of ranked.entries()) {
      const wanted = reference(queries.subarray(i * DIMS, (i + 1) * DIMS), rows, only, 20, exclude(i));
      expect(row.indices).toEqual(wanted.map(({ index }) => index));
      for (const [j, { score }] of wanted.entries()) expect(row.scores[j]).toBeCloseTo(score, 6);
    }
  });
});

test('scores among some rows have the bits of scores among all', async () => {
  const { ops, signal } = world().ctx;
  const random = seededRandom(9);
  const count = 700;
  const make = (n: number) =>
    ops.tensor({
      dtype: 'float32',
      dims: [n, DIMS],
      data: Float32Array.from({ length: n * DIMS }, () => random() - 0.5),
    });
  const right = make(count);
  const left = await ops.l2Normalize(make(2));
  const lengths = await ops.rowLengths(right);
  const rank = (only?: Uint8Array) =>
    ops.rank(
      {
        kind: 'similarity',
        queries: [],
        gallery: [],
        metric: 'cosine',
        scores: { form: 'product', left, right, ...(lengths && { lengths }) },
        skipped: [],
      },
      { k: count, signal, ...(only && { only }) },
    );
  const all = await rank();
  for (const share of [0.1, 0.7]) {
    const only = Uint8Array.from({ length: count }, () => (random() < share ? 1 : 0));
    for (const [i, row] of (await rank(only)).entries()) {
      const kept = all[i]!.indices.flatMap((index, j) =>
        only[index] === 1 ? [[index, all[i]!.scores[j]]] : [],
      );
      expect(row.indices.map((index, j) => [index, row.scores[j]])).toEqual(kept);
    }
  }
});
