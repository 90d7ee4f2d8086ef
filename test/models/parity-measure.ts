import { existsSync, readFileSync } from 'node:fs';
import type { EncoderRef, Precision } from '../../nodes/sdk/index.ts';
import { openPicture } from '../../server/runtime/images/sharp.ts';
import { createRealiser } from '../../server/runtime/preprocess/realise.ts';
import { imagesOf, never, openWorld, textsOf } from '../runtime/encoders/encoding-world.ts';
import { cosine, expectedJson, type OracleRoot, tensorsOf } from '../runtime/encoders/oracle-cases.ts';
import type { ParityCase, ParityOutput } from './parity-cases.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
interface Numbers {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The distance of results from a reference. */
export interface Distance {
  readonly vectors: number;
  readonly maxAbs: number;
  /** Largest value of the reference. */
  readonly range: number;
  /** Smallest cosine of two vectors. */
  readonly cosine: number;
}

/** The figures of one folder of cases. */
export interface FolderParity {
  /** Values after resize and crop: how many differ, and by how many levels at most. */
  readonly preprocess?: { pictures: number; values: number; different: number; levels: number };
  readonly outputs: Readonly<Record<string, Distance>>;
  readonly precisions?: Readonly<Record<string, Distance>>;
  /** The number of tokenised texts, and of those with other ids. */
  readonly texts?: { count: number; different: number };
}

/** Runs the product over one folder of reference cases. */
export async function measure(root: OracleRoot, one: ParityCase): Promise<FolderParity> {
  const world = await openWorld([`${root.path}${one.folder}`]);
  try {
    const encoder = await world.encoders.open(one.folder);
    const expected = await tensorsOf(`${root.path}${one.folder}/expected.safetensors`);
    const run = async (of: EncoderRef, output: ParityOutput) =>
      distance(await answer(world, of, root, one, output), reference(expected.get(output.want)!, output));
    const outputs: Record<string, Distance> = {};
    for (const output of one.outputs) outputs[output.name] = await run(encoder, output);
    const precisions: Record<string, Distance> = {};
    for (const precision of Object.keys(one.precisions ?? {})) {
      const variant = await world.encoders.open(one.folder, precision as Precision);
      precisions[precision] = await run(variant, one.outputs[0]!);
    }
    const preprocess = await measurePictures(world, root, one, expected);
    const texts = await measureTexts(world, root, one);
    return {
      outputs,
      ...(one.precisions && { precisions }),
      ...(preprocess && { preprocess }),
      ...(texts && { texts }),
    };
  } finally {
    await world.close();
  }
}

async function answer(
  world: World,
  encoder: EncoderRef,
  root: OracleRoot,
  { folder }: ParityCase,
  { kind, name }: ParityOutput,
): Promise<Numbers> {
  const { images, texts } = expectedJson(root, folder);
  const pictures = imagesOf(images.map((file) => `${root.path}images/${file}`));
  const options = { signal: never, batchSize: 3, exif: false };
  const { encoders } = world;
  if (kind === 'text') return (await encoders.encodeTexts(encoder, textsOf(texts), options)).tensor.toHost();
  if (kind === 'vector')
    return (await encoders.encodeImages(encoder, pictures, { ...options, layer: name })).tensor.toHost();
  const layer = kind === 'decoded' ? 'latent' : name;
  const tokens = await encoders.tokens(encoder, pictures, { ...options, layer });
  if (kind === 'tokens') return tokens.tensor.toHost();
  const parts: Float32Array[] = [];
  let dims: readonly number[] = [];
  for await (const { picture } of encoders.decodeLatents(encoder, tokens, options)) {
    dims = [picture.height * picture.width, 3];
    parts.push(Float32Array.from(picture.data));
  }
  return { dims: [parts.length, ...dims], data: Float32Array.from(parts.flatMap((part) => [...part])) };
}

/** The reference in the shape of Patchbay's result: maps as tokens, row by row; decoded pictures as levels. */
function reference({ dims, data }: Numbers, { kind, read }: ParityOutput): Numbers {
  const [count = 0, second = 0, third = 0, fourth = 0] = dims;
  const map = dims.length === 4;
  if (kind === 'vector' && map) return { dims: [count, second], data };
  if (map) {
    const places = third * fourth;
    const turned = data.map((_, i) => {
      const [row, place, channel] = [
        Math.floor(i / (places * second)),
        Math.floor(i / second) % places,
        i % second,
      ];
      return data[(row * second + channel) * places + place]!;
    });
    const level = (value: number) => Math.round(Math.min(1, Math.max(0, value / 2 + 0.5)) * 255);
    return { dims: [count, places, second], data: kind === 'decoded' ? turned.map(level) : turned };
  }
  if (read === undefined) return { dims, data };
  const out = new Float64Array(count * third);
  for (const [i, value] of data.entries()) {
    const token = Math.floor(i / third) % second;
    if (read === 'mean' || token === 0)
      out[Math.floor(i / (second * third)) * third + (i % third)]! +=
        read === 'mean' ? value / second : value;
  }
  return { dims: [count, third], data: Float32Array.from(out) };
}

function distance(got: Numbers, want: Numbers): Distance {
  if (`${got.dims}` !== `${want.dims}`)
    throw new Error(`${got.dims.join(' x ')} was answered, the reference is ${want.dims.join(' x ')}`);
  const size = want.dims.at(-1)!;
  let [maxAbs, range, smallest] = [0, 0, 1];
  for (let i = 0; i < want.data.length; i++) {
    maxAbs = Math.max(maxAbs, Math.abs(got.data[i]! - want.data[i]!));
    range = Math.max(range, Math.abs(want.data[i]!));
  }
  for (let at = 0; at < want.data.length; at += size) {
    const [a, b] = [got.data.subarray(at, at + size), want.data.subarray(at, at + size)];
    if (b.some((value) => value !== 0)) smallest = Math.min(smallest, cosine(a, b));
  }
  return { vectors: want.data.length / size, maxAbs, range, cosine: smallest };
}

async function measurePictures(
  world: World,
  root: OracleRoot,
  { folder }: ParityCase,
  expected: ReadonlyMap<string, Numbers>,
) {
  const { preprocess } = world.store.get(folder);
  const keys = [...expected.keys()].filter((key) => key.startsWith('u8/'));
  if (!preprocess || keys.length === 0) return undefined;
  const realiser = createRealiser(world.pool);
  let [values, different, levels] = [0, 0, 0];
  for (const key of keys) {
    const picture = await (await openPicture(readFileSync(`${root.path}images/${key.slice(3)}`))).decode(
      false,
    );
    const got = await realiser.bytes(picture, { ...preprocess, exif: false });
    const want = expected.get(key)!;
    const places = got.width * got.height;
    for (let i = 0; i < want.data.length; i++) {
      const step = Math.abs(got.data[(i % places) * 3 + Math.floor(i / places)]! - want.data[i]!);
      values += 1;
      different += step > 0 ? 1 : 0;
      levels = Math.max(levels, step);
    }
  }
  return { pictures: keys.length, values, different, levels };
}

async function measureTexts(world: World, root: OracleRoot, { folder }: ParityCase) {
  const path = `${root.path}${folder}/tokens.json`;
  if (!existsSync(path)) return undefined;
  const { tokenizerOf } = await import('../../server/runtime/encoders/text-tower.ts');
  const tokenizer = await tokenizerOf(world.store.get(folder));
  const pairs = JSON.parse(readFileSync(path, 'utf8')) as [string, number[]][];
  const different = pairs.filter(([text, ids]) => `${tokenizer.ids(text)}` !== `${ids}`).length;
  return { count: pairs.length, different };
}
