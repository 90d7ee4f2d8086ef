import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdapterService } from '../../../server/runtime/adapters/adapter-service.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { createOps } from '../../../server/runtime/ops/ops.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { TensorScope } from '../../../server/runtime/ort/tensor.ts';

const LORA = fileURLToPath(new URL('../../fixtures/oracles/lora/', import.meta.url));
const pool = new SessionPool(CPU, { threads: 1 });
const scope = new TensorScope();
afterAll(() => pool.dispose());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-adapters-'));
  cpSync(`${LORA}plain`, join(folder, 'plain'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const service = () =>
  createAdapterService({
    ops: createOps(pool, scope),
    paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
  });
const place = (name: string) => join(folder, 'plain', name);

/** Writes float32 tensors as safetensors. */
function writeTensors(
  path: string,
  tensors: Readonly<Record<string, { shape: number[]; value?: number }>>,
): void {
  let end = 0;
  const header: Record<string, object> = {};
  const parts: Buffer[] = [];
  for (const [name, { shape, value = 0.5 }] of Object.entries(tensors)) {
    const data = Buffer.from(new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(value).buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.length] };
    end += data.length;
    parts.push(data);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, ...parts]));
}

const settings = () => JSON.parse(readFileSync(place('adapter_config.json'), 'utf8'));
const setting = (changes: object) =>
  writeFileSync(place('adapter_config.json'), JSON.stringify({ ...settings(), ...changes }));
const prefix = 'base_model.model.visual_projection';
const tensors = (changes: object = {}) =>
  writeTensors(place('adapter_model.safetensors'), {
    [`${prefix}.lora_A.weight`]: { shape: [4, 40] },
    [`${prefix}.lora_B.weight`]: { shape: [20, 4] },
    ...changes,
  });

describe('an adapter is refused with a code and its cause for', () => {
  const cases: [string, string, () => void, RegExp][] = [
    ['settings of another method', 'other-method', () => setting({ peft_type: 'LOHA' }), /LOHA/],
    ['biases', 'bias', () => setting({ bias: 'all' }), /bias/],
    [
      'whole layers beside the LoRA',
      'whole-layers',
      () => setting({ modules_to_save: ['head'] }),
      /modules_to_save to head/,
    ],
    [
      'a start that changes the base weight',
      'changed-base',
      () => setting({ init_lora_weights: 'pissa' }),
      /pissa/,
    ],
    ['QALoRA', 'setting', () => setting({ use_qalora: true }), /use_qalora/],
    ['another rank than its config says', 'rank', () => setting({ r: 5 }), /rank 5 .* rank 4\.$/],
    ['a config for another layer', 'other-target', () => setting({ target_modules: ['q_proj'] }), /q_proj/],
    ['DoRA without magnitudes', 'no-magnitudes', () => setting({ use_dora: true }), /magnitudes/],
    [
      'a config that is not JSON',
      'config-not-json',
      () => writeFileSync(place('adapter_config.json'), '{'),
      /not JSON/,
    ],
    ['a rank that is not a number', 'config-field', () => setting({ r: '4' }), /the value of r is wrong/],
    ['no config', 'no-config', () => rmSync(place('adapter_config.json')), /lacks adapter_config\.json/],
    [
      'no weights',
      'no-weights',
      () => rmSync(place('adapter_model.safetensors')),
      /lacks adapter_model\.safetensors/,
    ],
    [
      'weights cut short',
      'safetensors.too-short',
      () => writeFileSync(place('adapter_model.safetensors'), 'short'),
      /safetensors/,
    ],
    [
      'a pickle',
      'pickle',
      () => renameSync(place('adapter_model.safetensors'), place('adapter_model.bin')),
      /pickle/,
    ],
    [
      'a missing half',
      'incomplete',
      () =>
        writeTensors(place('adapter_model.safetensors'), { [`${prefix}.lora_A.weight`]: { shape: [4, 40] } }),
      /lacks lora_B/,
    ],
    [
      'tensors of no LoRA',
      'other-tensor',
      () => tensors({ 'base_model.model.visual_projection.bias': { shape: [20] } }),
      /not a LoRA tensor/,
    ],
    [
      'several layers',
      'several-layers',
      () =>
        tensors({
          'base_model.model.text_projection.lora_A.weight': { shape: [4, 40] },
          'base_model.model.text_projection.lora_B.weight': { shape: [20, 4] },
        }),
      /2 layers/,
    ],
    [
      'another layer than a projection',
      'other-layer',
      () => {
        setting({ target_modules: ['fc1'] });
        writeTensors(place('adapter_model.safetensors'), {
          'base_model.model.layers.0.fc1.lora_A.weight': { shape: [4, 40] },
          'base_model.model.layers.0.fc1.lora_B.weight': { shape: [20, 4] },
        });
      },
      /layers\.0\.fc1/,
    ],
    [
      'halves that do not fit',
      'halves',
      () => tensors({ [`${prefix}.lora_B.weight`]: { shape: [20, 3] } }),
      /4 x 40 .* 20 x 3/,
    ],
    [
      'a vector for a matrix',
      'halves',
      () => tensors({ [`${prefix}.lora_A.weight`]: { shape: [160] } }),
      /do not fit/,
    ],
    [
      'magnitudes that nothing announces',
      'unannounced-magnitudes',
      () => tensors({ [`${prefix}.lora_magnitude_vector`]: { shape: [20] } }),
      /use_dora/,
    ],
    [
      'values that are not finite',
      'not-finite',
      () => tensors({ [`${prefix}.lora_B.weight`]: { shape: [20, 4], value: Number.NaN } }),
      /NaN/,
    ],
    [
      'two adapters in one file',
      'several-in-file',
      () =>
        tensors({
          [`${prefix}.lora_A.one.weight`]: { shape: [4, 40] },
          [`${prefix}.lora_B.two.weight`]: { shape: [20, 4] },
        }),
      /3 adapters \(one without a name, one, two\)/,
    ],
  ];
  it.each(cases)('%s', async (_what, fault, spoil, reason) => {
    spoil();
    await expect(service().load('plain')).rejects.toMatchObject({
      code: fault.includes('.') ? fault : `adapter.${fault}`,
      message: expect.stringMatching(reason),
    });
  });

  it('a missing path, a folder without an adapter, and files of other kinds', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const name of ['model.ckpt', 'model.pt', 'notes.txt'])
      writeFileSync(join(folder, name), 'never read');
    for (const [path, code, reason] of [
      ['absent', 'not-found', /There is no adapter at/],
      ['empty', 'none-in-folder', /holds no adapter/],
      ['model.ckpt', 'pickle', /pickle/],
      ['model.pt', 'pickle', /pickle/],
      ['notes.txt', 'not-an-adapter', /is not an adapter/],
    ] as const) {
      await expect(service().load(path)).rejects.toMatchObject({
        code: `adapter.${code}`,
        message: expect.stringMatching(reason),
      });
      expect(await service().fingerprint(path)).toMatch(/^missing/);
    }
  });
});

