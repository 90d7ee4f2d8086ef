import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { itemTitle, seededRandom } from '../../nodes/sdk/index.ts';
import { untilKilled } from '../until-killed.ts';
import { addition, newRoot, service, signal } from './given.ts';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');

test('a process that is killed at any moment loses nothing that it answered, and leaves no half version', async () => {
  const root = newRoot();
  const random = seededRandom(11);
  let last = -1;
  for (let kill = 0; kill < 12; kill++) {
    const answered = await untilKilled(CHILD, root, last + 1, 700 * random());
    last = Math.max(last, ...answered);
    const opened = await service(root).open('Pets', '', '', { signal });
    const items = await opened.items();
    const { data } = await opened.tensor.toHost();
    const rows = new Map(
      items.map((item, i) => [
        itemTitle(item),
        { label: item.label, first: data[i * 16], last: data[i * 16 + 15] },
      ]),
    );
    expect(rows.size).toBe(items.length);
    for (let n = 0; n < last; n++)
      expect(rows.get(`${n}.jpg`), `picture ${n} after kill ${kill}`).toEqual({
        label: 'old',
        first: n + 0.5,
        last: n + 0.5,
      });
    // The last one that was answered may already be changed by a step that nobody heard of.
    expect([last, last + 0.5]).toContain(rows.get(`${last}.jpg`)?.first);
    expect(opened.info.pictures).toBe(items.length);
    expect(items.length).toBeLessThanOrEqual(last + 2);
    last = Math.max(...[...rows.keys()].map((title) => Number.parseInt(title, 10)));
  }
  expect(last).toBeGreaterThan(12);
  // The next change deletes what the killed processes left.
  await service(root).save('Pets', addition([5000], { dims: 16 }), { signal });
  const names = readdirSync(join(root, 'Pets'));
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 180_000);
