#!/usr/bin/env bash
# Expected: a JPEG decoder can work at 1/2, 1/4 or 1/8 of the size, and sharp says that a resize uses this (fastShrinkOnLoad, on by
#           default). So a resize to exactly 1/2 should decode at 1/2.
# Happens:  sharp 0.35.5 (libvips 8.18.7) takes the next smaller reduction where the resize is to between 1/2 and 1/3, 1/4 and 1/5, or
#           1/8 and 1/9, against rounding errors. A resize to exactly 1/2 decodes every pixel: with the kernel "nearest" all pixels
#           of the result are pixels of the full picture. One to 1/3 has almost none of them, because the decoder made averages.
# Matters:  who asks for a power of two, to let the codec do all the work, gets twice or four times the decoding.
# Remedy:   ask for the size that is needed, not for one that the codec could give; only below 1/3 is time saved.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat >look.cjs <<'JS'
const sharp = require('sharp');
const [width, height] = [960, 768];
const data = Buffer.alloc(width * height * 3);
let state = 1;
for (let i = 0; i < data.length; i++) {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  data[i] = state >>> 24;
}
(async () => {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality: 95 }).toBuffer();
  const full = await sharp(jpeg).raw().toBuffer();
  const pixel = (of, wide, x, y) => of.readUIntBE((y * wide + x) * 3, 3);
  const shares = {};
  for (const by of [2, 3]) {
    const [w, h] = [width / by, height / by];
    const small = await sharp(jpeg).resize(w, h, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
    let same = 0;
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let is = false;
        for (let dy = 0; dy < by; dy++)
          for (let dx = 0; dx < by; dx++)
            is ||= pixel(full, width, x * by + dx, y * by + dy) === pixel(small, w, x, y);
        same += is;
      }
    shares[by] = same / (w * h);
    console.log(`1/${by}: ${(100 * shares[by]).toFixed(1)} % of the pixels are pixels of the full picture`);
  }
  console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
  if (!(shares[2] > 0.99 && shares[3] < 0.01)) {
    console.error('This has changed: look at the comment on top.');
    process.exit(1);
  }
})();
JS
node look.cjs
