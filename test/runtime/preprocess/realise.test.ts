import { afterAll, describe, expect, it } from 'vitest';
import type { PreprocessSpec, PreprocessStep, Resample, RgbPicture } from '../../../nodes/sdk/index.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { cropSpan } from '../../../server/runtime/preprocess/geometry.ts';
import { createRealiser } from '../../../server/runtime/preprocess/realise.ts';

const pool = new SessionPool(CPU, { threads: 1 });
afterAll(() => pool.dispose());
const realiser = createRealiser(pool);
const spec = (...steps: PreprocessStep[]): PreprocessSpec => ({ exif: false, steps });

/** Makes a picture in which each pixel holds its column, its row and 7. */
function ruler(width: number, height: number): RgbPicture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 7], i * 3);
  return { width, height, data };
}

const pixelAt = ({ width, data }: RgbPicture, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('a centre crop', () => {
  // Transformers' center_crop rounds the margin down before a cut and up before a padded picture.
  it.each([
    [10, 4, { first: 3, count: 4, before: 0, after: 0 }],
    [11, 4, { first: 3, count: 4, before: 0, after: 0 }],
    [4, 4, { first: 0, count: 4, before: 0, after: 0 }],
    [4, 7, { first: 0, count: 4, before: 2, after: 1 }],
    [4, 8, { first: 0, count: 4, before: 2, after: 2 }],
    [1, 2, { first: 0, count: 1, before: 1, after: 0 }],
  ])('of %d pixels to %d', (size, crop, want) => {
    expect(cropSpan(size, crop)).toEqual(want);
  });

  it('cuts one side and pads the other with black', async () => {
    const got = await realiser.bytes(ruler(9, 3), spec({ op: 'crop', width: 4, height: 6 }));
    expect([got.width, got.height]).toEqual([4, 6]);
    expect(pixelAt(got, 0, 1)).toEqual([0, 0, 0]);
    expect(pixelAt(got, 0, 2)).toEqual([2, 0, 7]);
    expect(pixelAt(got, 3, 4)).toEqual([5, 2, 7]);
    expect(pixelAt(got, 3, 5)).toEqual([0, 0, 0]);
  });
});

describe('a filter that few models use', () => {
  /** Pillow 12.3's values for the red channel of the picture below, at 4 x 3 and at 13 x 2. */
  const red: [name: string, Resample, number[], number[]][] = [
    [
      'Lanczos',
      1,
      [79, 160, 93, 114, 119, 104, 146, 100, 107, 129, 102, 139],
      [76, 110, 98, 95, 149, 169, 108, 143, 97, 100, 111, 97, 129],
    ],
    [
      'box',
      4,
      [83, 151, 95, 123, 134, 74, 167, 88, 100, 125, 112, 140],
      [91, 128, 80, 80, 117, 154, 105, 142, 94, 131, 131, 83, 120],
    ],
    [
      'Hamming',
      5,
      [70, 153, 104, 112, 136, 92, 145, 86, 110, 119, 107, 152],
      [75, 110, 107, 120, 147, 177, 94, 130, 85, 100, 113, 110, 145],
    ],
  ];
  const data = new Uint8Array(11 * 5 * 3);
  for (let i = 0; i < 55; i++) data[i * 3] = ((i % 11) * 37 + Math.floor(i / 11) * 91) % 256;

  it.each(red)('equals Pillow: %s', async (_name, resample, small, wide) => {
    const picture = { width: 11, height: 5, data };
    const resized = async (width: number, height: number) =>
      (await realiser.bytes(picture, spec({ op: 'resize', mode: 'exact', width, height, resample }))).data;
    expect([...(await resized(4, 3))].filter((_, i) => i % 3 === 0)).toEqual(small);
    expect([...(await resized(13, 2))].filter((_, i) => i % 3 === 0).slice(0, 13)).toEqual(wide);
  });
});

describe('a spec', () => {
  it('without steps gives the picture as numbers, unchanged', async () => {
    const got = await realiser.pixels(ruler(3, 2), spec());
    expect(got.dims).toEqual([3, 2, 3]);
    expect([...got.data]).toEqual([0, 1, 2, 0, 1, 2, 0, 0, 0, 1, 1, 1, 7, 7, 7, 7, 7, 7]);
  });

  it('can resize and crop several times', async () => {
    const got = await realiser.bytes(
      ruler(64, 64),
      spec(
        { op: 'crop', width: 32, height: 32 },
        { op: 'resize', mode: 'exact', width: 16, height: 16, resample: 0 },
        { op: 'crop', width: 8, height: 8 },
        { op: 'crop', width: 4, height: 2 },
        { op: 'resize', mode: 'exact', width: 8, height: 2, resample: 0 },
      ),
    );
    expect([got.width, got.height]).toEqual([8, 2]);
    // The first crop starts at 16, and halving keeps every other pixel from 16 + 1 on. Of these, columns 6 to 9 remain, each
    // twice, and rows 7 and 8.
    expect([0, 1, 2, 7].map((x) => pixelAt(got, x, 0)[0])).toEqual([29, 29, 31, 35]);
    expect([0, 1].map((y) => pixelAt(got, 0, y)[1])).toEqual([31, 33]);
  });

  it('truncates the long edge, as Transformers does', async () => {
    const resize = { op: 'resize', mode: 'shortest', size: 224, resample: 3 } as const;
    for (const [width, height] of [
      [427, 311],
      [311, 427],
      [1000, 3],
      [640, 427],
    ] as const) {
      const got = await realiser.bytes(
        { width, height, data: new Uint8Array(width * height * 3) },
        spec(resize),
      );
      const long = Math.floor((224 * Math.max(width, height)) / Math.min(width, height));
      expect([got.width, got.height]).toEqual(width < height ? [224, long] : [long, 224]);
    }
  });

  it('keeps a plain picture plain at every ratio, because weights add up to 1', async () => {
    const data = new Uint8Array(97 * 61 * 3).fill(255);
    for (const resample of [0, 2, 3] as const)
      for (const [width, height] of [
        [1, 1],
        [7, 300],
        [300, 7],
        [97, 5],
        [513, 61],
      ] as const) {
        const got = await realiser.bytes(
          { width: 97, height: 61, data },
          spec({ op: 'resize', mode: 'exact', width, height, resample }),
        );
        expect(got.data.length).toBe(width * height * 3);
        expect(got.data.every((level) => level === 255)).toBe(true);
      }
  });

  it('normalises in the order of its steps, without rescaling too', async () => {
    const normalize = { op: 'normalize', mean: [1, 0, 3], std: [2, 1, 4] } as const;
    const got = await realiser.pixels(ruler(1, 1), spec(normalize));
    expect([...got.data]).toEqual([-0.5, 0, 1]);
    const twice = await realiser.pixels(
      ruler(1, 1),
      spec({ op: 'rescale', factor: 2 }, normalize, { op: 'rescale', factor: 10 }),
    );
    expect([...twice.data]).toEqual([-5, 0, 27.5]);
  });

  it('that would turn a strip into gigabytes is refused for this picture', async () => {
    const strip = { width: 60_000, height: 1, data: new Uint8Array(180_000) };
    await expect(
      realiser.pixels(strip, spec({ op: 'resize', mode: 'shortest', size: 224, resample: 3 })),
    ).rejects.toMatchObject({
      code: 'image.result-too-large',
      message:
        'A picture of 60000 x 1 pixels would become 13440000 x 224, which is too large. Crop it, or give an exact size.',
    });
  });

  it('that crops after rescaling is refused', async () => {
    const late = spec({ op: 'rescale', factor: 1 }, { op: 'crop', width: 1, height: 1 });
    await expect(realiser.pixels(ruler(3, 3), late)).rejects.toMatchObject({
      code: 'preprocess.step-order',
      message:
        'The crop step comes after the pixel values were rescaled or normalised. Put resizing and cropping first.',
    });
  });
});

it('pictures of many sizes share sessions if their result size is the same', async () => {
  const own = new SessionPool(CPU, { threads: 1 });
  const some = createRealiser(own);
  const steps = spec(
    { op: 'resize', mode: 'shortest', size: 32, resample: 3 },
    { op: 'crop', width: 32, height: 32 },
  );
  for (let width = 40; width < 80; width++) await some.bytes(ruler(width, 100), steps);
  expect(own.stats().sessions).toBe(1);
  await own.dispose();
});
