import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderRef } from '../../../nodes/sdk/index.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';
import {
  describeOracles,
  expectEmbeddings,
  expectedJson,
  type OracleRoot,
  tensorsOf,
} from './oracle-cases.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
type Expected = Awaited<ReturnType<typeof tensorsOf>>;

/** A reference model with its expected numbers. */
function useModel(root: OracleRoot, folder: string) {
  const state = {} as { world: World; encoder: EncoderRef; expected: Expected };
  beforeAll(async () => {
    state.world = await openWorld([`${root.path}${folder}`]);
    state.encoder = await state.world.encoders.open(folder);
    state.expected = await tensorsOf(
      `${root.path}${folder}/expected.safetensors`,
      (name) => !/^(u8|pixel_values|size_)/.test(name),
    );
  });
  afterAll(() => state.world.close());
  const images = () =>
    imagesOf(expectedJson(root, folder).images.map((name) => `${root.path}images/${name}`));
  const options = { signal: never, batchSize: 3, exif: false };
  return {
    state,
    images,
    tokens: async (layer: string) =>
      (await state.world.encoders.tokens(state.encoder, images(), { ...options, layer })).tensor.toHost(),
    vectors: async (layer = 'embedding') =>
      (
        await state.world.encoders.encodeImages(state.encoder, images(), { ...options, layer })
      ).tensor.toHost(),
  };
}

describeOracles('dinov2', (root) => {
  const model = useModel(root, 'dinov2');

  it('a layer that no output declares is found inside the graph, with the numbers of Transformers', async () => {
    const wanted = [...model.state.expected].filter(([name]) => /^hidden_states?[_.]\d+$/.test(name));
    expect(wanted.length).toBeGreaterThan(0);
    for (const [name, numbers] of wanted)
      expectEmbeddings(await model.tokens(`hidden.${/\d+$/.exec(name)![0]}`), numbers);
  });
});

for (const folder of ['clip', 'clip-gemm', 'clip-transpose', 'clip-fp16', 'clip-half-io'] as const) {
  describeOracles(folder, (root) => {
    const model = useModel(root, folder);
    const half = /half|fp16/.test(folder);

    it("the class token of the patch embedding is the picture's own embedding", async () => {
      const [tokens, own] = [await model.tokens('patch-embedding'), await model.vectors()];
      const [count = 0, length = 0, dims = 0] = tokens.dims;
      expect([count, dims]).toEqual(own.dims);
      expect(length).toBe((await model.tokens('hidden')).dims[1]);
      for (let row = 0; row < count; row++) {
        const first = tokens.data.subarray(row * length * dims, row * length * dims + dims);
        const want = own.data.subarray(row * dims, (row + 1) * dims);
        const worst = Math.max(...first.map((value, i) => Math.abs(value - want[i]!)));
        expect(worst).toBeLessThan(half ? 5e-3 : 1e-5);
      }
    });

    it('the last numbered layer is the last hidden state', async () => {
      const names = model.state.encoder.towers.image!.layers.filter((name) => /^hidden\.\d+$/.test(name));
      expect(names.length).toBeGreaterThan(2);
      const last = await model.tokens(names.at(-1)!);
      expect(last).toEqual(await model.tokens('hidden'));
    });

    it('patches can be compared with texts and with whole pictures', async () => {
      const { encoder } = model.state;
      const { layerDims, dims } = encoder.towers.image!;
      expect(layerDims!['patch-embedding']).toBe(dims);
    });
  });
}

describeOracles('blip2', (root) => {
  const model = useModel(root, 'blip2');

  it('projected queries are a layer of their own', async () => {
    expectEmbeddings(await model.tokens('query-embedding'), model.state.expected.get('image_embeds')!);
    expectEmbeddings(await model.tokens('hidden'), model.state.expected.get('qformer_last_hidden_state')!);
    const { layerDims } = model.state.encoder.towers.image!;
    expect(layerDims!['query-embedding']).toBe(model.state.expected.get('image_embeds')!.dims[2]);
    expect(layerDims!.hidden).toBe(model.state.expected.get('qformer_last_hidden_state')!.dims[2]);
  });
});

describe('a missing layer', () => {
  describeOracles('resnet', (root) => {
    const model = useModel(root, 'resnet');
    it('is refused, with the layers of the model', async () => {
      await expect(model.tokens('patch-embedding')).rejects.toMatchObject({
        code: 'encode.no-token-layer',
        message: 'resnet has no layer patch-embedding with one vector per token. It has hidden.',
      });
      await expect(model.vectors('hidden')).rejects.toThrow(
        'The layer hidden of resnet has one vector per token. Use *Encode tokens* for it.',
      );
    });
  });
});
