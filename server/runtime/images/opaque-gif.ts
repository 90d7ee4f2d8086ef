const EXTENSION = 0x21;
const CONTROL = 0xf9;

/**
 * Removes the transparent colour of a GIF's first picture (GIF89a, 18 to 23). When converting to RGB, Pillow keeps that
 * colour, but the decoder here would make it black. Returns the same bytes if the GIF has no transparent colour.
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
    // Blocks follow, each with its length in front; a block of length 0 ends them.
    at += 2;
    while (bytes[at]) at += bytes[at]! + 1;
    at += 1;
  }
  return bytes;
}
