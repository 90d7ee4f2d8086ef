import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import type { AdapterOrigin, AdapterRef } from '../../../nodes/sdk/index.ts';
import { seededRandom } from '../../../nodes/sdk/index.ts';
import { createAdapterService } from '../../../server/runtime/adapters/adapter-service.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { workbench } from '../ort/test-devices.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const clip = join(root, 'test/fixtures/oracles/clip/config.json');
/** A Python with torch, transformers and peft. */
const python = [process.env.PATCHBAY_TEST_PYTHON, join(root, '../venv/bin/python')].find(
  (path) => path !== undefined && existsSync(path),
);

const origin: AdapterOrigin = {
  encoder: { id: 'clip', title: 'CLIP tiny', hash: 'abc' },
  categories: [
    { name: 'a | b', pictures: 3 },
    { name: '猫', pictures: 2 },
  ],
  params: { rank: 3, learningRate: 0.001, rankStabilized: true },
  metrics: { 'held-out accuracy': 0.75 },
};

describe('an adapter that was written', () => {
  const { ops } = workbench(CPU);
  const folder = temporaryFolder();
  const random = seededRandom(3);
  const matrix = (rows: number, width: number, size = 1) =>
    ops.tensor({
      dtype: 'float32',
      dims: [rows, width],
      data: Float32Array.from({ length: rows * width }, () => size * (2 * random() - 1)),
    });
  const service = () =>
    createAdapterService({
      ops,
      paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
    });
  const written = async (adapter: AdapterRef, name: string) => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    for (const [file, bytes] of Object.entries(await service().encode(adapter)))
      writeFileSync(join(path, file), bytes);
    return path;
  };
  const { vision_config: vision, projection_dim: out } = JSON.parse(readFileSync(clip, 'utf8')) as {
    readonly vision_config: { readonly hidden_size: number };
    readonly projection_dim: number;
  };
  const sample = (magnitude?: boolean) =>
    service().make({
      id: 'mine',
      target: 'visual_projection',
      scaling: 8 / Math.sqrt(3),
      a: matrix(3, vision.hidden_size, 0.3),
      b: matrix(out, 3, 0.3),
      ...(magnitude && {
        magnitude: ops.tensor({ dtype: 'float32', dims: [out], data: new Float32Array(out).fill(1.5) }),
      }),
      origin,
    });

  it.each([false, true])('reads back the same, with its origin (DoRA: %s)', async (magnitude) => {
    const adapter = await sample(magnitude);
    const path = await written(adapter, `same-${magnitude}`);
    const read = await service().load(path);
    expect(read).toMatchObject({
      hash: adapter.hash,
      format: 'peft',
      target: 'visual_projection',
      rank: 3,
      origin,
    });
    expect(read.scaling).toBeCloseTo(adapter.scaling, 12);
    expect((await read.a.toHost()).data).toEqual((await adapter.a.toHost()).data);
    expect((await read.b.toHost()).data).toEqual((await adapter.b.toHost()).data);
    expect(read.magnitude !== undefined).toBe(magnitude);
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain('| a b | 3 |');
  });

  test('has an origin that does not change its numbers: a broken one is left out', async () => {
    const adapter = await sample();
    const path = await written(adapter, 'broken');
    const file = join(path, 'adapter_model.safetensors');
    writeFileSync(
      file,
      readFileSync(file).toString('latin1').replace('\\"categories\\"', '\\"cotegories\\"'),
      'latin1',
    );
    const read = await service().load(path);
    expect(read.origin).toBeUndefined();
    expect((await read.a.toHost()).data).toEqual((await adapter.a.toHost()).data);
  });

  if (python === undefined)
    console.warn('SKIPPED: PEFT does not read what Patchbay wrote, for PATCHBAY_TEST_PYTHON names no Python');
  test.skipIf(python === undefined)(
    'gives the same outputs in PEFT, with no key missing',
    async () => {
      const adapter = await sample();
      const path = await written(adapter, 'python');
      const [weight, x] = [matrix(out, vision.hidden_size), matrix(6, vision.hidden_size)];
      const y = await ops.matmul(x, await service().merge(weight, adapter, 1), { transposeB: true });
      const rows = async (tensor: typeof x) => {
        const { dims, data } = await tensor.toHost();
        const width = dims[1]!;
        return Array.from({ length: dims[0]! }, (_, row) => [
          ...data.subarray(row * width, (row + 1) * width),
        ]);
      };
      const file = join(folder, 'case.json');
      writeFileSync(file, JSON.stringify({ weight: await rows(weight), x: await rows(x), y: await rows(y) }));
      const { status, stdout, stderr } = spawnSync(
        python!,
        [join(root, 'models/recipes/check_adapter.py'), path, clip, file],
        { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' } },
      );
      expect(`${stderr}${stdout}`).toContain('PEFT gives the same outputs');
      expect(status).toBe(0);
    },
    300_000,
  );
});
