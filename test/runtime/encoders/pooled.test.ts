import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ImageTowerRunner } from '../../../server/runtime/encoders/image-tower.ts';
import { MemoFile } from '../../../server/runtime/models/memo-file.ts';
import type { ModelEntry } from '../../../server/runtime/models/model-entry.ts';
import { readModelFolder } from '../../../server/runtime/models/model-folder.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';

// The vector that Transformers 5.18 or timm 1.0 make of a picture, from models/recipes/fixtures/pooled.py.
const MODELS = fileURLToPath(new URL('../../fixtures/pooled/', import.meta.url));
const json = (...path: string[]) => JSON.parse(readFileSync(join(MODELS, ...path), 'utf8'));
const names = readdirSync(MODELS).filter((name) => !name.includes('.'));

const pool = new SessionPool(CPU, { threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'patchbay-pooled-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await pool.dispose();
});

const memo = new MemoFile(join(folder, 'memo.json'));
const read = (path: string) => readModelFolder(path, memo, new Map());

async function vectorsOf(entry: ModelEntry): Promise<number[][]> {
  const tower = new ImageTowerRunner(pool, entry, { hash: entry.configHash });
  const data = Float32Array.from(json('pictures.json') as number[]);
  const tensor = hostTensor({ dtype: 'float32', dims: [2, 3, 32, 32], data });
  const { data: found, dims } = await tower.vectors({ tensor, items: [] }, 'embedding');
  return [0, 1].map((row) => [...found.subarray(row * dims[1]!, (row + 1) * dims[1]!)]);
}

describe('the vector of a picture is the one that the model itself makes', () => {
  it.each(names)('%s', async (name) => {
    const entry = await read(join(MODELS, name));
    expect(entry.problem).toBeUndefined();
    const expected = json(name, 'expected.json') as number[][];
    const found = await vectorsOf(entry);
    for (const [row, vector] of expected.entries()) {
      expect(found[row]).toHaveLength(vector.length);
      // Float32 sums in another order: 1e-5 for numbers of about 1.
      for (const [i, value] of vector.entries()) expect(Math.abs(found[row]![i]! - value)).toBeLessThan(1e-5);
    }
  });
});
