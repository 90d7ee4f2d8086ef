import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSafetensors } from '../../../server/runtime/files/safetensors.ts';
import { encodeSafetensors } from '../../../server/runtime/files/safetensors-writer.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const path = join(folder, 'weights.safetensors');

/** A file of that header, whatever it says, and so many bytes of data. */
function write(header: string, dataBytes = 0, claimed = BigInt(Buffer.byteLength(header))): void {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed);
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(dataBytes)]));
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;

async function refusal(): Promise<string> {
  const error = await openSafetensors(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'file.invalid' });
  return (error as Error).message;
}

describe('a safetensors file', () => {
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

  it('says which tensor is missing', async () => {
    write(`{"x":${entry([1], 0, 4)}}`, 4);
    const file = await openSafetensors(path);
    await expect(file.read('y')).rejects.toThrow('it has no tensor named "y"');
    await file.close();
  });

  it('that ends early while it is read is a sentence', async () => {
    write(`{"x":${entry([4], 0, 16)}}`, 16);
    const file = await openSafetensors(path);
    truncateSync(path, 60);
    await expect(file.read('x')).rejects.toMatchObject({ code: 'file.invalid' });
    await file.close();
  });

  it('that is not there is said to be missing', async () => {
    await expect(openSafetensors(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.not-found' });
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'file.unreadable' });
  });
});

describe('a safetensors file is refused', () => {
  it.each([
    ['a header of 2^63 bytes', 2n ** 63n, '9223372036854775808 bytes, more than the format allows'],
    ['a header of 2^64 - 1 bytes', 2n ** 64n - 1n, 'more than the format allows'],
    ['a header just over 100 MB', 100_000_001n, 'more than the format allows'],
    ['a header longer than the file', 1000n, 'more than the file has'],
  ])('for %s, without reading it', async (_, claimed, want) => {
    write('{}', 0, claimed);
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal()).toContain(want);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it.each([
    ['overlapping tensors', `{"a":${entry([2], 0, 8)},"b":${entry([2], 4, 12)}}`, 12, 'overlaps another'],
    ['two tensors of one place', `{"a":${entry([2], 0, 8)},"b":${entry([2], 0, 8)}}`, 8, 'overlaps another'],
    ['a hole', `{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12, 'belong to none'],
    ['a hole at its start', `{"a":${entry([1], 4, 8)}}`, 8, 'belong to none'],
    ['bytes after the last tensor', `{"a":${entry([1], 0, 4)}}`, 8, '4 bytes at its end'],
    ['missing bytes', `{"a":${entry([2], 0, 8)}}`, 4, 'ends 4 bytes early'],
    ['a shape that overflows', `{"a":${entry([2 ** 33, 2 ** 33], 0, 4)}}`, 4, 'impossible shape'],
    [
      'a shape whose product wraps to 1',
      `{"a":${entry([2 ** 52, 2 ** 52, 0], 0, 0)}}`,
      0,
      'impossible shape',
    ],
    ['a negative shape', `{"a":${entry([-1], 0, 4)}}`, 4, 'impossible shape'],
    ['a fractional shape', `{"a":${entry([1.5], 0, 4)}}`, 4, 'impossible shape'],
    ['a shape that is not its bytes', `{"a":${entry([2], 0, 4)}}`, 4, 'do not fit its shape'],
    ['offsets backwards', `{"a":${entry([1], 4, 0)}}`, 4, 'impossible offsets'],
    ['offsets beyond 2^53', `{"a":${entry([1], 2 ** 60, 2 ** 60)}}`, 4, 'impossible offsets'],
    ['a name twice', `{"a":${entry([1], 0, 4)},"a":${entry([1], 4, 8)}}`, 8, 'occurs twice'],
    [
      'a name twice, spelt otherwise',
      `{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 4, 8)}}`,
      8,
      'occurs twice',
    ],
    [
      'a field twice',
      `{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}`,
      4,
      'occurs twice',
    ],
    ['the name __proto__', `{"__proto__":${entry([1], 0, 4)}}`, 4, '"__proto__" is no name'],
    ['the name constructor', `{"constructor":${entry([1], 0, 4)}}`, 4, 'is no name'],
    ['__proto__ in metadata', `{"__metadata__":{"__proto__":"x"}}`, 0, 'is no name'],
    ['metadata that is no text', `{"__metadata__":{"a":1}}`, 0, 'is no text'],
    ['an unknown type', `{"a":${entry([1], 0, 4, 'F99')}}`, 4, 'unknown type'],
    ['a type from the prototype', `{"a":${entry([1], 0, 4, 'toString')}}`, 4, 'unknown type'],
    ['no JSON', '{"a":', 0, 'not strict JSON'],
    ['an array', '[1]', 0, 'does not begin with "{"'],
    ['deep nesting', `{"a":${'['.repeat(200_000)}`, 0, 'nested too deep'],
  ])('for %s', async (_, header, dataBytes, want) => {
    write(header, dataBytes);
    expect(await refusal()).toContain(want);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    ['a pickle', Buffer.from('80024b012e', 'hex')],
    ['a zip with a pickle, renamed', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(60)])],
    ['an empty file', Buffer.alloc(0)],
    ['7 bytes', Buffer.alloc(7)],
    ['a name that is no UTF-8', Buffer.from('0800000000000000' + '7b22ff223a317d20', 'hex')],
  ])('when it is %s', async (_, bytes) => {
    writeFileSync(path, bytes);
    expect(await refusal()).toContain('is no valid safetensors file');
  });

  it('or read, but never anything else, whatever byte of it changes', async () => {
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
          expect(error).toMatchObject({ code: 'file.invalid' });
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
