// Measures images per second from JPEG files with a CLIP ViT-B/32 with random weights, a raw session and transformers.js.
//   python models/recipes/export.py clip-b32 /tmp/models/clip-b32-random --random
//   node test/bench/encode.mjs /tmp/models/clip-b32-random [COUNT [WIDTHxHEIGHT]]
// With pictures of 4000x3000 it also says how far decoding at a reduced size moves the vectors.
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as ort from 'onnxruntime-node';
import { built, inTurn, peer, root, row, scratch } from './measure.mjs';
import { drawJpegs } from './pictures.mjs';

const [folder, countText = '48', sizeText = '900x600'] = process.argv.slice(2);
if (!folder) {
  console.error('Give the folder of a CLIP ViT-B/32; see the first lines of this file.');
  process.exit(2);
}
const model = resolve(folder);
const count = Number(countText);
const [width, height] = sizeText.split('x').map(Number);
const pictures = await drawJpegs(scratch('jpeg'), count, { width, height });
const files = readdirSync(pictures).map((name) => join(pictures, name));

const { createRuntime } = await built('server/runtime/index.js');
const runtime = await createRuntime({
  device: 'cpu',
  dataFolder: scratch('data'),
  modelFolders: [model],
  samplesFolder: root,
  workflowFolder: root,
  outFolder: scratch('out'),
  cache: false,
});
const signal = new AbortController().signal;
const quiet = { nodeId: 'bench', signal, progress() {}, warn() {}, preview() {} };

/** Loads the pictures; `fast` decodes them at a reduced size. */
async function loaded(ctx, fast) {
  const images = await ctx.images.folder(pictures, { recursive: false, labels: false, signal });
  const items = images.items.map((item) => (fast ? { ...item, read: { decode: 'fast' } } : item));
  return { ...images, items };
}

async function patchbay(batchSize, fast = false) {
  const { ctx, end } = runtime.services.lease(quiet);
  const encoder = await ctx.encoders.open(basename(model));
  const options = { layer: 'embedding', batchSize, signal };
  const { tensor } = await ctx.encoders.encodeImages(encoder, await loaded(ctx, fast), options);
  const { data, dims } = await tensor.toHost();
  end();
  return { data, dims };
}

/** Decodes and preprocesses only. */
async function realise(fast = false) {
  const { ctx, end } = runtime.services.lease(quiet);
  const images = await loaded(ctx, fast);
  const { preprocess } = await ctx.encoders.open(basename(model));
  const pixels = { kind: 'pixels', items: images.items, skipped: [], spec: preprocess };
  for await (const _ of ctx.images.batches(pixels, { batchSize: 8, signal, onSkip() {} }));
  end();
}

const session = await ort.InferenceSession.create(join(model, 'onnx/vision_model.onnx'));
const ready = new ort.Tensor('float32', new Float32Array(8 * 3 * 224 * 224).fill(0.1), [8, 3, 224, 224]);
async function raw() {
  for (let done = 0; done < count; done += 8) await session.run({ pixel_values: ready });
}

const contenders = {
  'patchbay, batch 8': () => patchbay(8),
  'patchbay, batch 32': () => patchbay(32),
  'patchbay, batch 8, decoded fast': () => patchbay(8, true),
  'decode and preprocess alone': () => realise(),
  'decode fast and preprocess alone': () => realise(true),
  'raw session.run, pixels ready, batch 8': raw,
};
const transformers = await peer('@huggingface/transformers', '4.3.1');
if (transformers) {
  const { AutoProcessor, CLIPVisionModelWithProjection, RawImage, env } = transformers;
  Object.assign(env, { allowRemoteModels: false, localModelPath: dirname(model) });
  const other = await CLIPVisionModelWithProjection.from_pretrained(basename(model), { dtype: 'fp32' });
  const processor = await AutoProcessor.from_pretrained(basename(model));
  contenders['transformers.js, batch 8'] = async () => {
    for (let done = 0; done < count; done += 8) {
      const images = await Promise.all(files.slice(done, done + 8).map((file) => RawImage.read(file)));
      await other(await processor(images));
    }
  };
}
const times = await inTurn(3, contenders);
row(`from ${width} x ${height} JPEG files`, 'images/s', 'of the raw session');
row('---', '---', '---');
const rawMs = times['raw session.run, pixels ready, batch 8'];
for (const [name, ms] of Object.entries(times))
  row(name, ((1000 * count) / ms).toFixed(1), (rawMs / ms).toFixed(2));
const [exact, fast] = [await patchbay(8), await patchbay(8, true)];
const size = exact.dims[1];
const cosines = Array.from({ length: count }, (_, i) => {
  const [a, b] = [exact, fast].map(({ data }) => data.subarray(i * size, (i + 1) * size));
  const dot = (x, y) => x.reduce((sum, value, at) => sum + value * y[at], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}).sort((a, b) => a - b);
const mean = cosines.reduce((a, b) => a + b) / count;
console.log(`cosine of decoded fast against exact: worst ${cosines[0].toFixed(6)}, mean ${mean.toFixed(6)}`);
process.exit(0);
