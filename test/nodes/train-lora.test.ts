import { describe, expect, test } from 'vitest';
import { seededRandom, type TextItem } from '../../nodes/sdk/index.ts';
import lora from '../../nodes/train/lora-projection.ts';
import { deviceWorld } from './device-world.ts';

const { run, vectors } = deviceWorld();

/** Vectors of `perCategory` pictures of each category around random centres, some dimensions of which say nothing. */
function cluster(categories: readonly string[], perCategory: number, seed = 1, width = 16) {
  const random = seededRandom(seed);
  const normal = () => random() + random() + random() + random() - 2;
  const rows: number[][] = [];
  const items: TextItem[] = [];
  for (const label of categories) {
    const centre = Array.from({ length: width }, () => normal());
    for (let i = 0; i < perCategory; i++) {
      rows.push(centre.map((value, at) => value + (at % 2 === 0 ? 3 : 0.6) * normal()));
      items.push({ kind: 'text', text: `${label} ${i}`, label });
    }
  }
  return { rows, items };
}

const params = { base: 'identity', length: 60, scale: 10, learningRate: 0.02, rank: 4 };

describe('train/lora-projection', () => {
  test.each(['categories', 'contrastive', 'triplet'])(
    '%s makes held-out pictures more often right',
    async (loss) => {
      const { rows, items } = cluster(['a', 'b', 'c', 'd'], 30);
      const { outputs } = await run(
        lora,
        { embeddings: vectors(rows, items) },
        { ...params, loss },
      );
      const values = (outputs.metrics as { values: Record<string, number> }).values;
      expect(values['held-out loss']).toBeLessThan(values['held-out loss before']!);
      expect(values['held out']).toBe(24);
    },
  );
});
