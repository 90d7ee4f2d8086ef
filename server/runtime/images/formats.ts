/** A picture format that is read. */
export interface PictureFormat {
  readonly name: string;
  /** With which exported bytes are named. */
  readonly extension: string;
  readonly extensions: readonly string[];
  /** libvips' classes for it. */
  readonly loaders: readonly string[];
  /** How many times the usual memory its decoder needs for a pixel; 1 where absent. */
  readonly memory?: number;
  /** Whether a plain area of any size fits in a few bytes. */
  readonly bombs?: boolean;
}

/** Formats that are read, by the decoders that ship with sharp. */
export const FORMATS = {
  jpeg: {
    name: 'JPEG',
    extension: 'jpg',
    extensions: ['jpg', 'jpeg', 'jfif'],
    loaders: ['VipsForeignLoadJpeg'],
  },
  png: { name: 'PNG', extension: 'png', extensions: ['png'], loaders: ['VipsForeignLoadPng'] },
  webp: {
    name: 'WebP',
    extension: 'webp',
    extensions: ['webp'],
    loaders: ['VipsForeignLoadWebp'],
    bombs: true,
  },
  gif: { name: 'GIF', extension: 'gif', extensions: ['gif'], loaders: ['VipsForeignLoadNsgif'] },
  tiff: { name: 'TIFF', extension: 'tif', extensions: ['tif', 'tiff'], loaders: ['VipsForeignLoadTiff'] },
  avif: {
    name: 'AVIF',
    extension: 'avif',
    extensions: ['avif'],
    loaders: ['VipsForeignLoadHeif'],
    memory: 3,
    bombs: true,
  },
} as const satisfies Record<string, PictureFormat>;

/** Endings, lower case without dot, that a folder scan lists. */
export const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set(
  Object.values(FORMATS).flatMap((format) => format.extensions),
);

/** Endings of pictures in formats that are not read, and of files without one: people wonder where those went. */
export const UNREAD_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    'heic heif hif bmp dib svg svgz jxl jp2 j2k jpx jxr psd psb xcf ico cur tga pcx ppm pgm pbm pnm exr hdr eps ai ' +
    'raw cr2 cr3 nef arw dng orf rw2 raf apng'
  ).split(' '),
).add('');

/** A format that is recognised and refused, with what to do instead. */
export interface RefusedFormat {
  readonly refusal: string;
}

const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis'];

/** What a file is by its first bytes, whatever its name says; undefined where it is no picture. */
export function sniffFormat(bytes: Uint8Array): PictureFormat | RefusedFormat | undefined {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  const head = ascii(0, 4);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return FORMATS.jpeg;
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return FORMATS.png;
  if (head === 'RIFF' && ascii(8, 12) === 'WEBP') return FORMATS.webp;
  if (head === 'GIF8') return FORMATS.gif;
  if (head === 'II*\0' || head === 'MM\0*' || head === 'II+\0' || head === 'MM\0+') return FORMATS.tiff;
  if (ascii(4, 8) === 'ftyp') {
    const brands = ascii(8, Math.min(bytes.length, 64));
    if (/avif|avis/.test(brands)) return FORMATS.avif;
    if (HEIC_BRANDS.some((brand) => brands.includes(brand)) || brands.startsWith('mif1'))
      return { refusal: 'HEIC is not read: export it as JPEG' };
  }
  if (head.startsWith('BM')) return { refusal: 'BMP is not read: save it as PNG' };
  if (/<svg[\s>]/i.test(ascii(0, Math.min(bytes.length, 1024))))
    return { refusal: 'SVG is not read, because drawings can run for minutes: export it as PNG' };
  return undefined;
}
