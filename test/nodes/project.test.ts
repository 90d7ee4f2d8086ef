import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import encodeImage from '../../nodes/encode/image.ts';
import pool from '../../nodes/encode/pool.ts';
import lora from '../../nodes/project/lora-projection.ts';
import {
  type AdapterRef,
  describeSpace,
  encoderSpace,
  type Space,
  type Tokens,
} from '../../nodes/sdk/index.ts';
import { openSafetensors } from '../../server/runtime/files/safetensors.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { fixtureModels } from '../contract/world.ts';
import { deviceWorld, farthest, handMade, rowsOf } from './device-world.ts';
import { type Matrix, mean, product } from './numbers.ts';

const { world, vectors, tensor, run } = deviceWorld();

interface Made {
  readonly embeddings: { readonly tensor: PlainTensor; readonly space: Space };
}

describe('LoRA projection', () => {
  /** Results of PEFT with the fixture's model and adapters, on four of its pictures. */
  async function peft(key: string): Promise<Matrix> {
    const file = await openSafetensors(join(fixtureModels, 'lora/expected.safetensors'));
    try {
      const { dims, data } = await file.readFloat32(key);
      return rowsOf({ tensor: dims, data: [...data] });
    } finally {
      await file.close();
    }
  }

  async function adapted(name: string, params: Record<string, unknown> = {}): Promise<Made['embeddings']> {
    const { ctx } = world();
    const encoder = await ctx.encoders.open('clip');
    const files = ['photo0.jpg', 'photo1.jpg', 'photo2.jpg', 'odd.png'];
    const items = await Promise.all(
      files.map((file) => ctx.images.file(join(fixtureModels, 'images', file))),
    );
    const images = { kind: 'images', items, skipped: [] } as const;
    const layer = 'pre-projection';
    const options = { layer, batchSize: 4, exif: false, signal: ctx.signal };
    const embeddings = await ctx.encoders.encodeImages(encoder, images, options);
    const adapter = await ctx.adapters.load(join(fixtureModels, 'lora', name));
    const { outputs } = await run(lora, { embeddings, adapter, encoder }, params);
    return (outputs as unknown as Made).embeddings;
  }

  // The tolerance that the fixtures state for LoRA outputs. The encoders of two runtimes differ by a little more.
  const tolerance = 2e-5;

  test.each(['plain', 'rslora', 'dora', 'both'])('equals PEFT: %s', async (name) => {
    const { tensor: made } = await adapted(name);
    expect(farthest(rowsOf(made), await peft(`${name}/image_embeds`))).toBeLessThan(tolerance);
  });

  test('at half strength equals PEFT at half strength', async () => {
    const { tensor: made, space } = await adapted('plain', { strength: 0.5 });
    expect(farthest(rowsOf(made), await peft('plain/strength_0.5'))).toBeLessThan(tolerance);
    expect(space).toMatchObject({ layer: 'embedding', projection: 'model', adapter: { strength: 0.5 } });
  });

  test('at strength 0 is the model itself, in the space of the model', async () => {
    const { tensor: made, space } = await adapted('plain', { strength: 0 });
    const { ctx } = world();
    const encoder = await ctx.encoders.open('clip');
    const items = await Promise.all(
      ['photo0.jpg'].map((file) => ctx.images.file(join(fixtureModels, 'images', file))),
    );
    const images = { kind: 'images', items, skipped: [] };
    const { outputs } = await run(encodeImage, { images, encoder }, { exif: false });
    const own = (outputs as unknown as Made).embeddings;
    expect(farthest(rowsOf(made).slice(0, 1), rowsOf(own.tensor))).toBeLessThan(tolerance);
    expect(space).toEqual(own.space);
  });

  function byHand(a: Matrix, b: Matrix, scaling: number): AdapterRef {
    const [id, hash, format, target] = ['hand', 'abc', 'peft', 'visual_projection'] as const;
    return { kind: 'adapter', id, hash, format, target, rank: a.length, scaling, a: tensor(a), b: tensor(b) };
  }

  test('adapts the identity for models without a projection: y = x + strength scaling B A x', async () => {
    const [a, b] = [[[1, 2]], [[3], [-1]]];
    const points: Matrix = [
      [1, 0],
      [0.5, -2],
    ];
    const { outputs } = await run(
      lora,
      { embeddings: vectors(points), adapter: byHand(a, b, 0.5) },
      { base: 'identity', strength: 2 },
    );
    const made = (outputs as unknown as Made).embeddings;
    const expected = product(points, a).map(([low], row) => points[row]!.map((x, i) => x + low! * b[i]![0]!));
    expect(farthest(rowsOf(made.tensor), expected)).toBeLessThan(1e-6);
    expect(made.space).toEqual({
      ...handMade,
      projection: 'identity',
      adapter: { id: 'hand', hash: 'abc', strength: 2 },
      dims: 2,
    });
  });

  test('refuses vectors that the projection cannot take, and says which it can', async () => {
    const encoder = await world().ctx.encoders.open('clip');
    const embeddings = vectors(
      [[1, 2]],
      undefined,
      encoderSpace(encoder, 'image', 'embedding', encoder.hash),
    );
    const adapter = byHand([[1, 2]], [[1]], 1);
    await expect(run(lora, { embeddings, adapter, encoder })).rejects.toMatchObject({
      code: 'lora.layer',
      message: `*LoRA projection* needs vectors of ${encoder.title} from before its projection, and got ${describeSpace(embeddings.space)}. In *Encode pictures*, choose ${encoder.title} and the layer "Before projection", or choose the identity as base here.`,
    });
    await expect(run(lora, { embeddings, adapter })).rejects.toMatchObject({
      code: 'lora.input-missing',
      message:
        '*LoRA projection* reads its base weight from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose the identity as base.',
    });
  });
});

describe('pool', () => {
  // Two items, each with a class token, a register and 1 x 3 patches, of two numbers each.
  const rows: Matrix[] = [
    [
      [9, 9],
      [-7, 50],
      [1, 2],
      [3, -4],
      [5, 5],
    ],
    [
      [8, 7],
      [60, -70],
      [-1, -1],
      [-2, -3],
      [-6, -5],
    ],
  ];
  const made = async (method: string, prefix = 2) => {
    const tokens: Tokens = {
      kind: 'tokens',
      tensor: await world().ctx.ops.reshape(tensor([rows.flat(2)]), [2, 5, 2]),
      items: [],
      skipped: [],
      space: { ...handMade, layer: 'hidden', pooling: 'none' },
      grid: { rows: 1, columns: 3, prefix },
    };
    const { outputs } = await run(pool, { tokens }, { method });
    return (outputs as unknown as Made).embeddings;
  };

  test('the class token is the first', async () => {
    expect(rowsOf((await made('cls')).tensor)).toEqual(rows.map((item) => item[0]));
  });

  test('mean and maximum use only patches', async () => {
    const patches = rows.map((item) => item.slice(2));
    expect(farthest(rowsOf((await made('mean')).tensor), patches.map(mean))).toBeLessThan(1e-6);
    const maximum = patches.map((item) =>
      [0, 1].map((column) => Math.max(...item.map((row) => row[column]!))),
    );
    expect(rowsOf((await made('max')).tensor)).toEqual(maximum);
  });

  test('the space says how it was pooled', async () => {
    expect((await made('max')).space).toMatchObject({ pooling: 'max', dims: 2, layer: 'hidden' });
  });

  test('tokens without a class token are refused, and the message says what works', async () => {
    await expect(made('cls', 0)).rejects.toThrow('have no class token. Choose the mean or the maximum.');
  });
});
