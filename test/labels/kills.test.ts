import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../nodes/sdk/index.ts';
import { openLabelStore } from '../../server/labels/store.ts';
import { untilKilled } from '../until-killed.ts';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');

const hashOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');

test('a process that is killed at any moment loses no answered label', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'patchbay-label-kills-')), 'labels');
  const first = openLabelStore(folder);
  const { categories } = await first.create('Pets', [
    { op: 'add', name: 'cat' },
    { op: 'add', name: 'dog' },
  ]);
  await first.close();
  const random = seededRandom(7);
  const answered = new Set<number>();
  let next = 0;
  for (let kill = 0; kill < 24; kill++) {
    const now = await untilKilled(CHILD, folder, next, 120 * random());
    for (const n of now) answered.add(n);
    next = Math.max(next, ...now.map((n) => n + 1)) + 5;
    const { labels, revision } = await openLabelStore(folder).content('Pets');
    for (const n of answered)
      expect(labels.get(hashOf(n)), `picture ${n} after kill ${kill}`).toMatchObject({
        category: categories[n % 2]!.id,
        path: `p/${n}.jpg`,
      });
    expect(revision).toBeGreaterThanOrEqual(answered.size);
  }
  expect(answered.size).toBeGreaterThan(100);
  // A write of the whole file that was cut short leaves a file that no set is made of.
  expect((await openLabelStore(folder).list()).map(({ name }) => name)).toEqual(['Pets']);
}, 180_000);
