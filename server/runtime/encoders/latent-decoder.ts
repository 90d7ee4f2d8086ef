import {
  type HostTensor,
  type ImageItem,
  PatchbayError,
  type RgbPicture,
  type Said,
  type Tokens,
  throwIfAborted,
  type WorkOptions,
} from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import type { DecoderTower, ModelEntry } from '../models/model-entry.ts';
import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType } from '../onnx/proto.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { toModelPrecision } from './conversions.ts';
import { picturesAtOnce } from './picture-size.ts';
import { openTower, otherFeeds } from './tower-session.ts';

/**
 * Turns scaled latents (N x (h w) x C on their grid) into pictures, batch by batch: it undoes the scale, decodes, and rounds
 * levels to bytes.
 * @throws PatchbayError `latents.no-decoder`, `latents.other-model`, `latents.shape`
 */
export async function* decodeLatents(
  pool: SessionPool,
  entry: ModelEntry,
  tokens: Tokens,
  options: WorkOptions & { readonly batchSize: number },
): AsyncGenerator<{ readonly item: ImageItem; readonly picture: RgbPicture }> {
  const tower = decoderOf(entry);
  const grid = gridOf(entry, tower, tokens);
  const { signal, onProgress, onWarn } = options;
  const { data, dims } = await tokens.tensor.toHost();
  const [count = 0, places = 0, channels = 0] = dims;
  const factor = entry.image?.patchSize ?? 8;
  const most = picturesAtOnce({ latents: tower.latents, patchSize: factor }, [
    grid.rows * factor,
    grid.columns * factor,
  ]);
  const fixed = tower.input.dims[0];
  const batchSize = fixed ?? Math.min(Math.max(1, options.batchSize), most);
  let warned = false;
  const warn = (message: Said) => {
    if (!warned) onWarn?.(message);
    warned = true;
  };
  for (let from = 0; from < count; from += batchSize) {
    throwIfAborted(signal);
    const rows = Math.min(batchSize, count - from);
    const each = places * channels;
    const part = new Float32Array((fixed ?? rows) * each);
    part.set(data.subarray(from * each, (from + rows) * each));
    const latents = {
      dtype: 'float32' as const,
      dims: [fixed ?? rows, grid.rows, grid.columns, channels],
      data: part,
    };
    const { data: levels, dims: shape } = await decodeBatch(pool, tower, latents, warn);
    const [, height = 0, width = 0] = shape;
    for (let row = 0; row < rows; row++) {
      const bytes = levels.slice(row * height * width * 3, (row + 1) * height * width * 3);
      yield { item: tokens.items[from + row]!, picture: { width, height, data: bytes } };
    }
    onProgress?.(from + rows, count);
  }
}

function decoderOf({ title, decoder }: ModelEntry): DecoderTower {
  if (decoder) return decoder;
  throw new PatchbayError({
    ...encoderMessage('latents.no-decoder', { model: title }),
    port: 'encoder',
  });
}

function gridOf({ id, title }: ModelEntry, { latents }: DecoderTower, tokens: Tokens) {
  const { grid, space, tensor } = tokens;
  const [, places, channels] = tensor.dims;
  const whole = grid?.prefix === 0 && grid.rows * grid.columns === places;
  const wanted = latents.channels ?? channels ?? 0;
  const own = space.layer === 'latent' && space.encoder === id;
  if (whole && own && channels === wanted) return grid;
  const shape = tensor.dims.join(' x ');
  const message = own
    ? encoderMessage('latents.shape', { model: title, channels: wanted, shape })
    : encoderMessage('latents.other-model', { model: title, shape, layer: space.layer, other: space.title });
  throw new PatchbayError({ ...message, port: 'tokens' });
}

/** Decodes scaled latents n x h x w x C to bytes n x H x W x 3. */
async function decodeBatch(
  pool: SessionPool,
  tower: DecoderTower,
  latents: HostTensor<'float32'>,
  onWarn: (message: Said) => void,
): Promise<{ readonly data: Uint8Array; readonly dims: readonly number[] }> {
  const { scale, shift } = tower.latents;
  const cpu = { provider: 'cpu' } as const;
  const before = await pool.graph(`latents out ${scale} ${shift}`, () => unscaling(scale, shift), cpu);
  const { y: map } = await before.run({ x: hostTensor(latents) });
  const sample = await toModelPrecision(pool, map!, tower.input.dtype);
  const wanted = { value: tower.embedding.name, declared: true };
  const { session, output } = await openTower(pool, tower.source, wanted, onWarn);
  const feeds = { ...otherFeeds(tower), [tower.input.name]: sample };
  const found = (await session.run(feeds, { fetches: [output] }))[output]!;
  try {
    const { dtype } = found;
    const name = `levels ${dtype} ${tower.range.join()}`;
    const after = await pool.graph(
      name,
      () => levels(dtype === 'float16' ? 'float16' : 'float32', tower.range),
      cpu,
    );
    const { y } = await after.run({ x: found }, { host: true });
    const { data, dims } = await y!.toHost();
    return { data: data as Uint8Array, dims: [dims[0]!, dims[1]!, dims[2]!] };
  } finally {
    found.release();
  }
}

const scalar = (g: GraphBuilder, value: number) =>
  g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(value) });

/** latent / scale + shift, as in diffusers' pipelines before decoding. */
function unscaling(scale: number, shift: number): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', ['n', 'h', 'w', 'c']);
    const plain = g.node('Div', [x, scalar(g, scale)]);
    const whole = shift === 0 ? plain : g.node('Add', [plain, scalar(g, shift)]);
    g.output('y', g.node('Transpose', [whole], { perm: [0, 3, 1, 2] }), 'float32');
  });
}

/** Levels to bytes: clamp, times 255, round, as in diffusers' `numpy_to_pil`. */
function levels(dtype: 'float32' | 'float16', [low, high]: readonly [number, number]): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', dtype, ['n', 3, 'h', 'w']);
    const wide = dtype === 'float32' ? x : g.node('Cast', [x], { to: DataType.FLOAT });
    const unit = g.node('Div', [g.node('Sub', [wide, scalar(g, low)]), scalar(g, high - low)]);
    const clamped = g.node('Clip', [unit, scalar(g, 0), scalar(g, 1)]);
    const rounded = g.node('Round', [g.node('Mul', [clamped, scalar(g, 255)])]);
    const bytes = g.node('Cast', [rounded], { to: DataType.UINT8 });
    g.output('y', g.node('Transpose', [bytes], { perm: [0, 2, 3, 1] }), 'uint8');
  });
}
