import type { HostTensor } from '../../../nodes/sdk/index.ts';
import type { ModelEntry, ProjectionFacts } from '../models/model-entry.ts';
import { GraphWalk } from '../models/structure/graph-walk.ts';
import { inspectSource } from '../models/structure/tower-facts.ts';
import { withNumbers } from '../onnx/external-data.ts';
import { extractPart, PART } from '../onnx/extract.ts';
import type { ModelInspection } from '../onnx/inspect.ts';
import { floatsOf } from '../onnx/tensors.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';

/**
 * The weight of a model's own image projection, out x in; null for a model without one. A quantised weight is read by running its
 * product on the identity matrix, so every quantisation of ONNX Runtime works.
 * @throws PatchbayError `model.weight-unreadable`, `model.part-of-value`, `model.part-of-constants`
 */
export async function readProjection(
  pool: SessionPool,
  { image }: ModelEntry,
  hash: string,
): Promise<HostTensor<'float32'> | null> {
  if (!image?.projection) return null;
  const { projection, source } = image;
  const model = inspectSource(source);
  const path = source.kind === 'file' ? source.path : undefined;
  const about = { path, hash };
  if (!projection.weight) return turned(await ofIdentity(pool, model, projection, about), projection);
  const { name, outByIn, computed } = projection.weight;
  const data = computed
    ? await ofConstants(pool, model, name, about)
    : floatsOf(withNumbers(path, new GraphWalk(model).constant(name)!.tensor)).data;
  return outByIn
    ? { dtype: 'float32', dims: [projection.out, projection.in], data }
    : turned(data, projection);
}

interface About {
  readonly path: string | undefined;
  readonly hash: string;
}

/** Runs the part of the graph that computes a weight from constants: dequantised, cast, transposed. */
async function ofConstants(
  pool: SessionPool,
  model: ModelInspection,
  value: string,
  { path, hash }: About,
): Promise<Float32Array> {
  const part = () => extractPart(model, { to: value, path });
  const session = await pool.graph(`weight of ${hash}`, part, { provider: 'cpu' });
  const { [PART.output]: y } = await session.run({}, { host: true });
  return (await y!.toHost()).data as Float32Array;
}

/** Runs the product on the identity matrix: in x out. */
async function ofIdentity(
  pool: SessionPool,
  model: ModelInspection,
  { input, output, in: size }: ProjectionFacts,
  { path, hash }: About,
): Promise<Float32Array> {
  const part = () => extractPart(model, { from: input, to: output, path });
  const identity = new Float32Array(size * size);
  for (let i = 0; i < size; i++) identity[i * size + i] = 1;
  // The cpu has every operator.
  const session = await pool.graph(`projection of ${hash}`, part, { provider: 'cpu' });
  const x = hostTensor({ dtype: 'float32', dims: [size, size], data: identity });
  const { [PART.output]: y } = await session.run({ [PART.input]: x }, { host: true });
  return (await y!.toHost()).data as Float32Array;
}

function turned(stored: Float32Array, { in: columns, out: rows }: ProjectionFacts): HostTensor<'float32'> {
  const data = new Float32Array(stored.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = stored[column * rows + row]!;
  }
  return { dtype: 'float32', dims: [rows, columns], data };
}
