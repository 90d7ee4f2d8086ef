import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Figures {
  readonly shots: readonly number[];
  readonly seeds: number;
  readonly scores: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}
interface TableModule {
  sectionOf(figures: Figures): string;
  readonly BEGIN: string;
  readonly END: string;
}

test('the table of few pictures in the model card is made from the measured figures, and nothing else', async () => {
  const place = pathToFileURL(join(root, 'models/recipes/emoji-clip/shots/table.mjs')).href;
  const { sectionOf, BEGIN, END } = (await import(place)) as TableModule;
  const figures = JSON.parse(readFileSync(join(root, 'models/emoji-clip/shots.json'), 'utf8')) as Figures;
  const card = readFileSync(join(root, 'models/emoji-clip/README.md'), 'utf8');
  const section = card.slice(card.indexOf(BEGIN), card.indexOf(END) + END.length);
  expect(section).toBe(sectionOf(figures));
  for (const byShots of Object.values(figures.scores))
    for (const count of figures.shots) expect(byShots[count]).toHaveLength(figures.seeds);
  // Zero-shot learns nothing, so it is the same however many pictures there are.
  const [first, ...others] = Object.values(figures.scores['zero-shot'] ?? {});
  for (const other of others) expect(other).toEqual(first);
});
