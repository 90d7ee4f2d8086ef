import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSafetensors, type SafetensorsFile } from '../../../server/runtime/files/safetensors.ts';
import { openPicture } from '../../../server/runtime/images/sharp.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { preprocessFromConfig } from '../../../server/runtime/preprocess/from-config.ts';
import { createRealiser } from '../../../server/runtime/preprocess/realise.ts';

const ROOTS = ['../../../../shared/oracles/', '../../fixtures/oracles/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The families of a root with preprocessed pictures. Some have only model outputs. */
async function familiesOf(root: string): Promise<string[]> {
  const families: string[] = [];
  for (const family of readdirSync(root)) {
    if (!existsSync(`${root}${family}/preprocessor_config.json`)) continue;
    const expected = await openSafetensors(`${root}${family}/expected.safetensors`);
    if (picturesUnder(expected, 'u8').length > 0) families.push(family);
    await expected.close();
  }
  return families;
}

const pool = new SessionPool(CPU, { threads: 1 });
afterAll(() => pool.dispose());
const realiser = createRealiser(pool);

/** Turns height x width x 3 into 3 x rows x columns, with every n-th row and column from the first. */
function planes(
  { width, height, data }: { width: number; height: number; data: Uint8Array },
  every: number,
): { dims: readonly number[]; data: Uint8Array } {
  const dims = [3, Math.ceil(height / every), Math.ceil(width / every)];
  const out: number[] = [];
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < height; y += every)
      for (let x = 0; x < width; x += every) out.push(data[(y * width + x) * 3 + channel]!);
  return { dims, data: Uint8Array.from(out) };
}

function largestDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let largest = 0;
  for (let i = 0; i < want.length; i++) largest = Math.max(largest, Math.abs(got[i]! - want[i]!));
  return largest;
}

/** Finds the pictures of a key: `u8/photo0.jpg` is `photo0.jpg` under the key `u8`. */
function picturesUnder(expected: SafetensorsFile, key: string): string[] {
  return [...expected.tensors.keys()]
    .filter((name) => name.startsWith(`${key}/`))
    .map((name) => name.slice(key.length + 1));
}

for (const root of ROOTS) {
  if (!existsSync(root)) {
    console.warn(`No reference cases at ${root}: preprocessing is not compared with them.`);
    describe.skip(`preprocessing equals the reference cases of ${root} (absent)`, () =>
      it('is skipped', () => {}));
    continue;
  }
  const families = await familiesOf(root);
  describe.each(families)(
    `preprocessing of %s equals Transformers (${root.includes('fixtures') ? 'own' : 'given'} cases)`,
    async (family) => {
      const folder = `${root}${family}/`;
      const config = JSON.parse(readFileSync(`${folder}preprocessor_config.json`, 'utf8'));
      const expected = await openSafetensors(`${folder}expected.safetensors`);
      // Of large pictures, only every n-th row and column is stored.
      const { every = 1 }: { every?: number } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'));
      afterAll(() => expected.close());
      const decode = async (name: string, exif: boolean) =>
        (await openPicture(readFileSync(`${root}images/${name}`))).decode(exif);

      // Nothing may differ, because Pillow's integer arithmetic is reproduced. The published tolerance is one level in
      // 0.1% of values.
      for (const [key, exif] of [
        ['u8', false],
        ['u8_transposed', true],
      ] as const)
        it.each(picturesUnder(expected, key))(`${key}/%s to the last bit`, async (name) => {
          const spec = preprocessFromConfig(config, { exif });
          const got = planes(await realiser.bytes(await decode(name, exif), spec), every);
          const want = await expected.read(`${key}/${name}`);
          expect(got.dims).toEqual(want.dims);
          expect(largestDifference(got.data, want.data as Uint8Array)).toBe(0);
        });

      // Nothing may differ here either, because the float32 steps have the order of Transformers.
      it.each(picturesUnder(expected, 'pixel_values'))('pixel_values/%s to the last bit', async (name) => {
        const got = await realiser.pixels(
          await decode(name, false),
          preprocessFromConfig(config, { exif: false }),
        );
        const want = await expected.readFloat32(`pixel_values/${name}`);
        expect(got.dims).toEqual(want.dims);
        expect(largestDifference(got.data, want.data)).toBe(0);
      });
    },
  );
}
