const EXTENSION = 0x21;
const CONTROL = 0xf9;

/**
 * A GIF whose first picture has no transparent colour: Pillow keeps the colour that lies under it when it makes RGB, and the
 * decoder here would make it black. The bytes themselves where there is none (GIF89a, 18 to 23).
 */
export function opaqueGif(bytes: Uint8Array): Uint8Array {
  const table = bytes[10] ?? 0;
  let at = 13 + (table & 0x80 ? 3 * 2 ** ((table & 7) + 1) : 0);
  while (bytes[at] === EXTENSION) {
    const flags = bytes[at + 3] ?? 0;
    if (bytes[at + 1] === CONTROL && flags & 1) {
      const copy = Uint8Array.from(bytes);
      copy[at + 3] = flags & ~1;
      return copy;
    }
    // What follows comes in blocks that say their length, and one of none ends it.
    at += 2;
    while (bytes[at]) at += bytes[at]! + 1;
    at += 1;
  }
  return bytes;
}
