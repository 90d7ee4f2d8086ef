import type { PictureFormat } from './formats.ts';

const EOI = 0xd9;
const SOS = 0xda;

/**
 * Whether a file ends before its picture does, according to its structure. The messages of decoders are not reliable
 * here, because decoders that run at the same time share one message buffer. Always false for TIFF and AVIF, whose
 * structure does not show it.
 */
export function isCutShort(bytes: Uint8Array, format: PictureFormat): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format.extension) {
    case 'jpg':
      return jpeg(view);
    case 'png':
      return png(view);
    case 'webp':
      return view.length < 12 || 8 + view.readUInt32LE(4) > view.length;
    case 'gif':
      return gif(view);
    default:
      return false;
  }
}

/** Segments before the scan carry their lengths; the scan ends with the marker EOI (ITU-T T.81, annex B). */
function jpeg(view: Buffer): boolean {
  let at = 2;
  while (at + 4 <= view.length) {
    if (view[at] !== 0xff) return false;
    const marker = view[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (marker === SOS) return view.lastIndexOf(Buffer.of(0xff, EOI)) < at;
    else at += 2 + view.readUInt16BE(at + 2);
  }
  return true;
}

/** The number of passes over a JPEG: one for each marker SOS, whose bytes cannot occur inside of a pass (ITU-T T.81, B.1.1.5). */
export function scansOf(bytes: Uint8Array): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = Buffer.of(0xff, SOS);
  let scans = 0;
  for (let at = view.indexOf(marker); at !== -1; at = view.indexOf(marker, at + 2)) scans += 1;
  return Math.max(1, scans);
}

/** Chunks carry their lengths, and the last chunk is IEND (PNG, third edition, 5.3). */
function png(view: Buffer): boolean {
  let at = 8;
  while (at + 12 <= view.length) {
    if (view.toString('latin1', at + 4, at + 8) === 'IEND') return false;
    at += 12 + view.readUInt32BE(at);
  }
  return true;
}

/** The last byte is the trailer, a semicolon (GIF89a, 27). Some writers add zeros after it. */
function gif(view: Buffer): boolean {
  let last = view.length - 1;
  while (last > 0 && view[last] === 0) last -= 1;
  return view[last] !== 0x3b;
}
