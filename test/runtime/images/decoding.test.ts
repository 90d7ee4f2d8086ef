import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  PatchbayError,
  type PictureSize,
  type PreprocessSpec,
  type ReadOptions,
} from '../../../nodes/sdk/index.ts';
import { openPicture } from '../../../server/runtime/images/sharp.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { leastSize } from '../../../server/runtime/preprocess/geometry.ts';
import { createRealiser } from '../../../server/runtime/preprocess/realise.ts';

const fixtures = new URL('../../fixtures/decode/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, fixtures));
const expected = JSON.parse(read('expected.json').toString()) as Record<
  string,
  Record<'asStored' | 'upright', { width: number; height: number; sha256: string }>
>;

async function decode(bytes: Uint8Array, exif = false) {
  const { width, height, data } = await (await openPicture(bytes)).decode(exif);
  expect(data.length).toBe(width * height * 3);
  return { width, height, sha256: createHash('sha256').update(data).digest('hex') };
}

async function refusal(bytes: Uint8Array, limits = {}): Promise<{ code: string; message: string }> {
  const error = await openPicture(bytes, limits)
    .then((picture) => picture.decode(true))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(PatchbayError);
  const { code, message } = error as PatchbayError;
  return { code, message };
}

describe('a JPEG that may be decoded fast', () => {
  const fast = { decode: 'fast' } as const;
  /** Smooth waves of colour with a sharp disc, 1200 x 900. */
  const drawn = () => {
    const [width, height] = [1200, 900];
    const data = Buffer.alloc(width * height * 3);
    for (let at = 0; at < data.length; at++) {
      const [x, y, c] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
      const disc = (x - 500) ** 2 + (y - 400) ** 2 < 200 ** 2 ? 60 : 0;
      data[at] = 120 + 60 * Math.sin(x / (20 + 10 * c)) * Math.cos(y / 35) + disc;
    }
    return sharp(data, { raw: { width, height, channels: 3 } });
  };

  it.each([1, 6])(
    'differs little from the exact one after the same resize, with orientation %i',
    async (orientation) => {
      const bytes = await drawn().withMetadata({ orientation }).jpeg({ quality: 90 }).toBuffer();
      const picture = await openPicture(bytes);
      const full = orientation === 6 ? { width: 900, height: 1200 } : { width: 1200, height: 900 };
      const spec: PreprocessSpec = {
        exif: true,
        steps: [
          { op: 'resize', mode: 'shortest', size: 112, resample: 3 },
          { op: 'crop', width: 112, height: 112 },
        ],
      };
      const size = picture.reducedTo(true, fast, leastSize(spec))!;
      expect(Math.min(size.width, size.height)).toBe(224);
      const reduced = await picture.decode(true, fast, undefined, size);
      expect(reduced).toMatchObject({ ...size, full });
      const pool = new SessionPool(CPU, { threads: 1 });
      try {
        const { bytes: resize } = createRealiser(pool);
        const [one, other] = [await resize(reduced, spec), await resize(await picture.decode(true), spec)];
        expect([one.width, one.height]).toEqual([other.width, other.height]);
        const off = one.data.map((level, at) => Math.abs(level - other.data[at]!));
        // Levels of 0..255: two filters that reduce in another order.
        expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(1);
        expect(Math.max(...off)).toBeLessThan(16);
      } finally {
        await pool.dispose();
      }
    },
  );

  it.each<[string, string, ReadOptions | undefined, PictureSize | undefined, boolean]>([
    ['is reduced to the size asked for', 'baseline.jpg', fast, { width: 17, height: 12 }, true],
    [
      'is read exactly where its decoder saves nothing',
      'baseline.jpg',
      fast,
      { width: 18, height: 12 },
      false,
    ],
    ['counts upright', 'orientation6.jpg', fast, { width: 12, height: 17 }, true],
    ['counts upright', 'orientation6.jpg', fast, { width: 17, height: 12 }, false],
    ['that nobody resizes is read exactly', 'baseline.jpg', fast, undefined, false],
    ['is read exactly unless told otherwise', 'baseline.jpg', undefined, { width: 1, height: 1 }, false],
    ['in CMYK is read exactly', 'cmyk.jpg', fast, { width: 1, height: 1 }, false],
    ['is no PNG, which is read exactly', 'rgb.png', fast, { width: 1, height: 1 }, false],
  ])('%s: %s', async (_, name, how, least, isReduced) => {
    const size = (await openPicture(read(name))).reducedTo(true, how, () => least);
    expect(size).toEqual(isReduced ? least : undefined);
  });
});

describe('a picture decodes to the bytes of Pillow', () => {
  it.each(Object.keys(expected))('%s', async (name) => {
    expect(await decode(read(name))).toEqual(expected[name]!.asStored);
  });

  it.each(Object.keys(expected))('%s, turned as its EXIF says', async (name) => {
    expect(await decode(read(name), true)).toEqual(expected[name]!.upright);
  });

  it('even with a colour profile', async () => {
    const bytes = await sharp(read('rgb.png')).withIccProfile('p3').png().toBuffer();
    const raw = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect((await (await openPicture(bytes)).decode(false)).data).toEqual(raw);
  });

  it('a TIFF is rotated by its orientation even without EXIF rotation', async () => {
    // Red above green, rotated by a quarter turn: green is on the left.
    const raw = { width: 1, height: 2, channels: 3 } as const;
    const tiff = (orientation: number) =>
      sharp(Uint8Array.of(255, 0, 0, 0, 255, 0), { raw })
        .withMetadata({ orientation })
        .tiff({ compression: 'none' });
    for (const exif of [false, true]) {
      const { width, data } = await (await openPicture(await tiff(6).toBuffer())).decode(exif);
      expect([width, ...data]).toEqual([2, 0, 255, 0, 255, 0, 0]);
    }
  });

  it('a GIF keeps the colours of its transparent pixels', async () => {
    // Two pixels, black and orange. Orange is the transparent colour.
    const gif = (flags: number) =>
      Buffer.concat([
        Buffer.from('GIF89a\x02\0\x01\0', 'latin1'),
        Buffer.of(0x80, 0, 0, 0, 0, 0, 255, 128, 0),
        Buffer.of(0x21, 0xfe, 2, 0x68, 0x69, 0, 0x21, 0xf9, 4, flags, 0, 0, 1, 0),
        Buffer.of(0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0a, 0, 0x3b),
      ]);
    for (const flags of [0, 1]) {
      const { data } = await (await openPicture(gif(flags))).decode(false);
      expect([...data]).toEqual([0, 0, 0, 255, 128, 0]);
    }
  });

  it('except 16-bit grey, which keeps its upper 8 bits where Pillow clips to white', async () => {
    const levels = Uint16Array.of(0, 255, 256, 32768, 65535, 4660);
    const bytes = await sharp(levels, { raw: { width: 6, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { data } = await (await openPicture(bytes)).decode(false);
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([0, 0, 1, 128, 255, 18]);
  });

  it('nearly, for AVIF, which has another decoder', async () => {
    const bytes = await sharp(read('rgb.png')).avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
    const { data } = await (await openPicture(bytes)).decode(false);
    const source = await sharp(read('rgb.png')).raw().toBuffer();
    const difference = source.reduce((sum, level, i) => sum + Math.abs(level - data[i]!), 0) / source.length;
    expect(difference).toBeLessThan(6);
  });
});

/** A lossless WebP of equal pixels: every code has one symbol, so pixels take no bits. */
function webpBomb(edge: number): Uint8Array {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  put(edge - 1, 14);
  put(edge - 1, 14);
  put(0, 1 + 3 + 1 + 1 + 1);
  // Five "simple" codes, each with one symbol of one bit, which is 0.
  for (let code = 0; code < 5; code++) put(1, 4);
  const payload = Buffer.alloc(Math.ceil(bits.length / 8) + 1);
  payload[0] = 0x2f;
  bits.forEach((bit, i) => {
    payload[1 + (i >> 3)]! |= bit << (i & 7);
  });
  const padded = payload.length + (payload.length % 2);
  const file = Buffer.alloc(20 + padded);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WEBPVP8L', 8, 'latin1');
  file.writeUInt32LE(payload.length, 16);
  payload.copy(file, 20);
  return file;
}

describe('a picture that cannot be read fails with a sentence', () => {
  it('a decompression bomb, before decoding and within a few megabytes', async () => {
    const bomb = webpBomb(16_383);
    expect(bomb.length).toBeLessThanOrEqual(36);
    expect(await sharp(bomb).metadata()).toMatchObject({ width: 16_383, height: 16_383 });
    const before = process.memoryUsage().rss;
    expect(await refusal(bomb)).toEqual({
      code: 'image.too-many-pixels',
      message:
        'The picture has 16383 x 16383 pixels, more than the 179 million that Patchbay reads. Make it smaller.',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it('a decompression bomb below the limit of pixels', async () => {
    expect(await refusal(webpBomb(13_000))).toEqual({
      code: 'image.bomb',
      message:
        'The file claims 13000 x 13000 pixels in only 28 bytes. Patchbay refuses it, because such files are made to fill the memory.',
    });
  });

  it('an AVIF above its limit, a third of the usual one because its decoder needs more memory', async () => {
    const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'red' } })
      .avif()
      .toBuffer();
    expect(await refusal(bytes, { maxPixels: 200_000 })).toEqual({
      code: 'image.too-many-pixels',
      message:
        'The picture has 400 x 300 pixels, more than the 0.0667 million that Patchbay reads. Make it smaller.',
    });
  });

  it.each([
    ['baseline.jpg', 0.5],
    ['baseline.jpg', 0.9],
    ['progressive.jpg', 0.6],
    ['alpha.png', 0.7],
    ['lossy.webp', 0.6],
    ['lzw.tif', 0.5],
    ['still.gif', 0.5],
  ])('%s cut off at %d', async (name, share) => {
    const bytes = read(name);
    const code = name.endsWith('.tif') ? 'image.damaged' : 'image.cut-short';
    expect(await refusal(bytes.subarray(0, Math.floor(bytes.length * share)))).toMatchObject({ code });
  });

  it('a cut file has the same reason whatever is decoded at the same time', async () => {
    const cut = (name: string) => read(name).subarray(0, Math.floor(read(name).length / 2));
    const broken = read('rgb.png').fill(7, 60, 90);
    const names = ['baseline.jpg', 'alpha.png', 'lossy.webp', 'still.gif'];
    for (let round = 0; round < 5; round++) {
      const reasons = await Promise.all(
        names
          .flatMap((name) => [refusal(cut(name)), refusal(broken), refusal(cut(name))])
          .map(async (refused) => (await refused).message),
      );
      expect(new Set(reasons.filter((_, i) => i % 3 !== 1))).toEqual(
        new Set(['The picture file ends too early. It may not have been copied completely.']),
      );
      expect(new Set(reasons.filter((_, i) => i % 3 === 1))).toEqual(
        new Set(['The picture file is damaged. Copy or save it again.']),
      );
    }
  });

  it('bytes after a picture do no harm, as in Pillow', async () => {
    const bytes = Buffer.concat([read('baseline.jpg'), Buffer.from('trailing bytes')]);
    expect(await decode(bytes)).toEqual(expected['baseline.jpg']!.asStored);
  });

  it.each([
    ['nothing', '', 'image.empty'],
    ['text', 'hello, I am no picture', 'image.unknown-format'],
    [
      'a drawing',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'image.svg',
    ],
    [
      'a drawing that says it is not',
      ' \n<svg width="9" height="9"><image href="file:///etc/passwd"/></svg>',
      'image.svg',
    ],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image.heic'],
    ['BMP', 'BM            ', 'image.bmp'],
    ['a PDF', '%PDF-1.7 ', 'image.unknown-format'],
    ['a JPEG of three bytes', '\xff\xd8\xff', 'image.cut-short'],
    ['a PNG of its signature', '\x89PNG\r\n\x1a\n', 'image.cut-short'],
  ])('%s', async (_, content, code) => {
    expect(await refusal(Buffer.from(content, 'latin1'))).toMatchObject({ code });
  });

  it('a drawing never reaches the SVG parser', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(sharp(svg).png().toBuffer()).rejects.toThrow();
  });
});

describe('a copy to look at', () => {
  it('is upright, no larger than its limit, and never enlarged', async () => {
    const picture = await openPicture(read('orientation6.jpg'));
    expect(await sharp(await picture.copy('jpeg', 20)).metadata()).toMatchObject({
      format: 'jpeg',
      width: 14,
      height: 20,
    });
    expect(await sharp(await picture.copy('png', 500)).metadata()).toMatchObject({
      format: 'png',
      width: 37,
      height: 52,
    });
    expect(await sharp(await picture.copy('png', undefined)).metadata()).toMatchObject({
      width: 37,
      height: 52,
    });
  });
});
