// Makes JPEG files for the benchmarks: smooth colours with some noise, so that decoding takes as long as for photos.
import { join } from 'node:path';
import sharp from 'sharp';

/** Writes `count` different JPEG files. @returns their folder */
export async function drawJpegs(folder, count, { width = 900, height = 600, from = 0 } = {}) {
  const data = Buffer.alloc(width * height * 3);
  for (let n = from; n < from + count; n += 1) {
    let state = n + 1;
    const [fx, fy] = [1 + (n % 7), 1 + (n % 5)];
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        const grain = (state >>> 24) / 16;
        data[at] = 120 + 90 * Math.sin((fx * x) / 90 + n) + grain;
        data[at + 1] = 120 + 90 * Math.cos((fy * y) / 70 + n) + grain;
        data[at + 2] = 120 + 90 * Math.sin((x + y) / 120 + 2 * n) + grain;
        at += 3;
      }
    }
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 88 })
      .toFile(join(folder, `picture-${String(n).padStart(6, '0')}.jpg`));
  }
  return folder;
}
