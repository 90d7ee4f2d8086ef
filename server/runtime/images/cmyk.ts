/**
 * Converts CMYK to RGB as Pillow does, without colour profiles: light = 255 - K, and each channel = light - light * ink / 255.
 *
 * @param cmyk 4 bytes per pixel; 0 is no ink
 * @returns 3 bytes per pixel
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const pixels = cmyk.length / 4;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const light = 255 - cmyk[pixel * 4 + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      // a * b / 255, rounded, with integers only: Pillow's MULDIV255.
      const product = cmyk[pixel * 4 + ink]! * light + 128;
      rgb[pixel * 3 + ink] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}