describe("kohya's files", () => {
  const load = (content: Parameters<typeof writeTensors>[1]) => {
    writeTensors(join(folder, 'kohya.safetensors'), content);
    return service().load('kohya.safetensors');
  };
  const name = 'lora_vision_visual_projection';

  it('scale by alpha / rank, and by 1 without an alpha', async () => {
    const halves = {
      [`${name}.lora_down.weight`]: { shape: [4, 40] },
      [`${name}.lora_up.weight`]: { shape: [20, 4] },
    };
    expect(await load(halves)).toMatchObject({
      format: 'kohya',
      rank: 4,
      scaling: 1,
      target: 'visual_projection',
      id: 'kohya',
    });
    expect(await load({ ...halves, [`${name}.alpha`]: { shape: [], value: 2 } })).toMatchObject({
      scaling: 0.5,
    });
  });

  it.each([
    ['LoHa', 'other-kohya-method', { [`${name}.hada_w1_a`]: { shape: [4, 4] } }],
    ['LoKr', 'other-kohya-method', { [`${name}.lokr_w1`]: { shape: [4, 4] } }],
    [
      'a picture generator',
      'picture-generator',
      {
        'lora_unet_down_blocks_0.lora_down.weight': { shape: [4, 40] },
        'lora_unet_down_blocks_0.lora_up.weight': { shape: [20, 4] },
      },
    ],
    [
      'another prefix',
      'other-layer',
      {
        'wrong_visual_projection.lora_down.weight': { shape: [4, 40] },
        'wrong_visual_projection.lora_up.weight': { shape: [20, 4] },
      },
    ],
    ['a missing half', 'incomplete', { [`${name}.lora_down.weight`]: { shape: [4, 40] } }],
  ])('of %s are refused', async (_what, fault, content) => {
    await expect(load(content)).rejects.toMatchObject({ code: `adapter.${fault}` });
  });

  it('tensors of neither kind without a config are refused', async () => {
    await expect(load({ weight: { shape: [2, 2] } })).rejects.toMatchObject({
      code: 'adapter.unknown-names',
      message: expect.stringMatching(/neither kohya's tensor names nor an adapter_config\.json/),
    });
  });
});

describe('an adapter of a layer whose last name a projection could have', () => {
  const load = (layer: string) => {
    setting({ target_modules: [layer.slice(layer.lastIndexOf('.') + 1)] });
    writeTensors(place('adapter_model.safetensors'), {
      [`base_model.model.${layer}.lora_A.weight`]: { shape: [4, 40] },
      [`base_model.model.${layer}.lora_B.weight`]: { shape: [20, 4] },
    });
    return service().load('plain');
  };

  it.each([
    'text_model.head',
    'blocks.1.attn.proj',
    'patch_embed.proj',
    'vision_model.encoder.layers.0.self_attn.proj',
    'text_model.visual_projection',
    'attn_pool.proj',
  ])('%s is refused by its whole name', async (layer) => {
    await expect(load(layer)).rejects.toMatchObject({ code: 'adapter.other-layer', args: { layer } });
  });

  it.each([
    'visual_projection',
    'clip.visual_projection',
    'model.visual_projection',
    'visual.head.proj',
    'head',
  ])('%s is an image projection', async (layer) => {
    expect(await load(layer)).toMatchObject({ rank: 4 });
  });
});

it('finds one named adapter below a folder, and does not guess among several', async () => {
  mkdirSync(join(folder, 'outer'));
  cpSync(`${LORA}plain`, join(folder, 'outer/first'), { recursive: true });
  expect(await service().load('outer')).toMatchObject({ id: 'first' });
  cpSync(`${LORA}dora`, join(folder, 'outer/second'), { recursive: true });
  await expect(service().load('outer')).rejects.toMatchObject({
    code: 'adapter.several',
    args: { folder: 'outer', names: ['first', 'second'] },
    message: 'The folder outer holds several adapters (first, second). Choose one of them.',
  });
});

it('the fingerprint follows weights and config', async () => {
  const before = await service().fingerprint('plain');
  expect(await service().fingerprint('plain')).toBe(before);
  setting({ lora_alpha: 9 });
  expect(await service().fingerprint('plain')).not.toBe(before);
});
