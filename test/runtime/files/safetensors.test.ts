import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { openSafetensors } from '../../../server/runtime/files/safetensors.ts';
import { encodeSafetensors } from '../../../server/runtime/files/safetensors-writer.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const path = join(folder, 'weights.safetensors');

/** Writes a file with this header and `dataBytes` zeros after it. */
function write(header: string, dataBytes = 0, claimed = BigInt(Buffer.byteLength(header))): void {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed);
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(dataBytes)]));
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;

const float64s = (name: string, shape: number[], end: number) => `{"${name}":${entry(shape, 0, end, 'F64')}}`;

async function refusal(): Promise<PatchbayError> {
  const error = await openSafetensors(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PatchbayError);
  return error as PatchbayError;
}

describe('a safetensors file', () => {
  it('refuses a number beyond float32 with its tensor and row', async () => {
    write(float64s('vectors', [2, 2], 32), 32);
    const bytes = readFileSync(path);
    bytes.writeDoubleLE(-1e300, bytes.length - 16);
    writeFileSync(path, bytes);
    const file = await openSafetensors(path);
    await expect(file.readFloat32('vectors')).rejects.toMatchObject({
      code: 'safetensors.too-large',
      args: { tensor: 'vectors', row: 2, value: '-1e+300' },
    });
    await file.close();
  });

  it('gives back names, shapes, numbers and metadata as they were written', async () => {
    const a = {
      dtype: 'float32' as const,
      dims: [2, 3],
      data: Float32Array.of(1, -2, 3.5, 0, NaN, Infinity),
    };
    const b = { dtype: 'int64' as const, dims: [2], data: BigInt64Array.of(-(2n ** 63n), 7n) };
    const empty = { dtype: 'uint8' as const, dims: [0, 4], data: new Uint8Array() };
    writeFileSync(
      path,
      Buffer.concat(
        encodeSafetensors(
          new Map<string, typeof a | typeof b | typeof empty>([
            ['a', a],
            ['b "ü"', b],
            ['none', empty],
          ]),
          { note: 'é' },
        ),
      ),
    );
    const file = await openSafetensors(path);
    expect([...file.tensors.keys()]).toEqual(['a', 'b "ü"', 'none']);
    expect({ ...file.metadata }).toEqual({ format: 'pt', note: 'é' });
    expect(await file.read('a')).toEqual(a);
    expect(await file.read('b "ü"')).toEqual(b);
    expect(await file.read('none')).toEqual(empty);
    await file.close();
  });

  it('begins its data at a multiple of 8, for readers that map it', () => {
    const [header] = encodeSafetensors(
      new Map([['x', { dtype: 'uint8', dims: [1], data: new Uint8Array(1) }]]),
    );
    expect(header!.length % 8).toBe(0);
    expect(Buffer.from(header!).readBigUInt64LE()).toBe(BigInt(header!.length - 8));
  });

  it.each([
    ['F16', [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00], [1, -2, 2 ** -24, 65504, Infinity]],
    ['BF16', [0x3f80, 0xc000, 0x0001, 0x7f80], [1, -2, 2 ** -133, Infinity]],
    ['U16', [0, 1, 65535], [0, 1, 65535]],
    ['I16', [0, 1, 65535], [0, 1, -1]],
  ] as const)('reads %s as float32 exactly', async (dtype, bits, want) => {
    const header = `{"x":${entry([bits.length], 0, bits.length * 2, dtype)}}`;
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(
      path,
      Buffer.concat([prefix, Buffer.from(header), Buffer.from(Uint16Array.from(bits).buffer)]),
    );
    const file = await openSafetensors(path);
    expect([...(await file.readFloat32('x')).data]).toEqual(want);
    await file.close();
  });

  it('names a missing tensor', async () => {
    write(`{"x":${entry([1], 0, 4)}}`, 4);
    const file = await openSafetensors(path);
    await expect(file.read('y')).rejects.toThrow('weights.safetensors has no tensor named "y".');
    await file.close();
  });

  it('that is cut while it is read fails with a sentence', async () => {
    write(`{"x":${entry([4], 0, 16)}}`, 16);
    const file = await openSafetensors(path);
    truncateSync(path, 60);
    await expect(file.read('x')).rejects.toMatchObject({ code: 'safetensors.tensor-unreadable' });
    await file.close();
  });

  it('fails with a code of its own when it is missing or a folder', async () => {
    await expect(openSafetensors(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.not-found' });
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'file.not-a-file' });
  });
});

