import { type DType, type HostTensor, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import type { LatentScale } from '../models/model-entry.ts';
import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType } from '../onnx/proto.ts';
import type { SessionPool } from '../ort/session-pool.ts';

/** The cpu converts float16, because many devices cannot. */
const HALF_PLACE = { provider: 'cpu' } as const;

/** Converts float32 pictures to the precision of a model. The caller releases both tensors. */
export async function toModelPrecision(
  pool: SessionPool,
  pixels: TensorHandle,
  dtype: string,
): Promise<TensorHandle> {
  if (dtype === pixels.dtype) return pixels;
  const session = await pool.graph(
    `encoder cast ${dtype}`,
    () =>
      buildGraph((g) => {
        const x = g.input('x', 'float32', ['n', 'c', 'h', 'w']);
        g.output('y', g.node('Cast', [x], { to: DataType.FLOAT16 }), 'float16', ['n', 'c', 'h', 'w']);
      }),
    HALF_PLACE,
  );
  const { y } = await session.run({ x: pixels });
  return y!;
}

/** A model's output as N x D on the host. The family's rule pools token vectors; maps are averaged over their places. */
export async function toVectors(
  pool: SessionPool,
  output: TensorHandle,
  tokens: 'cls' | 'mean',
): Promise<HostTensor<'float32'>> {
  const rank = output.dims.length;
  if (rank === 2) return toFloats(pool, output);
  if (rank !== 3 && rank !== 4) throw oddShape(output);
  const name = rank === 3 ? `vectors ${tokens}` : 'vectors of map';
  return through(pool, output, name, (g, x) => oneVector(g, x, rank, tokens));
}

/** The part of a graph that makes N x D float32 of a model's float32 output with 2, 3 or 4 axes; see {@link toVectors}. */
export function oneVector(g: GraphBuilder, x: string, rank: 2 | 3 | 4, tokens: 'cls' | 'mean'): string {
  if (rank === 2) return x;
  return rank === 3 ? tokenVector(g, x, tokens) : g.reduce('ReduceMean', x, [2, 3], 0);
}

/** Hidden states N x T x D; `map` holds the rows and columns if they come from a map. */
export interface States {
  readonly tensor: HostTensor<'float32'>;
  readonly map?: { readonly rows: number; readonly columns: number };
}

/** A model's output as N x T x D on the host. Each place of a map N x C x H x W becomes a token, row by row. */
export async function toStates(pool: SessionPool, output: TensorHandle): Promise<States> {
  const rank = output.dims.length;
  if (rank === 3) return { tensor: await toFloats(pool, output) };
  return placesOf(pool, output, 'states of map', (_g, x) => x);
}

/** Scaled means N x (h w) x C on the host, from latents N x C x h x w or from the moments N x 2C x h x w of their distribution. */
export function toLatents(
  pool: SessionPool,
  output: TensorHandle,
  { scale, shift, channels = output.dims[1] ?? 0 }: LatentScale,
): Promise<States> {
  const number = (g: GraphBuilder, value: number) =>
    g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
  const at = (g: GraphBuilder, value: number) =>
    g.constant({ dtype: 'int64', dims: [1], data: BigInt64Array.of(BigInt(value)) });
  const name = `latents ${channels} ${scale} ${shift}`;
  return placesOf(pool, output, name, (g, x) => {
    const mean = g.node('Slice', [x, at(g, 0), at(g, channels), at(g, 1)]);
    const shifted = shift === 0 ? mean : g.node('Sub', [mean, number(g, shift)]);
    return g.node('Mul', [shifted, number(g, scale)]);
  });
}

async function placesOf(
  pool: SessionPool,
  output: TensorHandle,
  name: string,
  define: (g: GraphBuilder, x: string) => string,
): Promise<States> {
  const [, , rows, columns] = output.dims;
  if (output.dims.length !== 4 || rows === undefined || columns === undefined) throw oddShape(output);
  const tensor = await through(pool, output, name, (g, x) => {
    const shape = g.constant({ dtype: 'int64', dims: [3], data: BigInt64Array.of(0n, 0n, -1n) });
    return g.node('Transpose', [g.node('Reshape', [define(g, x), shape])], { perm: [0, 2, 1] });
  });
  return { tensor, map: { rows, columns } };
}

function toFloats(pool: SessionPool, output: TensorHandle): Promise<HostTensor<'float32'>> {
  if (output.dtype === 'float32') return output.toHost() as Promise<HostTensor<'float32'>>;
  return through(pool, output, 'floats', (_g, x) => x);
}

function tokenVector(g: GraphBuilder, x: string, tokens: 'cls' | 'mean'): string {
  if (tokens === 'mean') return g.reduce('ReduceMean', x, [1], 0);
  const first = g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(0n) });
  return g.node('Gather', [x, first], { axis: 1 });
}

/** Computes a graph in float32 and copies the result to the host. */
async function through(
  pool: SessionPool,
  output: TensorHandle,
  name: string,
  define: (g: GraphBuilder, x: string) => string,
): Promise<HostTensor<'float32'>> {
  const { dtype, dims } = output;
  const session = await pool.graph(
    `encoder ${name} ${dtype} ${dims.length}`,
    () =>
      buildGraph((g) => {
        const open = dims.map((_, axis) => `d${axis}`);
        const x = g.input('x', dtype as DType, open);
        const wide = dtype === 'float32' ? x : g.node('Cast', [x], { to: DataType.FLOAT });
        g.output('y', define(g, wide), 'float32');
      }),
    dtype === 'float16' ? HALF_PLACE : {},
  );
  const { y } = await session.run({ x: output }, { host: true });
  return (await y!.toHost()) as HostTensor<'float32'>;
}

function oddShape({ dims }: TensorHandle): PatchbayError {
  return new PatchbayError(encoderMessage('model.result-shape', { shape: dims.join(' x ') }));
}
