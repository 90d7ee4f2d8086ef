import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HostTensor, isTensorHandle, type PortValue } from '../../../nodes/sdk/index.ts';
import { createValueCodec } from '../../../server/runtime/cache/value-codec.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';

const codec = createValueCodec();

async function throughBytes(value: PortValue): Promise<PortValue> {
  return codec.decode(Buffer.concat(await codec.encode(value)));
}

/** Replaces tensors by their numbers, so that values can be compared. */
async function plain(value: unknown): Promise<unknown> {
  if (isTensorHandle(value)) return value.toHost();
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    await Promise.all(Object.entries(value).map(async ([key, part]) => [key, await plain(part)])),
  );
}

const space = {
  encoder: 'clip',
  title: 'CLIP',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  normalized: false,
} as const;
const item = {
  kind: 'image',
  name: 'ä.jpg',
  path: 'cats/ä.jpg',
  label: 'cats',
  source: { kind: 'asset', hash: 'f'.repeat(64), size: 3 },
} as const;
const f32 = (dims: number[], ...numbers: number[]) =>
  hostTensor({ dtype: 'float32', dims, data: Float32Array.from(numbers) });

describe('a value through bytes', () => {
  it.each<[string, PortValue]>([
    [
      'embeddings',
      {
        kind: 'embeddings',
        tensor: f32([2, 3], 1, NaN, -0, Infinity, 1e-40, 6),
        items: [item, { kind: 'text', text: 'x' }],
        skipped: [],
        space,
      },
    ],
    [
      'a product of two tensors',
      {
        kind: 'similarity',
        metric: 'cosine',
        queries: [item],
        gallery: [item, item],
        skipped: [],
        scores: { form: 'product', left: f32([1, 2], 1, 2), right: f32([2, 2], 1, 2, 3, 4) },
      },
    ],
    [
      'an adapter of three',
      {
        kind: 'adapter',
        id: 'a',
        hash: 'b',
        format: 'peft',
        target: 't',
        rank: 1,
        scaling: 2,
        a: f32([1, 2], 1, 2),
        b: f32([2, 1], 1, 2),
        magnitude: f32([2], 1, 2),
      },
    ],
    [
      'metrics with odd numbers and names',
      { kind: 'metrics', values: { a: NaN, b: [Infinity, -Infinity, -0, 1.1], $tensor: 1, 'a.b': 2 } },
    ],
    [
      'a table',
      {
        kind: 'table',
        columns: [{ key: 'k', title: 'K', type: 'number' }],
        rows: [[NaN], [null], ['x'], [true]],
      },
    ],
    ['a heatmap', { kind: 'view', view: 'heatmap', rows: [item], columns: [item], tensor: f32([1, 1], 0.5) }],
    [
      'an empty tensor',
      { kind: 'embeddings', tensor: f32([0, 512]), items: [], skipped: [{ name: 'x', reason: 'y' }], space },
    ],
  ])('keeps %s', async (_, value) => {
    expect(await plain(await throughBytes(value))).toEqual(await plain(value));
  });

  it.each<HostTensor>([
    { dtype: 'float16', dims: [3], data: Uint16Array.of(1, 2, 65535) },
    { dtype: 'uint8', dims: [3], data: Uint8Array.of(1, 2, 255) },
    { dtype: 'int32', dims: [1], data: Int32Array.of(-(2 ** 31)) },
    { dtype: 'int64', dims: [1], data: BigInt64Array.of(-(2n ** 63n)) },
    { dtype: 'bool', dims: [2], data: Uint8Array.of(0, 1) },
    { dtype: 'float32', dims: [], data: Float32Array.of(7) },
  ])('keeps a tensor of $dtype', async (host) => {
    const value = { kind: 'view', view: 'heatmap', tensor: hostTensor(host) } as unknown as PortValue;
    expect(await plain(await throughBytes(value))).toEqual(await plain(value));
  });

  it('keeps any table', async () => {
    const cell = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell)), async (rows) => {
        const value: PortValue = { kind: 'table', columns: [], rows };
        expect(await throughBytes(value)).toEqual(value);
      }),
    );
  });

  it('reads tensors at any alignment of the bytes', async () => {
    const value: PortValue = {
      kind: 'view',
      view: 'heatmap',
      rows: [],
      columns: [],
      tensor: f32([1, 2], 1, 2),
    };
    const bytes = Buffer.concat(await codec.encode(value));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(await plain(codec.decode(shifted.subarray(3)))).toEqual(await plain(value));
  });

  it('refuses bytes with any one changed, and every shorter piece', async () => {
    const value: PortValue = {
      kind: 'embeddings',
      tensor: f32([2, 2], 1, 2, 3, 4),
      items: [item],
      skipped: [],
      space,
    };
    const bytes = Buffer.concat(await codec.encode(value));
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x10;
      expect(() => codec.decode(damaged)).toThrow();
      expect(() => codec.decode(bytes.subarray(0, at))).toThrow();
    }
  });

  it('does not change the value it writes', async () => {
    const value: PortValue = { kind: 'metrics', values: { a: NaN } };
    await codec.encode(value);
    expect(value).toEqual({ kind: 'metrics', values: { a: NaN } });
  });
});
