import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EncoderRef, Tokens } from '../../nodes/sdk/index.ts';
import { openPicture } from '../../server/runtime/images/sharp.ts';
import { createRealiser } from '../../server/runtime/preprocess/realise.ts';
import { imagesOf, never, openWorld } from '../runtime/encoders/encoding-world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const figures = JSON.parse(readFileSync(`${root}models/tiny-vae/figures.json`, 'utf8')) as {
  psnr: number;
  side: number;
  heldOutPictures: number;
};
const SAMPLES = `${root}workflows/samples/pictures/`;
// A third of the samples that the recipe held out, which are every eighth.
const files = readdirSync(SAMPLES)
  .flatMap((label) => readdirSync(`${SAMPLES}${label}`).map((name) => `${SAMPLES}${label}/${name}`))
  .sort()
  .filter((_, i) => i % 24 === 0);

let world: Awaited<ReturnType<typeof openWorld>>;
let encoder: EncoderRef;
let latents: Tokens;
beforeAll(async () => {
  world = await openWorld([`${root}models/tiny-vae`]);
  encoder = await world.encoders.open('tiny-vae');
  latents = await world.encoders.tokens(encoder, imagesOf(files), {
    signal: never,
    batchSize: 8,
    layer: 'latent',
  });
});
afterAll(() => world.close());

it('pictures become 28 x 28 places of 8 numbers with a spread of one', async () => {
  const { dims, data } = await latents.tensor.toHost();
  expect(dims).toEqual([files.length, 28 * 28, 8]);
  expect(latents.grid).toEqual({ rows: 28, columns: 28, prefix: 0 });
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  expect(spread).toBeGreaterThan(0.8);
  expect(spread).toBeLessThan(1.2);
});

// The recipe used all held-out pictures and enlarged them with PyTorch instead of Pillow, so 2 dB less are allowed.
it('unseen pictures come back as near as its figures say', async () => {
  const realiser = createRealiser(world.pool);
  const spec = { ...encoder.preprocess!, exif: false };
  const decibels: number[] = [];
  let at = 0;
  for await (const { picture } of world.encoders.decodeLatents(encoder, latents, {
    signal: never,
    batchSize: 8,
  })) {
    expect([picture.width, picture.height]).toEqual([figures.side, figures.side]);
    const seen = await realiser.bytes(
      await (await openPicture(readFileSync(files[at++]!))).decode(false),
      spec,
    );
    let squares = 0;
    for (const [i, level] of picture.data.entries()) squares += (level - seen.data[i]!) ** 2;
    decibels.push(10 * Math.log10(255 ** 2 / (squares / picture.data.length)));
  }
  expect(decibels.length).toBe(files.length);
  expect(Math.min(...decibels)).toBeGreaterThan(25);
  const mean = decibels.reduce((sum, value) => sum + value, 0) / decibels.length;
  expect(Math.abs(mean - figures.psnr)).toBeLessThan(2);
});
