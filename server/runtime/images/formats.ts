/** A picture format that Patchbay reads. */
export interface PictureFormat {
  readonly name: string;
  /** The file extension for exported bytes. */
  readonly extension: string;
  readonly extensions: readonly string[];
  /** The libvips classes that read it. */
  readonly loaders: readonly string[];
  /** How many times more memory per pixel its decoder needs than the others; 1 if absent. */
  readonly memory?: number;
  /** Whether a few bytes can describe a huge area of one colour. */
  readonly bombs?: boolean;
}

/** The formats that Patchbay reads, all with decoders that ship with sharp. */
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

/** The file extensions that a folder scan lists, in lower case without the dot. */
export const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set(
  Object.values(FORMATS).flatMap((format) => format.extensions),
);

/**
 * Extensions of picture formats that Patchbay does not read, and "" for files without one. A warning counts these
 * files.
 */
export const UNREAD_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    'heic heif hif bmp dib svg svgz jxl jp2 j2k jpx jxr psd psb xcf ico cur tga pcx ppm pgm pbm pnm exr hdr eps ai ' +
    'raw cr2 cr3 nef arw dng orf rw2 raf apng'
  ).split(' '),
).add('');

/** A format that Patchbay recognises and does not read; the message of this code says what to do instead. */
export interface RefusedFormat {
  readonly refusal: 'image.heic' | 'image.bmp' | 'image.svg';
}

const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis'];

/** The number of bytes that is enough to recognise a format. */
export const HEAD_BYTES = 1024;

/** The format of a file by its first bytes, not by its name; undefined for an unknown format. */
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
      return { refusal: 'image.heic' };
  }
  if (head.startsWith('BM')) return { refusal: 'image.bmp' };
  if (/<svg[\s>]/i.test(ascii(0, Math.min(bytes.length, 1024)))) return { refusal: 'image.svg' };
  return undefined;
}
