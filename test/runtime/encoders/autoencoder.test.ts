import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbPicture, Tokens } from '../../../nodes/sdk/index.ts';
import { imageItem, imagesOf, never, openWorld } from './encoding-world.ts';
import { describeOracles, expectEmbeddings, tensorsOf } from './oracle-cases.ts';

const options = { signal: never, batchSize: 2 };

/** Turns latents in the form of tokens into N x C x h x w. */
function asMap(dims: readonly number[], data: Float32Array, { rows, columns } = { rows: 0, columns: 0 }) {
  const [count = 0, places = 0, channels = 0] = dims;
  const out = new Float32Array(data.length);
  for (const [i, value] of data.entries()) {
    const [row, place, channel] = [
      Math.floor(i / (places * channels)),
      Math.floor(i / channels) % places,
      i % channels,
    ];
    out[(row * channels + channel) * places + place] = value;
  }
  return { dims: [count, channels, rows, columns], data: out };
}

/** The peak signal-to-noise ratio of two pictures, in decibels. */
function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}

describeOracles('vae', (root) => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let expected: Awaited<ReturnType<typeof tensorsOf>>;
  beforeAll(async () => {
    world = await openWorld([`${root.path}vae`]);
    expected = await tensorsOf(`${root.path}vae/expected.safetensors`);
  });
  afterAll(() => world.close());

  /** Latents of the reference picture, as it is. */
  async function latents(): Promise<Tokens> {
    const encoder = await world.encoders.open('vae');
    const steps = encoder.preprocess!.steps.filter(({ op }) => op === 'rescale' || op === 'normalize');
    const items = [imageItem(`${root.path}vae/input.png`)];
    const pixels = { kind: 'pixels' as const, items, skipped: [], spec: { exif: false, steps } };
    return world.encoders.tokens(encoder, pixels, options);
  }

  it('latents are the scaled mean, one token a place, row by row', async () => {
    const { tensor, grid, space } = await latents();
    const { dims, data } = await tensor.toHost();
    const want = expected.get('latent_mean_scaled')!;
    expect(grid).toEqual({ rows: want.dims[2], columns: want.dims[3], prefix: 0 });
    expect(space).toMatchObject({ layer: 'latent', dims: want.dims[1], projection: 'none', pooling: 'none' });
    expectEmbeddings(asMap(dims, data, grid), want);
  });

  it('decoded pictures equal PyTorch’s within one level', async () => {
    const encoder = await world.encoders.open('vae');
    const pictures: RgbPicture[] = [];
    for await (const { picture } of world.encoders.decodeLatents(encoder, await latents(), options))
      pictures.push(picture);
    const want = expected.get('decoded')!;
    const [, , height = 0, width = 0] = want.dims;
    expect(pictures).toMatchObject([{ width, height }]);
    const bytes = Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const level = want.data[(i % 3) * height * width + Math.floor(i / 3)]!;
      return Math.round(Math.min(1, Math.max(0, (level + 1) / 2)) * 255);
    });
    const worst = bytes.reduce(
      (most, level, i) => Math.max(most, Math.abs(level - pictures[0]!.data[i]!)),
      0,
    );
    expect(worst).toBeLessThanOrEqual(1);
    expect(psnr(bytes, pictures[0]!.data)).toBeGreaterThan(60);
  });

  it('pictures become squares with sides that divide by 8, and levels from -1 to 1', async () => {
    const { preprocess, towers } = await world.encoders.open('vae');
    expect(preprocess!.steps).toMatchObject([
      { op: 'resize', mode: 'shortest', size: 512 },
      { op: 'crop', width: 512, height: 512 },
      { op: 'rescale' },
      { op: 'normalize', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    ]);
    expect(towers).toMatchObject({ image: { layers: ['latent'] }, decoder: { channels: 4 } });
  });

  it('sides that do not divide by 8 are refused, with sides that do', async () => {
    const encoder = await world.encoders.open('vae');
    const items = [imageItem(`${root.path}vae/input.png`)];
    const crop = { op: 'crop', width: 60, height: 50 } as const;
    const pixels = { kind: 'pixels' as const, items, skipped: [], spec: { exif: false, steps: [crop] } };
    await expect(world.encoders.tokens(encoder, pixels, options)).rejects.toThrow(
      /must divide by 8, but the pictures have 60 x 50\. Resize or crop them to 64 x 48\.$/,
    );
  });

  it('tokens of another model are not decoded', async () => {
    const encoder = await world.encoders.open('vae');
    const tokens = await latents();
    const other = {
      ...tokens,
      space: { ...tokens.space, encoder: 'dinov2', title: 'DINOv2', layer: 'hidden' },
    };
    const first = () => world.encoders.decodeLatents(encoder, other, options)[Symbol.asyncIterator]().next();
    await expect(first()).rejects.toMatchObject({ code: 'latents.other-model' });
  });

  it('verifying checks the model from its files to its numbers', async () => {
    expect(await world.store.verify('vae')).toMatchObject({ ok: true });
  });
});

describe('layouts of autoencoders', () => {
  describeOracles('vae', (root) => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'patchbay-vae-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** The graphs of the reference case under other names. */
    function layout(
      name: string,
      files: Readonly<Record<string, string>>,
      config?: object,
      place = 'config.json',
    ) {
      for (const [to, from] of Object.entries(files))
        cpSync(`${root.path}vae/${from}`, join(folder, name, to));
      const path = join(folder, name, place);
      mkdirSync(join(path, '..'), { recursive: true });
      if (config) writeFileSync(path, JSON.stringify(config));
      return join(folder, name);
    }
    const graphs = (encoder: string, decoder: string) => ({
      [encoder]: 'vae_encoder/model.onnx',
      [decoder]: 'vae_decoder/model.onnx',
    });

    it.each([
      [
        'optimum',
        graphs('onnx/vae_encoder_model.onnx', 'onnx/vae_decoder_model.onnx'),
        undefined,
        0.18215,
        -1,
      ],
      [
        'whole',
        graphs('vae_encoder/model.onnx', 'vae_decoder/model.onnx'),
        { scaling_factor: 0.13025 },
        0.13025,
        -1,
      ],
      ['tiny', graphs('vae_encoder.onnx', 'vae_decoder.onnx'), { _class_name: 'AutoencoderTiny' }, 1, -1],
      ['taesd', graphs('taesd_encoder.onnx', 'taesd_decoder.onnx'), undefined, 1, 0],
    ] as const)('%s', async (name, files, config, scale, low) => {
      const place = name === 'whole' ? 'vae_encoder/config.json' : 'config.json';
      const world = await openWorld([layout(name, files, config, place)]);
      try {
        const entry = world.store.get(name);
        expect(entry).toMatchObject({ family: 'vae', decoder: { latents: { scale }, range: [low, 1] } });
        expect(entry.image!.latents).toMatchObject({ scale, channels: 4 });
        expect(entry.preprocess!.steps.some(({ op }) => op === 'normalize')).toBe(low === -1);
        const encoder = await world.encoders.open(name);
        const images = imagesOf([`${root.path}vae/input.png`]);
        const { tensor } = await world.encoders.tokens(encoder, images, options);
        expect(tensor.dims).toEqual([1, 64 * 64, 4]);
      } finally {
        await world.close();
      }
    });
  });
});
