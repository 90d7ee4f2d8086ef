import sharp, { type Sharp, type SharpOptions } from 'sharp';
import {
  type Message,
  PatchbayError,
  type PictureSize,
  type ReadOptions,
  type RgbPicture,
} from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { cmykToRgb } from './cmyk.ts';
import { isCutShort, scansOf } from './cut-short.ts';
import { DEEP_SPACES, isCut, isNearlyBlack, type RawLevels, toBytes } from './deep-levels.ts';
import { FORMATS, type PictureFormat, sniffFormat } from './formats.ts';
import { opaqueGif } from './opaque-gif.ts';

/** Limits of decoding one picture. */
export interface DecodeLimits {
  /**
   * A picture with more pixels is refused before decoding. Default 178,956,970, the limit of Pillow. AVIF gets a third of it,
   * because its decoder takes 17 bytes per pixel.
   */
  readonly maxPixels?: number;
}

/** The most pixels of a picture: like Pillow, twice its MAX_IMAGE_PIXELS. Pillow calls a larger one a decompression bomb. */
export const MAX_PIXELS = 178_956_970;
/**
 * The passes over a progressive JPEG of the largest size; a smaller one may have more. Cameras and programs write about ten, but a
 * file can describe its whole picture thousands of times. The clock is no limit, because it counts what other programs do.
 */
const MAX_PASSES = 20;
/** Some formats describe a huge plain area in 30 bytes. With more pixels per byte than this, the file is a decompression bomb. */
const BOMB_PIXELS_PER_BYTE = 1000;
/** A picture with at most this many pixels is harmless, even if it takes few bytes. */
const BOMB_PIXELS = 16_777_216;
/** The least reduction for which sharp lets a JPEG decoder work at half the size. */
const LEAST_SHRINK = 3;

// libvips can also read SVG, PDF and its own formats. They are blocked, so that a file from outside cannot choose their
// parsers.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(FORMATS).flatMap((format) => format.loaders) });
// Each picture is read once, so a cache of operations would only take memory.
sharp.cache(false);
// Several pictures are decoded at the same time; threads within one would compete for the same cores.
sharp.concurrency(1);

/** What people should know about a picture that was read. */
export type ReadNote =
  /** Its levels need more than 8 bits and were cut. */
  | { readonly kind: 'deep' }
  /** It has transparent parts, and all its pixels came out in one colour, `#rrggbb`. */
  | { readonly kind: 'plain'; readonly colour: string };

/** The size that a decoded picture must have at least, given its size in the file; undefined if it must not be reduced. */
export type LeastSize = (full: PictureSize) => PictureSize | undefined;

/** A picture whose header passed the checks. */
export interface OpenedPicture {
  /** The size stored in the file, before EXIF rotation. */
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /**
   * Decodes the first frame as Pillow's `convert('RGB')` does: it ignores profiles, drops alpha without blending, converts CMYK
   * by Pillow's formula, and refuses damaged files. Of 16 bits it keeps the upper 8; Pillow differs for grey pictures, where it
   * makes all but the darkest pixels white. AVIF colours may differ from Pillow's by a few levels, because the decoder differs.
   *
   * @param exif rotate the picture by its EXIF orientation
   * @param read what to do otherwise than Pillow
   * @param onNote hears that levels were cut, or that a transparent picture came out in one colour
   * @param size a reduced size, as {@link OpenedPicture.reducedTo} says; without it every pixel is decoded
   * @throws PatchbayError `image.*`
   */
  decode(
    exif: boolean,
    read?: ReadOptions,
    onNote?: (note: ReadNote) => void,
    size?: PictureSize,
  ): Promise<RgbPicture>;
  /**
   * The size at which the picture is decoded fast: the least one that `least` allows for the upright picture. Undefined where it is
   * read exactly, where it is not a JPEG, and where its decoder would save nothing.
   */
  reducedTo(exif: boolean, read: ReadOptions | undefined, least: LeastSize): PictureSize | undefined;
  /**
   * Makes a copy for people to look at: upright, in sRGB, never enlarged.
   * @throws PatchbayError `image.*`
   */
  copy(format: 'png' | 'jpeg', maxEdge: number | undefined): Promise<Uint8Array>;
}

