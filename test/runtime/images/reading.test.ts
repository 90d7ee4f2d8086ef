import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { englishOf, type ReadOptions, readAs, type Said } from '../../../nodes/sdk/index.ts';
import { openPicture, type ReadNote } from '../../../server/runtime/images/sharp.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { imageWorld } from './image-world.ts';

const root = temporaryFolder();
const { images, pool } = imageWorld(root);
afterAll(() => pool.dispose());
const { signal } = new AbortController();

/** The first channel of each pixel, and the notes. */
async function grey(bytes: Uint8Array, read?: ReadOptions) {
  const notes: ReadNote[] = [];
  const { data } = await (await openPicture(bytes)).decode(false, read, (note) => notes.push(note));
  return { levels: [...data].filter((_, i) => i % 3 === 0), notes: notes.map(({ kind }) => kind) };
}

/** An uncompressed TIFF of one row of grey (TIFF 6.0, section 3). `format`: 1 unsigned, 2 signed, 3 float. */
function tiff(values: Uint16Array | Int32Array | Float32Array, format: 1 | 2 | 3): Buffer {
  const pixels = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const bits = values.BYTES_PER_ELEMENT * 8;
  const tags: [tag: number, type: 3 | 4, value: number][] = [
    [256, 4, values.length],
    [257, 4, 1],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 4, 1],
    [279, 4, pixels.length],
    [339, 3, format],
  ];
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [i, [tag, type, value]] of tags.entries()) {
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    if (type === 3) directory.writeUInt16LE(value, at + 8);
    else directory.writeUInt32LE(value, at + 8);
  }
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + pixels.length, 4);
  return Buffer.concat([head, pixels, directory]);
}

describe('deep greys', () => {
  // Levels of eight bits, and the same picture in other depths.
  const want = [0, 51, 102, 204, 255];
  const of = (white: number) => want.map((level) => (level / 255) * white);
  const same = [
    ['float 0..1', tiff(Float32Array.from(of(1)), 3)],
    ['float 0..255', tiff(Float32Array.from(of(255)), 3)],
    ['float 0..65535', tiff(Float32Array.from(of(65_535)), 3)],
    ['10 bits in 16', tiff(Uint16Array.from(of(1023).map(Math.round)), 1)],
    ['12 bits in 16', tiff(Uint16Array.from(of(4095)), 1)],
    ['14 bits in 16', tiff(Uint16Array.from(of(16_383).map(Math.round)), 1)],
    ['16 bits', tiff(Uint16Array.from(of(65_535)), 1)],
    ['12 bits in int32', tiff(Int32Array.from(of(4095)), 2)],
  ] as const;

  it.each(same)('%s has its own levels by bits', async (_, bytes) => {
    expect((await grey(bytes, { levels: 'bits' })).levels).toEqual(want);
  });

  it('stretched, the lowest level is black and the highest white', async () => {
    const elevation = Float32Array.of(-880, 0, 2460, 5800, Number.NaN);
    expect((await grey(tiff(elevation, 3), { levels: 'stretch' })).levels).toEqual([0, 34, 128, 255, 0]);
  });

  it.each([
    ['float 0..1', true],
    ['float 0..255', false],
    ['float 0..65535', true],
    ['12 bits in 16', true],
    ['14 bits in 16', true],
    ['16 bits', false],
    ['12 bits in int32', true],
  ])('%s as Pillow reads it: whether it is told that levels are lost is %s', async (name, told) => {
    const [, bytes] = same.find(([one]) => one === name)!;
    expect((await grey(bytes)).notes).toEqual(told ? ['deep'] : []);
  });
});

describe('a background', () => {
  const art = async (rgb: readonly number[], channels: 2 | 4 = 4) =>
    sharp(Buffer.from([...rgb, 255, ...rgb, 0, ...rgb, 128]), { raw: { width: 3, height: 1, channels } })
      .png()
      .toBuffer();

  it.each([
    [undefined, [0, 0, 0]],
    ['#ffffff', [0, 255, 127]],
    ['#000000', [0, 0, 0]],
    ['#646464', [0, 100, 50]],
  ])('of %s shows behind black art', async (background, want) => {
    for (const bytes of [await art([0, 0, 0]), await art([0], 2)]) {
      const { levels } = await grey(bytes, background === undefined ? {} : { background });
      for (const [i, level] of levels.entries()) expect(Math.abs(level - want[i]!)).toBeLessThanOrEqual(1);
    }
  });

  it('changes nothing for pictures without transparency', async () => {
    const bytes = await sharp({ create: { width: 2, height: 1, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    expect((await grey(bytes, { background: '#ffffff' })).levels).toEqual([0x12, 0x12]);
  });

  it('that makes several pictures one colour is a warning with their names', async () => {
    const folder = join(root, 'logos');
    mkdirSync(folder);
    for (const [i, name] of ['a.png', 'b.png'].entries()) {
      const pixels = Buffer.alloc(4 * 16);
      pixels[4 * i + 3] = 255;
      const raw = { width: 4, height: 4, channels: 4 } as const;
      writeFileSync(join(folder, name), await sharp(pixels, { raw }).png().toBuffer());
    }
    const { items } = await images.folder(folder, { recursive: true, labels: false, signal });
    const warningsFor = async (background: 'white' | 'black' | 'pillow') => {
      const warnings: string[] = [];
      const world = imageWorld(root, { pool, warn: (said: Said) => warnings.push(englishOf(said)) });
      const read = readAs(items, { background, backgroundColour: '', levels: 'pillow', decode: 'exact' });
      const pixels = { kind: 'pixels', items: read, skipped: [], spec: { exif: true, steps: [] } } as const;
      for await (const _ of world.images.batches(pixels, { batchSize: 2, signal, onSkip: () => {} }));
      return warnings;
    };
    const sentence =
      '2 transparent pictures come out in the single colour #000000, so they all look the same: a.png, b.png. Choose another *Background* where the pictures are loaded.';
    expect(await warningsFor('white')).toEqual([]);
    expect(await warningsFor('black')).toEqual([sentence]);
    expect(await warningsFor('pillow')).toEqual([sentence]);
  });

  it('of a colour needs six digits', () => {
    const as = (backgroundColour: string) =>
      readAs([], { background: 'colour', backgroundColour, levels: 'pillow', decode: 'exact' });
    expect(() => as('#F0F0f0')).not.toThrow();
    expect(() => as('grey')).toThrow('"grey" is not a colour. Write it with six digits, such as #f0f0f0.');
  });
});
