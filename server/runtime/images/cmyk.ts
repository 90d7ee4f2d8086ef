/**
 * CMYK to RGB by Pillow's formula, without colour profiles: what is left of (255 - K) after taking away its share of ink.
 *
 * @param cmyk 4 bytes a pixel, 0 meaning no ink
 * @returns 3 bytes a pixel
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const pixels = cmyk.length / 4;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const light = 255 - cmyk[pixel * 4 + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      // a * b / 255, rounded, in integers: Pillow's MULDIV255.
      const product = cmyk[pixel * 4 + ink]! * light + 128;
      rgb[pixel * 3 + ink] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}