/**
 * Reads and checks a picture's header. It decodes nothing, so a decompression bomb costs nothing.
 * @throws PatchbayError `image.*`
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
    // Pillow accepts decoder warnings but not missing data; `error` draws the same line.
    sharp(of, { failOn: 'error', limitInputPixels: maxPixels, pages: 1, ...options });
  // Reading the header is cheap, whatever size it claims. The size is checked below.
  const {
    width,
    height,
    space,
    depth,
    channels,
    hasAlpha,
    orientation = 1,
  } = await attempt(() => load({ limitInputPixels: false }).metadata());
  const size = `${width} x ${height}`;
  const most = maxPixels / (format.memory ?? 1);
  if (!(width * height <= most)) {
    const millions = Number((most / 1e6).toPrecision(3));
    throw refuse(imageMessage('image.too-many-pixels', { size, millions }));
  }
  if (format.bombs && width * height > Math.max(BOMB_PIXELS, bytes.byteLength * BOMB_PIXELS_PER_BYTE))
    throw refuse(imageMessage('image.bomb', { size, bytes: bytes.byteLength }));
  const scans = format === FORMATS.jpeg ? scansOf(bytes) : 1;
  if (width * height * scans > maxPixels * MAX_PASSES)
    throw refuse(imageMessage('image.too-many-scans', { scans }));
  // From 5 on, the EXIF orientation turns the picture on its side.
  const upright = (exif: boolean): PictureSize =>
    exif && orientation >= 5 ? { width: height, height: width } : { width, height };
  return {
    width,
    height,
    format,
    reducedTo(exif, read, least) {
      if (read?.decode !== 'fast' || format !== FORMATS.jpeg || space === 'cmyk') return undefined;
      const full = upright(exif);
      const size = least(full);
      if (size === undefined) return undefined;
      return Math.min(full.width / size.width, full.height / size.height) < LEAST_SHRINK ? undefined : size;
    },
    decode: (exif, read = {}, onNote, size) =>
      attempt(async () => {
        // Pillow always rotates a TIFF: there the orientation belongs to the format, not to EXIF.
        const autoOrient = exif || format === FORMATS.tiff;
        const { background, levels } = read;
        const opaque = format === FORMATS.gif && background === undefined ? opaqueGif(bytes) : bytes;
        const picture = reduced(
          withoutAlpha(load({ autoOrient, ignoreIcc: true }, opaque), background),
          size,
        );
        const isDeep = depth !== 'uchar' && DEEP_SPACES.has(space) && (channels ?? 3) <= 4;
        if (isDeep && levels !== undefined) {
          const raw = await rawLevels(picture, space);
          return { width: raw.width, height: raw.height, data: toBytes(raw, levels) };
        }
        const { data, info } = await (space === 'cmyk'
          ? picture.pipelineColourspace('cmyk').toColourspace('cmyk')
          : picture.toColourspace('srgb')
        )
          .raw({ depth: 'uchar' })
          .toBuffer({ resolveWithObject: true });
        const sized = {
          width: info.width,
          height: info.height,
          ...(size && { full: upright(exif) }),
        };
        if (space === 'cmyk' && info.channels === 4) return { ...sized, data: cmykToRgb(data) };
        if (info.channels === 3) {
          if (onNote && isDeep) {
            // Of 16 bits the upper 8 stay, so a glance at them is enough; other types are cut without a trace.
            const raw =
              depth === 'ushort'
                ? undefined
                : await rawLevels(withoutAlpha(load({ ignoreIcc: true })), space);
            if (raw ? isCut(raw) : isNearlyBlack(data)) onNote({ kind: 'deep' });
          }
          const colour = onNote && hasAlpha ? plainColour(data) : undefined;
          if (colour !== undefined) onNote?.({ kind: 'plain', colour });
          return { ...sized, data };
        }
        throw refuse(imageMessage('image.channels', { count: info.channels }));
      }),
    copy: (as, maxEdge) =>
      attempt(() => {
        const picture = load({ autoOrient: true }).resize({
          ...(maxEdge !== undefined && { width: maxEdge, height: maxEdge }),
          fit: 'inside',
          withoutEnlargement: true,
        });
        // JPEG has no alpha, so transparent parts become white.
        return as === 'png'
          ? picture.png().toBuffer()
          : picture.flatten({ background: '#ffffff' }).jpeg({ quality: 88 }).toBuffer();
      }),
  };
}

const withoutAlpha = (picture: Sharp, background?: string): Sharp =>
  background === undefined ? picture.removeAlpha() : picture.flatten({ background });

/** A picture at a reduced size: its decoder does the most that it can by a half, a quarter or an eighth, and libvips the rest. */
const reduced = (picture: Sharp, size: PictureSize | undefined): Sharp =>
  size ? picture.resize({ ...size, fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: true }) : picture;

/** The levels of a picture as the file has them, as floats. */
async function rawLevels(picture: Sharp, space: string): Promise<RawLevels> {
  const { data, info } = await picture
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    width,
    height,
    channels,
    data: new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4),
  };
}

/** The colour of a picture whose pixels are all equal, `#rrggbb`; undefined for any other. */
function plainColour(data: Uint8Array): string | undefined {
  for (let at = 3; at < data.length; at++) if (data[at] !== data[at - 3]) return undefined;
  return `#${Buffer.from(data.subarray(0, 3)).toString('hex')}`;
}

/** Opens and decodes a picture; see {@link OpenedPicture.decode}. @throws PatchbayError `image.*` */
export async function decodeRgb(
  bytes: Uint8Array,
  exif: boolean,
  limits: DecodeLimits = {},
): Promise<RgbPicture> {
  return (await openPicture(bytes, limits)).decode(exif);
}

/** Encodes a picture as a PNG file. Equal pixels give equal bytes. */
export function encodePng({ width, height, data }: RgbPicture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/**
 * The format of a file by its first bytes.
 * @throws PatchbayError `image.empty`, `image.unknown-format`, or the message of a format that Patchbay does not read
 */
export function formatOf(bytes: Uint8Array): PictureFormat {
  if (bytes.byteLength === 0) throw refuse(imageMessage('image.empty'));
  const format = sniffFormat(bytes);
  if (format === undefined)
    throw refuse(
      imageMessage('image.unknown-format', { formats: Object.values(FORMATS).map(({ name }) => name) }),
    );
  if (!('loaders' in format)) throw refuse(imageMessage(format.refusal));
  return format;
}

const refuse = (message: Message, cause?: unknown): PatchbayError => new PatchbayError(message, { cause });

/** Turns an error of libvips, which is written for programmers, into a message for users. */
function unreadable(error: unknown, bytes: Uint8Array, format: PictureFormat): PatchbayError {
  if (error instanceof PatchbayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(message)) return refuse(imageMessage('image.pixel-limit'), error);
  if (isCutShort(bytes, format)) return refuse(imageMessage('image.cut-short'), error);
  return refuse(imageMessage('image.damaged'), error);
}
