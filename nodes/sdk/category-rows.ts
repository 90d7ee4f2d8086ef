import { itemKey } from './items.ts';
import type { Ops } from './ops.ts';
import { similarityRows } from './similarity.ts';
import { categoryOfItem } from './truth.ts';
import type { Item, Similarity } from './values.ts';

/** The categories of a similarity: its gallery items by their category, in order of appearance. */
export function categoriesOf({ gallery }: Similarity): readonly string[] {
  return [...new Set(gallery.map(categoryOfItem))];
}

/**
 * Every row of a similarity with one number for each of {@link categoriesOf}, a few rows at a time. Probabilities of gallery items
 * with the same category are added; of other scores the best one counts. Copy a row to keep it.
 */
export async function* categoryRows(similarity: Similarity, ops: Ops): AsyncGenerator<Float64Array> {
  const { gallery, metric } = similarity;
  const categories = categoriesOf(similarity);
  const places = new Map(categories.map((name, at) => [name, at]));
  const column = gallery.map((item) => places.get(categoryOfItem(item)) as number);
  const adds = metric === 'softmax';
  const values = new Float64Array(categories.length);
  for await (const row of similarityRows(similarity, ops)) {
    values.fill(adds ? 0 : Number.NEGATIVE_INFINITY);
    for (let at = 0; at < row.length; at++) {
      const own = column[at] as number;
      const value = row[at] as number;
      if (adds) values[own] = (values[own] as number) + value;
      else if (value > (values[own] as number)) values[own] = value;
    }
    yield values;
  }
}

/** For each item, its row in `queries`: the same place if it has the same item there, otherwise the first such item. */
export function rowsOfItems(
  queries: readonly Item[],
  items: readonly Item[],
  places: readonly number[] = [...items.keys()],
): (number | undefined)[] {
  let rows: Map<string, number> | undefined;
  return items.map((item, at) => {
    const place = places[at] as number;
    const same = queries[place];
    const key = itemKey(item);
    if (same && (same === item || itemKey(same) === key)) return place;
    if (!rows) {
      rows = new Map();
      for (const [row, query] of queries.entries()) {
        const own = itemKey(query);
        if (!rows.has(own)) rows.set(own, row);
      }
    }
    return rows.get(key);
  });
}
