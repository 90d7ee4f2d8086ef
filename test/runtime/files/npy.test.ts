import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy, readNpy } from '../../../server/runtime/files/npy.ts';
import { temporaryFolder } from './temporary-folder.ts';

const path = join(temporaryFolder(), 'array.npy');

function write(header: string, data: ArrayBufferView, version = 1): void {
  const prefix = Buffer.alloc(version === 1 ? 10 : 12);
  prefix.write('\x93NUMPY', 'latin1');
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(header.length, 8);
  else prefix.writeUInt32LE(header.length, 8);
  writeFileSync(
    path,
    Buffer.concat([prefix, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]),
  );
}

const describeArray = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`;

describe('an npy file', () => {
  it('gives back what was written', async () => {
    const tensor = {
      dtype: 'float32' as const,
      dims: [2, 3],
      data: Float32Array.of(1, 2, 3, -4, 5.5, 1e-20),
    };
    const parts = encodeNpy(tensor);
    expect(parts[0]!.length % 64).toBe(0);
    writeFileSync(path, Buffer.concat(parts));
    expect(await readNpy(path)).toEqual(tensor);
  });

  it.each([
    ['False', 3],
    // In Fortran order the fifth of six numbers in two rows is the first of the third column.
    ['True', 1],
  ])('with a number beyond float32 is refused with its row (Fortran order %s)', async (fortran, row) => {
    const shape = fortran === 'True' ? '2, 3' : '3, 2';
    for (const value of [1e300, -1e300, 3.5e38]) {
      write(
        describeArray('<f8', shape, fortran),
        Float64Array.of(1, Number.POSITIVE_INFINITY, 3, 4, value, 6),
      );
      await expect(readNpy(path)).rejects.toMatchObject({
        code: 'npy.too-large',
        args: { row, value: String(value) },
        message: expect.stringMatching(/does not fit into 32-bit numbers/),
      });
    }
  });

  it('keeps the largest float32 and what rounds to it', async () => {
    write(describeArray('<f8', '2'), Float64Array.of(3.4028234663852886e38, 3.4028235e38));
    expect([...(await readNpy(path)).data]).toEqual([3.4028234663852886e38, 3.4028234663852886e38]);
  });

  it.each([1, 2, 3])('is read in version %i', async (version) => {
    write(describeArray('<f4', '2, 2'), Float32Array.of(1, 2, 3, 4), version);
    expect((await readNpy(path)).dims).toEqual([2, 2]);
  });

  it.each([
    ['<f8', Float64Array.of(1.5, -2), [1.5, -2]],
    ['<f2', Uint16Array.of(0x3e00, 0xc000), [1.5, -2]],
    ['<i8', BigInt64Array.of(3n, -2n), [3, -2]],
    ['|u1', Uint8Array.of(3, 255), [3, 255]],
    ['|b1', Uint8Array.of(0, 1), [0, 1]],
    ['>f4', Buffer.from([0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0]), [1.5, -2]],
  ])('of %s is read as float32', async (descr, data, want) => {
    write(describeArray(descr, '2,'), data);
    const { dims, data: got } = await readNpy(path);
    expect(dims).toEqual([2]);
    expect([...got]).toEqual(want);
  });

  it('in Fortran order is converted to rows', async () => {
    // NumPy stores [[1, 2, 3], [4, 5, 6]] in order "F" by columns.
    write(describeArray('<f4', '2, 3', 'True'), Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(await readNpy(path)).toEqual({
      dtype: 'float32',
      dims: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it.each([
    ['Python objects', describeArray('|O', '1,'), 'npy.objects', {}],
    ['records', `{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n`, 'npy.header', {}],
    ['complex numbers', describeArray('<c8', '1,'), 'npy.type', { type: '<c8' }],
    ['too many numbers', describeArray('<f4', '3,'), 'npy.size', { needed: 12, held: 8 }],
    ['an endless shape', describeArray('<f4', '99999999, 99999999, 99999999'), 'npy.shape', {}],
  ])('of %s is refused', async (_, header, code, args) => {
    write(header, new Uint8Array(8));
    await expect(readNpy(path)).rejects.toMatchObject({ code, args });
  });

  it.skipIf(process.platform === 'win32')('that is a pipe is refused without waiting for it', async () => {
    const pipe = `${path}.pipe.npy`;
    execFileSync('mkfifo', [pipe]);
    await expect(readNpy(pipe)).rejects.toMatchObject({ code: 'file.not-a-file' });
  });

  it('of another format is refused', async () => {
    writeFileSync(path, 'PK\x03\x04 a zip of arrays is another format');
    await expect(readNpy(path)).rejects.toMatchObject({ code: 'npy.no-magic' });
  });
});
