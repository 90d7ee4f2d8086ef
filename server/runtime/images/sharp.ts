import sharp, { type SharpOptions } from 'sharp';
import { PatchbayError, type RgbPicture } from '../../../nodes/sdk/index.ts';
import { cmykToRgb } from './cmyk.ts';
import { isCutShort } from './cut-short.ts';
import { FORMATS, type PictureFormat, sniffFormat } from './formats.ts';
import { opaqueGif } from './opaque-gif.ts';

/** Bounds on what a picture may cost. */
export interface DecodeLimits {
  /**
   * Pictures of more pixels are refused before any is decoded. Default 178,956,970, where Pillow refuses too; a third of it
   * for AVIF, whose decoder takes 17 bytes a pixel.
   */
  readonly maxPixels?: number;
  /** Seconds a picture may take. Default 5. */
  readonly seconds?: number;
}

/** Where Pillow calls a picture a decompression bomb: twice its MAX_IMAGE_PIXELS. */
export const MAX_PIXELS = 178_956_970;
const SECONDS = 5;
/** Where a format can say a huge plain area in 30 bytes, more pixels than this for a byte are no picture. */
const BOMB_PIXELS_PER_BYTE = 1000;
/** Below it a plain picture may be as small as it likes. */
const BOMB_PIXELS = 16_777_216;

// libvips also reads SVG, PDF and formats of its own when told to; a stranger's file does not choose among those.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).flatMap((format) => format.loaders) });
// Pictures are read once: a cache of operations would only hold memory.
sharp.cache(false);
// Pictures are decoded side by side; threads inside one would fight over the same cores.
sharp.concurrency(1);

/** A picture whose header was read and found acceptable. */
export interface OpenedPicture {
  /** Sizes as they are in the file, before any EXIF turn. */
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /**
   * Decodes the first frame as Pillow's `convert('RGB')` does: profiles ignored, alpha dropped and not blended, CMYK by
   * Pillow's formula, damaged files refused where they are there. 16 bits become 8 by their upper half; only for grey
   * pictures Pillow differs, and makes all but the darkest white. AVIF's colours may differ by some levels: another decoder.
   *
   * @param exif turn the picture as its EXIF orientation says
   * @throws PatchbayError `image.unreadable` with a sentence
   */
  decode(exif: boolean): Promise<RgbPicture>;
  /**
   * A copy for people to look at: upright, in sRGB, never enlarged.
   * @throws PatchbayError `image.unreadable`
   */
  copy(format: 'png' | 'jpeg', maxEdge: number | undefined): Promise<Uint8Array>;
}

/**
 * Reads a picture's header; nothing is decoded yet, so a bomb costs nothing.
 * @throws PatchbayError `image.unreadable` with a sentence
 */
export async function openPicture(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<OpenedPicture> {
  const maxPixels = limits.maxPixels ?? MAX_PIXELS;
  const format = formatOf(bytes);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unreadable(error, bytes, format);
    }
  };
  const load = (options: SharpOptions, of = bytes) =>
    // Pillow forgives warnings of the decoder but no missing data: `error` is that line.
    sharp(of, { failOn: 'error', limitInputPixels: maxPixels, pages: 1, ...options }).timeout({
      seconds: limits.seconds ?? SECONDS,
    });
  // The header alone is cheap whatever it claims; what it claims is judged here.
  const { width, height, space } = await attempt(() => load({ limitInputPixels: false }).metadata());
  const claimed = `its ${width} x ${height} pixels`;
  const most = maxPixels / (format.memory ?? 1);
  if (!(width * height <= most))
    throw refuse(`${claimed} are more than the ${Number((most / 1e6).toPrecision(3))} million that are read`);
  if (format.bombs && width * height > Math.max(BOMB_PIXELS, bytes.byteLength * BOMB_PIXELS_PER_BYTE))
    throw refuse(
      `${claimed} come from ${bytes.byteLength} bytes, which only files made to fill the memory do`,
    );
  return {
    width,
    height,
    format,
    decode: (exif) =>
      attempt(async () => {
        // Pillow always turns a TIFF as it says: there the turn belongs to the format, not to EXIF.
        const autoOrient = exif || format === FORMATS.tiff;
        const opaque = format === FORMATS.gif ? opaqueGif(bytes) : bytes;
        const picture = load({ autoOrient, ignoreIcc: true }, opaque);
        const { data, info } = await (space === 'cmyk'
          ? picture.pipelineColourspace('cmyk').toColourspace('cmyk')
          : picture.removeAlpha().toColourspace('srgb')
        )
          .raw({ depth: 'uchar' })
          .toBuffer({ resolveWithObject: true });
        const size = { width: info.width, height: info.height };
        if (space === 'cmyk' && info.channels === 4) return { ...size, data: cmykToRgb(data) };
        if (info.channels === 3) return { ...size, data };
        throw refuse(`its ${info.channels} colour channels are not understood`);
      }),
    copy: (as, maxEdge) =>
      attempt(() => {
        const picture = load({ autoOrient: true }).resize({
          ...(maxEdge !== undefined && { width: maxEdge, height: maxEdge }),
          fit: 'inside',
          withoutEnlargement: true,
        });
        // JPEG has no alpha: what shows through is white, as on a page.
        return as === 'png'
          ? picture.png().toBuffer()
          : picture.flatten({ background: '#ffffff' }).jpeg({ quality: 88 }).toBuffer();
      }),
  };
}

/** Opens and decodes in one go; see {@link OpenedPicture.decode}. @throws PatchbayError `image.unreadable` */
export async function decodeRgb(
  bytes: Uint8Array,
  exif: boolean,
  limits: DecodeLimits = {},
): Promise<RgbPicture> {
  return (await openPicture(bytes, limits)).decode(exif);
}

/** A picture as a PNG file; the same bytes for the same pixels. */
export function encodePng({ width, height, data }: RgbPicture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/**
 * The format of a file by its first bytes.
 * @throws PatchbayError `image.unreadable` for an empty file, a format that is not read, or what is no picture
 */
export function formatOf(bytes: Uint8Array): PictureFormat {
  if (bytes.byteLength === 0) throw refuse('the file is empty');
  const format = sniffFormat(bytes);
  if (format === undefined) throw refuse('it is in no picture format that can be read here');
  if (!('loaders' in format)) throw refuse(format.refusal);
  return format;
}

function refuse(reason: string, cause?: unknown): PatchbayError {
  return new PatchbayError(
    { code: 'image.unreadable', message: `The picture cannot be read: ${reason}.` },
    { cause },
  );
}

/** libvips' messages are for programmers; what a person can act on is said in words. */
function unreadable(error: unknown, bytes: Uint8Array, format: PictureFormat): PatchbayError {
  if (error instanceof PatchbayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/timeout/i.test(message)) return refuse('decoding takes too long', error);
  if (/pixel limit/i.test(message)) return refuse('it has too many pixels', error);
  if (isCutShort(bytes, format))
    return refuse('the file ends too early; it may not have been copied completely', error);
  return refuse('the file is damaged', error);
}