describe('a safetensors file is refused', () => {
  it.each([
    ['a header of 2^63 bytes', 2n ** 63n, 'safetensors.header-too-long'],
    ['a header of 2^64 - 1 bytes', 2n ** 64n - 1n, 'safetensors.header-too-long'],
    ['a header just over 100 MB', 100_000_001n, 'safetensors.header-too-long'],
    ['a header longer than the file', 1000n, 'safetensors.header-beyond-file'],
  ])('for %s, without reading it', async (_, claimed, code) => {
    write('{}', 0, claimed);
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal()).toMatchObject({
      code,
      args: { file: 'weights.safetensors', bytes: String(claimed) },
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it('for more tensors than any model has, before it parses them', async () => {
    const names = Array.from({ length: 60_000 }, (_, i) => `"t${i}":${entry([0], 0, 0)}`);
    write(`{${names.join(',')}}`, 0);
    expect(await refusal()).toMatchObject({ code: 'safetensors.too-many-tensors', args: { count: 50_000 } });
  });

  it.each([
    [
      'overlapping tensors',
      `{"a":${entry([2], 0, 8)},"b":${entry([2], 4, 12)}}`,
      12,
      'overlap',
      { tensor: 'b' },
    ],
    [
      'two tensors of one place',
      `{"a":${entry([2], 0, 8)},"b":${entry([2], 0, 8)}}`,
      8,
      'overlap',
      { tensor: 'b' },
    ],
    ['a hole', `{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12, 'gap', { bytes: 4, tensor: 'b' }],
    ['a hole at its start', `{"a":${entry([1], 4, 8)}}`, 8, 'gap', { bytes: 4, tensor: 'a' }],
    ['bytes after the last tensor', `{"a":${entry([1], 0, 4)}}`, 8, 'trailing-bytes', { bytes: 4 }],
    ['missing bytes', `{"a":${entry([2], 0, 8)}}`, 4, 'cut-short', { bytes: 4 }],
    ['a shape that overflows', `{"a":${entry([2 ** 33, 2 ** 33], 0, 4)}}`, 4, 'shape', { tensor: 'a' }],
    ['a shape whose product wraps to 1', `{"a":${entry([2 ** 52, 2 ** 52, 0], 0, 0)}}`, 0, 'shape', {}],
    ['a negative shape', `{"a":${entry([-1], 0, 4)}}`, 4, 'shape', { shape: '-1' }],
    ['a fractional shape', `{"a":${entry([1.5], 0, 4)}}`, 4, 'shape', { shape: '1.5' }],
    ['a shape that is not its bytes', `{"a":${entry([2], 0, 4)}}`, 4, 'size', { bytes: 4, type: 'F32' }],
    ['offsets backwards', `{"a":${entry([1], 4, 0)}}`, 4, 'offsets', { offsets: '4, 0' }],
    ['offsets beyond 2^53', `{"a":${entry([1], 2 ** 60, 2 ** 60)}}`, 4, 'offsets', { tensor: 'a' }],
    [
      'a name twice',
      `{"a":${entry([1], 0, 4)},"a":${entry([1], 4, 8)}}`,
      8,
      'header-json',
      { reason: expect.objectContaining({ code: 'json.duplicate-name' }) },
    ],
    [
      'a name twice, spelt differently',
      `{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 4, 8)}}`,
      8,
      'header-json',
      { reason: expect.objectContaining({ code: 'json.duplicate-name' }) },
    ],
    [
      'a field twice',
      `{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}`,
      4,
      'header-json',
      { reason: expect.objectContaining({ code: 'json.duplicate-name' }) },
    ],
    ['the name __proto__', `{"__proto__":${entry([1], 0, 4)}}`, 4, 'tensor-name', { name: '__proto__' }],
    ['the name constructor', `{"constructor":${entry([1], 0, 4)}}`, 4, 'tensor-name', {}],
    ['__proto__ in metadata', `{"__metadata__":{"__proto__":"x"}}`, 0, 'metadata-name', {}],
    ['metadata that is not text', `{"__metadata__":{"a":1}}`, 0, 'metadata-value', { name: 'a' }],
    ['an unknown type', `{"a":${entry([1], 0, 4, 'F99')}}`, 4, 'type', { type: '"F99"' }],
    ['a type from the prototype', `{"a":${entry([1], 0, 4, 'toString')}}`, 4, 'type', { type: '"toString"' }],
    [
      'broken JSON',
      '{"a":',
      0,
      'header-json',
      { reason: expect.objectContaining({ message: 'Character 5: a value is expected.' }) },
    ],
    [
      'an unknown escape',
      '{"\\x":1}',
      0,
      'header-json',
      { reason: expect.objectContaining({ code: 'json.escape' }) },
    ],
    ['an array', '[1]', 0, 'header-start', {}],
    [
      'deep nesting',
      `{"a":${'['.repeat(200_000)}`,
      0,
      'header-json',
      { reason: expect.objectContaining({ code: 'json.too-deep' }) },
    ],
  ])('for %s', async (_, header, dataBytes, fault, args) => {
    write(header, dataBytes);
    expect(await refusal()).toMatchObject({ code: `safetensors.${fault}`, args });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('with a sentence that names the file, the tensor and the fault', async () => {
    write(`{"a":${entry([2], 0, 4)}}`, 4);
    expect((await refusal()).message).toBe(
      'weights.safetensors is not a valid safetensors file: the 4 bytes of the tensor "a" do not fit its shape [2] of F32.',
    );
    write(`{"a":1,"a":2}`);
    expect((await refusal()).message).toBe(
      'weights.safetensors is not a valid safetensors file: its header is not strict JSON. Character 10: the name "a" occurs twice.',
    );
  });

  it.each([
    ['a pickle', Buffer.from('80024b012e', 'hex'), 'too-short'],
    [
      'a zip with a pickle, renamed',
      Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(60)]),
      'header-beyond-file',
    ],
    ['an empty file', Buffer.alloc(0), 'too-short'],
    ['7 bytes', Buffer.alloc(7), 'too-short'],
    ['a name that is not UTF-8', Buffer.from('0800000000000000' + '7b22ff223a317d20', 'hex'), 'header-text'],
  ])('when it is %s', async (_, bytes, fault) => {
    writeFileSync(path, bytes);
    expect(await refusal()).toMatchObject({
      code: `safetensors.${fault}`,
      message: expect.stringContaining('weights.safetensors is not a valid safetensors file: '),
    });
  });

  it('or read, whatever byte of it changes', async () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const whole = Buffer.concat(
      encodeSafetensors(new Map([['x', { dtype: 'float32', dims: [2, 2], data }]])),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= flip;
        writeFileSync(path, bytes);
        const file = await openSafetensors(path).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^safetensors\./) });
        });
        if (!file) return;
        for (const { begin, end } of file.tensors.values()) expect(end - begin).toBe(16);
        await file.close();
      }),
      { numRuns: 300 },
    );
    expect(readFileSync(path).length).toBe(whole.length);
  });
});
