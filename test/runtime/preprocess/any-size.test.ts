import { afterAll, describe, expect, it } from 'vitest';
import type { PreprocessSpec, PreprocessStep, Resample, RgbPicture } from '../../../nodes/sdk/index.ts';
import { buildGraph } from '../../../server/runtime/onnx/graph-builder.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { prepared } from '../../../server/runtime/preprocess/any-size.ts';
import { createRealiser } from '../../../server/runtime/preprocess/realise.ts';

// The reference is the realiser, whose results other tests compare with Pillow's, bit for bit.

const pool = new SessionPool(CPU, { threads: 1 });
afterAll(() => pool.dispose());
const realiser = createRealiser(pool);

/** Pseudo-random bytes, so that a rounding error shows. */
function noise(width: number, height: number): RgbPicture {
  const data = new Uint8Array(width * height * 3);
  let state = width * 7919 + height;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { width, height, data };
}

async function inGraph({ width, height, data }: RgbPicture, spec: PreprocessSpec, opset: number) {
  const key = `any size ${opset} ${JSON.stringify(spec)}`;
  const build = () =>
    buildGraph(
      (g) => {
        const { value } = prepared(g, g.input('picture', 'uint8', ['height', 'width', 3]), spec);
        g.output('y', value, 'float32');
      },
      { opset },
    );
  const session = await pool.graph(key, build, { provider: 'cpu' });
  const picture = hostTensor({ dtype: 'uint8', dims: [height, width, 3], data });
  const { y } = await session.run({ picture }, { host: true });
  return y!.toHost();
}

const FINISH: readonly PreprocessStep[] = [
  { op: 'rescale', factor: 1 / 255 },
  { op: 'normalize', mean: [0.48, 0.45, 0.4], std: [0.26, 0.26, 0.27] },
];
const shortest = (size: number, resample: Resample): PreprocessStep => ({
  op: 'resize',
  mode: 'shortest',
  size,
  resample,
});
const exact = (width: number, height: number, resample: Resample): PreprocessStep => ({
  op: 'resize',
  mode: 'exact',
  width,
  height,
  resample,
});
const crop = (width: number, height: number, margin?: 'even'): PreprocessStep => ({
  op: 'crop',
  width,
  height,
  ...(margin && { margin }),
});

const SIZES = [
  [1, 1],
  [2, 3],
  [96, 96],
  [97, 500],
  [640, 427],
  [333, 1000],
  [1411, 1411],
  [24, 31],
] as const;
const SPECS: readonly [name: string, steps: readonly PreprocessStep[]][] = [
  ['CLIP: cubic to the shorter edge, then the middle', [shortest(96, 3), crop(96, 96)]],
  ['an odd margin', [shortest(101, 3), crop(96, 96)]],
  ['an odd margin as torchvision cuts it', [shortest(103, 2), crop(96, 96, 'even')]],
  ['SigLIP: cubic to a square', [exact(70, 70, 3)]],
  ['a size that is no multiple of a block', [exact(37, 131, 2)]],
  ['two resizes', [exact(200, 90, 3), shortest(40, 2), crop(32, 40)]],
  ['a crop alone', [crop(50, 41)]],
  ['a crop of a known size that is too small', [exact(20, 30, 3), crop(20, 30), crop(25, 25)]],
];

describe('a graph that prepares a picture of any size gives the bits of the realiser', () => {
  it.each(SPECS)('%s', async (_name, steps) => {
    const spec: PreprocessSpec = { exif: false, steps: [...steps, ...FINISH] };
    for (const [width, height] of SIZES) {
      const picture = noise(width, height);
      const want = await realiser.pixels(picture, spec);
      const got = await inGraph(picture, spec, 18);
      expect(got.dims).toEqual(want.dims);
      expect(
        Buffer.compare(
          Buffer.from(got.data.buffer),
          Buffer.from(want.data.buffer, want.data.byteOffset, want.data.byteLength),
        ),
        `${width} x ${height}`,
      ).toBe(0);
    }
  });

  it.each([0, 1, 2, 3, 4, 5] as const)('the filter %i', async (resample) => {
    const spec: PreprocessSpec = { exif: false, steps: [shortest(30, resample), crop(28, 30), ...FINISH] };
    for (const [width, height] of SIZES) {
      const picture = noise(width, height);
      const want = await realiser.pixels(picture, spec);
      const got = await inGraph(picture, spec, 18);
      expect([...(got.data as Float32Array)], `${width} x ${height}`).toEqual([...want.data]);
    }
  });

  it.each([11, 12, 13, 17, 20])('with operator set %i', async (opset) => {
    const steps = [shortest(48, 3), crop(40, 40), crop(50, 30), ...FINISH];
    const picture = noise(211, 95);
    const spec: PreprocessSpec = { exif: false, steps };
    const want = await realiser.pixels(picture, spec);
    expect([...((await inGraph(picture, spec, opset)).data as Float32Array)]).toEqual([...want.data]);
  });

  it.each([
    ['preprocess.open-size', [shortest(40, 3)]],
    ['preprocess.open-size', []],
    ['preprocess.open-padding', [shortest(40, 3), crop(50, 40)]],
  ] as const)('refuses with %s what has no fixed size', async (code, steps) => {
    const spec: PreprocessSpec = { exif: false, steps };
    await expect(inGraph(noise(9, 9), spec, 18)).rejects.toMatchObject({ code });
  });
});
