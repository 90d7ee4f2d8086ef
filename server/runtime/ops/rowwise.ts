import type { F32, TensorHandle } from '../../../nodes/sdk/index.ts';
import type { OperationCode } from '../../contract/messages/tensors.ts';
import { elementCount } from '../onnx/elements.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type GraphRunner, isOnHost } from './runner.ts';
import { assertFloat, axisOf } from './shapes.ts';
import { reshapeTo } from './structure.ts';

/** Larger host tensors are processed in pieces, so that the graph's intermediate memory does not grow with them. */
const PIECE_BYTES = 1 << 22;

/** A graph that processes each row of rows x width separately, `x` to `y`. */
export interface RowGraph {
  /** Names the graph among those of its operation. */
  readonly key: string;
  readonly make: () => Uint8Array;
  /** Inputs besides `x`. */
  readonly feeds?: Readonly<Record<string, TensorHandle>>;
}

/** Applies a graph to each vector along the last axis. */
export async function rowwise(
  run: GraphRunner,
  operation: OperationCode,
  graphOf: (width: number) => RowGraph,
  x: F32,
): Promise<F32> {
  assertFloat(operation, x);
  axisOf(operation, x, -1);
  if (elementCount(x.dims) === 0) return run.zeros(x.dims);
  const width = x.dims.at(-1)!;
  const { key, make, feeds } = graphOf(width);
  const name = `${operation} ${key}`;
  if (!isOnHost(x) || x.bytes <= PIECE_BYTES) {
    const flat = x.dims.length === 2 ? x : await reshapeTo(run, x, [elementCount(x.dims) / width, width]);
    const y = await run.one(name, make, { ...feeds, x: flat });
    return x.dims.length === 2 ? y : reshapeTo(run, y, x.dims);
  }
  const session = await run.session(name, make);
  const { data } = x.host;
  const result = new Float32Array(data.length);
  const rows = Math.max(1, Math.floor(PIECE_BYTES / (width * 4)));
  for (let from = 0; from < data.length; from += rows * width) {
    const piece = data.subarray(from, from + rows * width);
    const fed = hostTensor({ dtype: 'float32', dims: [piece.length / width, width], data: piece });
    const { y } = await session.run({ ...feeds, x: fed }, { host: true });
    result.set((await (y as F32).toHost()).data, from);
  }
  return run.wrap(result, x.dims);
}
