import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraph, type GraphBuilder } from '../../../server/runtime/onnx/graph-builder.ts';
import { FunctionProtoSchema } from '../../../server/runtime/onnx/onnx_pb.ts';
import {
  AttributeType,
  DataLocation,
  DataType,
  decodeModel,
  encodeModel,
  NodeProtoSchema,
  TensorProtoSchema,
} from '../../../server/runtime/onnx/proto.ts';
import { imagesOf, never, openWorld } from './encoding-world.ts';

const SIDE = 32;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-export-'));
  const data = Buffer.from(Array.from({ length: 50 * 41 * 3 }, (_, i) => (i * 37) % 251));
  await sharp(data, { raw: { width: 50, height: 41, channels: 3 } })
    .png()
    .toFile(join(folder, 'picture.png'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a model folder with one graph for pictures of 32 x 32, and opens it. */
async function modelOf(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  mkdirSync(join(path, 'onnx'), { recursive: true });
  writeFileSync(join(path, 'onnx/model.onnx'), bytes);
  writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'clip_vision_model' }));
  const size = { height: SIDE, width: SIDE };
  const preprocess = { image_processor_type: 'ViTImageProcessor', size, resample: 2 };
  writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify(preprocess));
  return openWorld([path]);
}

const floats = (g: GraphBuilder, dims: readonly number[]) => {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return g.constant({
    dtype: 'float32',
    dims,
    data: Float32Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 9 - 0.5),
  });
};

/** The mean colour of a picture times a weight: n x 4. */
function simple(g: GraphBuilder, output = 'image_embeds', count: number | string = 'n'): void {
  const pixels = g.input('pixel_values', 'float32', [count, 3, SIDE, SIDE]);
  const pooled = g.node('AveragePool', [pixels], { kernel_shape: [SIDE, SIDE] });
  const colour = g.node('Flatten', [pooled], { axis: 1 });
  g.output(output, g.node('MatMul', [colour, floats(g, [3, 4])]), 'float32', [count, 4]);
}

const job = { takes: 'picture', layer: 'embedding', answer: { kind: 'vector' }, metadata: {} } as const;

async function exported(world: Awaited<ReturnType<typeof openWorld>>, id: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await world.encoders.exportOnnx(await world.encoders.open(id), job))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Compares the vector that the file gives with that of the encoder. */
async function expectSame(name: string, bytes: Uint8Array): Promise<void> {
  const world = await modelOf(name, bytes);
  try {
    const session = await InferenceSession.create(await exported(world, name));
    const path = join(folder, 'picture.png');
    const data = new Uint8Array(await sharp(path).raw().toBuffer());
    const { vector } = await session.run({ picture: new Tensor('uint8', data, [41, 50, 3]) });
    const options = { layer: 'embedding', batchSize: 1, signal: never };
    const own = await world.encoders.encodeImages(await world.encoders.open(name), imagesOf([path]), options);
    const want = [...(await own.tensor.toHost()).data];
    const got = [...(vector!.data as Float32Array)];
    expect(want.some((value) => Math.abs(value) > 0.01)).toBe(true);
    expect(Math.max(...got.map((value, i) => Math.abs(value - want[i]!)))).toBeLessThan(1e-6);
    await session.release();
  } finally {
    await world.close();
  }
}

describe('an encoder becomes a part of a file', () => {
  it('with the values that the body of a loop reads from around it', async () => {
    const bytes = buildGraph((g) => {
      const pixels = g.input('pixel_values', 'float32', ['n', 3, SIDE, SIDE]);
      const colour = g.node('Flatten', [g.node('AveragePool', [pixels], { kernel_shape: [SIDE, SIDE] })], {
        axis: 1,
      });
      const weight = g.node('Mul', [floats(g, [3, 3]), floats(g, [3, 3])]);
      const bias = floats(g, [1, 3]);
      const count = g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(2n) });
      const { states } = g.loop(count, [colour], (inner, _round, [state]) => ({
        states: [inner.node('Add', [inner.node('MatMul', [state!, weight]), bias])],
        collected: [],
      }));
      g.output('image_embeds', states[0]!, 'float32', ['n', 3]);
    });
    await expectSame('looping', bytes);
  });

  it.each(['weight', 'attribute'])(
    'with the numbers that it keeps in another file as a %s',
    async (place) => {
      const model = decodeModel(buildGraph((g) => simple(g)));
      const { initializer, node } = model.graph!;
      const weight = initializer.find(({ dims }) => dims.length === 2)!;
      const others = initializer.filter((one) => one !== weight);
      const elsewhere = create(TensorProtoSchema, {
        name: weight.name,
        dataType: weight.dataType,
        dims: weight.dims,
        dataLocation: DataLocation.EXTERNAL,
        externalData: [{ key: 'location', value: 'weights.bin' }],
      });
      const constant = create(NodeProtoSchema, {
        opType: 'Constant',
        output: [weight.name],
        attribute: [{ name: 'value', type: AttributeType.TENSOR, t: elsewhere }],
      });
      const graph = {
        ...model.graph!,
        initializer: place === 'weight' ? [...others, elsewhere] : others,
        node: place === 'weight' ? node : [constant, ...node],
      };
      mkdirSync(join(folder, place, 'onnx'), { recursive: true });
      writeFileSync(join(folder, place, 'onnx/weights.bin'), weight.rawData);
      await expectSame(place, encodeModel({ ...model, graph }));
    },
  );

  it.each([11, 13, 17, 21])('of operator set %i', async (opset) => {
    await expectSame(
      `opset-${opset}`,
      buildGraph((g) => simple(g), { opset }),
    );
  });
});

describe('an encoder that cannot become a part of a file is refused', () => {
  const functions = (bytes: Uint8Array) =>
    encodeModel({
      ...decodeModel(bytes),
      functions: [create(FunctionProtoSchema, { name: 'Same', domain: 'own', input: ['x'], output: ['y'] })],
    });
  const half = (g: GraphBuilder) => {
    const pixels = g.input('pixel_values', 'float32', ['n', 3, SIDE, SIDE]);
    const pooled = g.node('Flatten', [g.node('AveragePool', [pixels], { kernel_shape: [SIDE, SIDE] })], {
      axis: 1,
    });
    const low = g.node('Cast', [pooled], { to: DataType.FLOAT16 });
    g.output('image_embeds', g.node('Cast', [low], { to: DataType.FLOAT }), 'float32', ['n', 3]);
  };
  it.each([
    ['batch', 'export.batch', buildGraph((g) => simple(g, 'image_embeds', 4))],
    ['old', 'export.opset', buildGraph((g) => simple(g), { opset: 10 })],
    ['functions', 'export.functions', functions(buildGraph((g) => simple(g)))],
    ['taken', 'export.name-taken', buildGraph((g) => simple(g, 'vector'))],
    ['half', 'export.precision', buildGraph(half)],
  ])('%s', async (name, code, bytes) => {
    const world = await modelOf(name, bytes);
    await expect(exported(world, name)).rejects.toMatchObject({ code });
    await world.close();
  });
});
