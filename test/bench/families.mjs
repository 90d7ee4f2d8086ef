// Measures images per second for each family, from JPEG files to vectors, with full-size random weights. It compares this
// product, transformers.js, and a raw session on prepared pixels, in float32 and in 8 bits.
//   python models/recipes/export.py clip-b32 /tmp/models/clip-b32 --random --precision fp32,q8     (and the others)
//   node test/bench/families.mjs /tmp/models [NAME...] [--count N] [--rounds N] [--seconds N]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { built, inTurn, peer, root, row, scratch } from './measure.mjs';
import { drawJpegs } from './pictures.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, rounds: { type: 'string' }, seconds: { type: 'string' } },
});
const [folder, ...names] = positionals;
if (!folder) {
  console.error('Give the folder of the exported models; see the first lines of this file.');
  process.exit(2);
}
const ENDINGS = { fp32: '', q8: '_quantized' };
// The class of transformers.js for each family. It has none for autoencoders.
const CLASSES = {
  clip: 'CLIPVisionModelWithProjection',
  siglip: 'SiglipVisionModel',
  dinov2: 'Dinov2Model',
  vit: 'ViTModel',
  vit_mae: 'ViTModel',
  resnet: 'ResNetModel',
};
const transformers = await peer('@huggingface/transformers', '4.3.1');
if (transformers)
  Object.assign(transformers.env, { allowRemoteModels: false, localModelPath: resolve(folder) });
const { createRuntime } = await built('server/runtime/index.js');
const signal = new AbortController().signal;
const quiet = { nodeId: 'bench', signal, progress() {}, warn() {}, preview() {} };

const wanted = names.length > 0 ? names : readdirSync(folder).sort();
const models = wanted.filter((name) => existsSync(join(folder, name, 'config.json')));
const runtime = await createRuntime({
  device: 'cpu',
  dataFolder: scratch('data'),
  modelFolders: models.map((name) => join(resolve(folder), name)),
  samplesFolder: root,
  workflowFolder: root,
  outFolder: scratch('out'),
  cache: false,
});

/** The graph of a model's image tower, its input and the side length of its pictures. */
function tower(name, precision) {
  const at = join(resolve(folder), name);
  const stem = ['onnx/vision_model', 'onnx/model', 'vae_encoder/model'].find((path) =>
    existsSync(join(at, `${path}.onnx`)),
  );
  const path = join(at, `${stem}${ENDINGS[precision]}.onnx`);
  const { crop_size, size } = JSON.parse(readFileSync(join(at, 'preprocessor_config.json'), 'utf8'));
  const side = crop_size?.height ?? size.height ?? size.shortest_edge;
  return existsSync(path) ? { path, side, latents: stem === 'vae_encoder/model' } : undefined;
}

async function patchbay(name, precision, pictures, { batch, latents }) {
  const { ctx, end } = runtime.services.lease(quiet);
  const images = await ctx.images.folder(pictures, { recursive: false, labels: false, signal });
  const encoder = await ctx.encoders.open(name, precision);
  if (latents) await ctx.encoders.tokens(encoder, images, { layer: 'latent', batchSize: batch, signal });
  else await ctx.encoders.encodeImages(encoder, images, { layer: 'embedding', batchSize: batch, signal });
  end();
}

async function peerOf(name, precision, files, batch) {
  const { model_type: type } = JSON.parse(readFileSync(join(folder, name, 'config.json'), 'utf8'));
  if (!transformers || !CLASSES[type]) return undefined;
  const { AutoProcessor, RawImage } = transformers;
  const dtype = precision;
  const model = await transformers[CLASSES[type]].from_pretrained(name, { dtype, device: 'cpu' });
  const processor = await AutoProcessor.from_pretrained(name);
  return async () => {
    for (let done = 0; done < files.length; done += batch) {
      const images = await Promise.all(files.slice(done, done + batch).map((file) => RawImage.read(file)));
      await model(await processor(images));
    }
  };
}

console.log(
  `${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)} at the start, JPEG files of 900 x 600`,
);
row(
  'model',
  'precision',
  'pictures',
  'patchbay',
  'transformers.js',
  'raw session, pixels ready',
  'of transformers.js',
  'of raw',
  'load',
);
row('---', '---', '---', '---', '---', '---', '---', '---', '---');
for (const name of models) {
  for (const precision of Object.keys(ENDINGS)) {
    const graph = tower(name, precision);
    if (!graph) continue;
    const batch = graph.latents ? 2 : 8;
    const session = await ort.InferenceSession.create(graph.path);
    const [input] = session.inputNames;
    const shape = [batch, 3, graph.side, graph.side];
    const ready = new ort.Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1), shape);
    await session.run({ [input]: ready });
    const start = performance.now();
    await session.run({ [input]: ready });
    const each = (performance.now() - start) / batch;
    // How long one turn takes, in milliseconds. A turn processes whole batches, at least one.
    const turn = 1000 * Number(values.seconds ?? 4);
    const count = Number(values.count ?? Math.min(64, Math.max(1, Math.round(turn / each / batch)) * batch));
    const pictures = await drawJpegs(scratch('jpeg'), count);
    const files = readdirSync(pictures).map((file) => join(pictures, file));
    const contenders = {
      patchbay: () => patchbay(name, precision, pictures, { batch, latents: graph.latents }),
      raw: async () => {
        for (let done = 0; done < count; done += batch) await session.run({ [input]: ready });
      },
    };
    const other = await peerOf(name, precision, files, batch).catch((error) =>
      console.error(`${name}: ${error.message}`),
    );
    if (other) contenders.transformers = other;
    const times = await inTurn(Number(values.rounds ?? 3), contenders);
    const speed = (key) => (times[key] === undefined ? '-' : ((1000 * count) / times[key]).toFixed(1));
    const ratio = (key) => (times[key] === undefined ? '-' : (times[key] / times.patchbay).toFixed(2));
    row(
      name,
      precision,
      count,
      speed('patchbay'),
      speed('transformers'),
      speed('raw'),
      ratio('transformers'),
      ratio('raw'),
      loadavg()[0].toFixed(1),
    );
    await session.release();
  }
}
process.exit(0);
