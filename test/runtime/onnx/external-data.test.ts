import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { workbench } from '../ort/test-devices.ts';
import { type Hiding, modelWithExternal } from './models.ts';

const root = mkdtempSync(join(tmpdir(), 'patchbay-external-'));
afterAll(() => rmSync(root, { recursive: true }));
const { pool } = workbench(CPU);
const numbers = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** A folder with a secret file next to it. */
function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(join(path, 'model', 'inside'), { recursive: true });
  writeFileSync(join(path, 'secret.bin'), numbers);
  writeFileSync(join(path, 'model', 'weights.bin'), numbers);
  writeFileSync(join(path, 'model', 'inside', 'weights.bin'), numbers);
  return path;
}

async function load(path: string, location: string, hiding: Hiding = 'initializer') {
  const file = join(path, 'model', 'model.onnx');
  writeFileSync(file, modelWithExternal(location, hiding));
  return pool.model(file, { key: `${location} ${hiding}` });
}

describe("a model's weights in another file", () => {
  test.each(['weights.bin', 'inside/weights.bin', './weights.bin'])(
    'are read from its own folder: %s',
    async (name) => {
      const session = await load(folder(`plain ${name.replaceAll('/', '-')}`), name);
      const x = hostTensor({ dtype: 'float32', dims: [1, 2], data: Float32Array.of(1, 10) });
      const { y } = await session.run({ x });
      expect([...(await y!.toHost()).data]).toEqual([31, 42]);
    },
  );

  test('are found beside the model, also after its bytes were edited', async () => {
    const path = folder('edited');
    const file = join(path, 'model', 'model.onnx');
    writeFileSync(file, modelWithExternal('weights.bin', 'initializer'));
    const session = await pool.model(file, { key: 'same', edit: (bytes) => bytes });
    const x = hostTensor({ dtype: 'float32', dims: [1, 2], data: Float32Array.of(1, 10) });
    expect([...(await (await session.run({ x })).y!.toHost()).data]).toEqual([31, 42]);
  });

  const hidings: Hiding[] = [
    'initializer',
    'constant',
    'sparse',
    'sparse constant',
    'subgraph',
    'function',
    'training',
  ];
  test.each(hidings)('are never read from above it, however the file is named: %s', async (hiding) => {
    const path = folder(`above ${hiding}`);
    await expect(load(path, '../secret.bin', hiding)).rejects.toMatchObject({
      code: 'model.unsafe',
      args: { location: '../secret.bin', reason: { code: 'unsafe.outside' } },
      message: expect.stringContaining('leads out of its folder'),
    });
  });

  test.each([
    ['an absolute path', () => join(root, 'absolute', 'secret.bin'), /absolute path/],
    ['a Windows path', () => 'C:\\Windows\\win.ini', /absolute path/],
    ['a path with backslashes', () => '..\\secret.bin', /leads out/],
    ['a detour', () => 'inside/../../secret.bin', /leads out/],
    ['no file', () => 'missing.bin', /no such file/],
    ['a folder', () => 'inside', /not a plain file/],
    ['nothing', () => '', /not a file name/],
    ["ONNX Runtime's own memory", () => '*/_ORT_MEM_ADDR_/*', /no such file/],
  ])('are refused when it is %s', async (name, location, reason) => {
    await expect(load(folder(name === 'an absolute path' ? 'absolute' : name), location())).rejects.toThrow(
      reason,
    );
  });

  test('are refused when it is a symbolic link, or lies behind one', async () => {
    const path = folder('symbolic');
    symlinkSync(join(path, 'secret.bin'), join(path, 'model', 'link.bin'));
    symlinkSync(path, join(path, 'model', 'way'));
    await expect(load(path, 'link.bin')).rejects.toThrow(/symbolic link/);
    await expect(load(path, 'way/secret.bin')).rejects.toThrow(/symbolic link/);
  });

  test('are refused when it is a hard link', async () => {
    const path = folder('hard');
    linkSync(join(path, 'secret.bin'), join(path, 'model', 'hard.bin'));
    await expect(load(path, 'hard.bin')).rejects.toThrow(/hard link/);
  });

  const vouch = (path: string, sha256: string, linked?: true) =>
    writeFileSync(
      join(path, 'model', 'patchbay.json'),
      JSON.stringify({
        version: 1,
        ...{ id: 'a/b', title: 'b', repo: 'a/b', revision: 'main', commit: 'c' },
        files: [{ path: 'hard.bin', bytes: numbers.byteLength, sha256, linked }],
      }),
    );
  const right = createHash('sha256').update(numbers).digest('hex');

  test('are read through a hard link whose bytes the manifest knows', async () => {
    const path = folder('vouched');
    linkSync(join(path, 'secret.bin'), join(path, 'model', 'hard.bin'));
    vouch(path, right, true);
    const session = await load(path, 'hard.bin');
    const x = hostTensor({ dtype: 'float32', dims: [1, 2], data: Float32Array.of(1, 10) });
    expect([...(await (await session.run({ x })).y!.toHost()).data]).toEqual([31, 42]);
  });

  test.each([
    ['states another hash', 'a'.repeat(64), true as const],
    ['does not call it linked', right, undefined],
  ])('are refused through a hard link when the manifest %s', async (name, sha256, linked) => {
    const path = folder(`unvouched ${name}`);
    linkSync(join(path, 'secret.bin'), join(path, 'model', 'hard.bin'));
    vouch(path, sha256, linked);
    await expect(load(path, 'hard.bin')).rejects.toThrow(/hard link/);
  });
});
