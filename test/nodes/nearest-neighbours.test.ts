import { expect, test } from 'vitest';
import nearest from '../../nodes/compare/nearest-neighbours.ts';
import { type Labels, type Similarity, seededRandom } from '../../nodes/sdk/index.ts';
import { deviceWorld, handMade, rowsOf } from './device-world.ts';
import { pictures } from './measuring.ts';

const near = 1e-5;
const { tensor, run } = deviceWorld();

const random = seededRandom(5);
const NAMES = ['ant', 'bee', 'cow'];
const made = (count: number) =>
  Array.from({ length: count }, () => Array.from({ length: 6 }, () => random() * 2 - 1));
const [known, asked] = [made(40), made(25)];
const truth = known.map((_, at) => NAMES[at % 3]!);

const embeddings = (rows: readonly (readonly number[])[], labels: readonly (string | undefined)[]) => ({
  kind: 'embeddings',
  tensor: tensor(rows.map((row) => [...row])),
  items: pictures(labels),
  skipped: [],
  space: handMade,
});

const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** KNeighborsClassifier(metric="cosine").predict_proba of scikit-learn, written out. */
function shares(query: readonly number[], k: number, weighted: boolean): number[] {
  const best = known
    .map((row, at) => ({ at, cos: cosine(row, query) }))
    .sort((a, b) => b.cos - a.cos)
    .slice(0, k)
    .map(({ at, cos }) => ({ name: truth[at], weight: weighted ? 1 / (1 - cos) : 1 }));
  const sum = best.reduce((total, { weight }) => total + weight, 0);
  return NAMES.map(
    (name) => best.filter((one) => one.name === name).reduce((all, { weight }) => all + weight, 0) / sum,
  );
}

const ask = (params: Record<string, unknown>, queries = asked) =>
  run(
    nearest,
    {
      queries: embeddings(
        queries,
        queries.map(() => undefined),
      ),
      embeddings: embeddings(known, truth),
    },
    params,
  );
const sharesOf = ({ outputs }: Awaited<ReturnType<typeof ask>>) =>
  rowsOf((outputs.similarity as Similarity & { scores: { tensor: never } }).scores.tensor);

test.each([
  [1, true],
  [5, true],
  [5, false],
  [100, true],
])('%i neighbours vote by their closeness (%s), as the definition says', async (neighbours, weighted) => {
  const ran = await ask({ neighbours, weighted });
  const wanted = asked.map((query) => shares(query, Math.min(neighbours, known.length), weighted));
  for (const [row, own] of sharesOf(ran).entries())
    for (const [at, share] of own.entries()) expect(Math.abs(share - wanted[row]![at]!)).toBeLessThan(near);
  const labels = ran.outputs.labels as unknown as Labels;
  expect(labels.labels).toEqual(wanted.map((row) => NAMES[row.indexOf(Math.max(...row))]));
});

test('a picture in the same direction as known ones gets their category alone', async () => {
  const ran = await ask({ neighbours: 5 }, [known[4]!.map((value) => 3 * value)]);
  expect(sharesOf(ran)).toEqual([[0, 1, 0]]);
});

test('pictures without a category do not vote, and a single category is refused', async () => {
  const some = embeddings(
    known,
    truth.map((name, at) => (at < 30 ? name : undefined)),
  );
  const { warnings } = await run(nearest, {
    queries: embeddings(
      asked,
      asked.map(() => undefined),
    ),
    embeddings: some,
  });
  expect(warnings).toEqual(['10 of 40 pictures have no category and are left out.']);
  await expect(
    run(nearest, {
      queries: some,
      embeddings: embeddings(
        known,
        known.map(() => 'ant'),
      ),
    }),
  ).rejects.toThrow(/Nearest neighbours.* has nothing to tell apart/);
});
