import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AdapterService, Ops } from '../../../nodes/sdk/index.ts';
import { createAdapterService } from '../../../server/runtime/adapters/adapter-service.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { createOps } from '../../../server/runtime/ops/ops.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { TensorScope } from '../../../server/runtime/ort/tensor.ts';
import { describeOracles, expectedJson, largestDifference, tensorsOf } from '../encoders/oracle-cases.ts';

/** The error code of each refused case. */
const CODES: Readonly<Record<string, string>> = {
  'wrong-prefix': 'adapter.other-prefix',
  'wrong-shape': 'adapter.other-base',
  'other-target': 'adapter.several-layers',
  'unsupported-type': 'adapter.other-method',
};

describeOracles('lora', (root) => {
  const folder = `${root.path}lora`;
  const { cases, refused = { 'wrong-prefix': '' } } = expectedJson(root, 'lora');
  const pool = new SessionPool(CPU, { threads: 1 });
  const scope = new TensorScope();
  let ops: Ops;
  let adapters: AdapterService;
  let expected: Awaited<ReturnType<typeof tensorsOf>>;
  beforeAll(async () => {
    ops = createOps(pool, scope);
    adapters = createAdapterService({
      ops,
      paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
    });
    expected = await tensorsOf(`${folder}/expected.safetensors`);
  });
  afterAll(async () => {
    scope.end();
    await pool.dispose();
  });

  const tensor = (name: string) => ops.tensor({ dtype: 'float32', ...expected.get(name)! });
  const merged = async (path: string, strength: number) =>
    adapters.merge(tensor('visual_projection.weight'), await adapters.load(path), strength);
  const outputs = async (path: string, strength: number) =>
    (await ops.matmul(tensor('pooler_output'), await merged(path, strength), { transposeB: true })).toHost();

  const kohya = ['plain', 'no-alpha']
    .filter((name) => existsSync(`${folder}/kohya/${name}.safetensors`))
    .map((name) => [`kohya/${name}.safetensors`, name === 'plain' ? 'plain' : `kohya-${name}`] as const);
  const all = [...Object.keys(cases).map((name) => [name, name] as const), ...kohya];

  it.each(all)('%s merges and projects like PEFT', async (path, name) => {
    const weight = await (await merged(path, 1)).toHost();
    expect(weight.dims).toEqual(expected.get(`${name}/merged_weight`)!.dims);
    expect(largestDifference(weight.data, expected.get(`${name}/merged_weight`)!.data)).toBeLessThanOrEqual(
      1e-6,
    );
    const vectors = await outputs(path, 1);
    expect(largestDifference(vectors.data, expected.get(`${name}/image_embeds`)!.data)).toBeLessThanOrEqual(
      1e-5,
    );
  });

  it('half strength is half the update', async () => {
    const vectors = await outputs('plain', 0.5);
    expect(largestDifference(vectors.data, expected.get('plain/strength_0.5')!.data)).toBeLessThanOrEqual(
      1e-5,
    );
  });

  it.each(['plain', 'dora'])('%s at strength 0 leaves the weight as it is', async (name) => {
    const weight = await (await merged(name, 0)).toHost();
    expect(largestDifference(weight.data, expected.get('visual_projection.weight')!.data)).toBe(0);
  });

  it('a path may name the weights file instead of its folder', async () => {
    const [byFolder, byFile] = await Promise.all([
      adapters.load('plain'),
      adapters.load('plain/adapter_model.safetensors'),
    ]);
    expect({ ...byFile, a: 0, b: 0 }).toEqual({ ...byFolder, a: 0, b: 0 });
    expect(byFolder).toMatchObject({ id: 'plain', format: 'peft', target: 'visual_projection' });
  });

  it.each(Object.keys(refused))('%s is refused with its own code', async (name) => {
    await expect(merged(name, 1)).rejects.toMatchObject({
      code: CODES[name],
      message: expect.stringMatching(/^[A-Z].+[.]$/),
    });
  });
});
