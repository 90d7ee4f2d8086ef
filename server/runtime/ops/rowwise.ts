import type { F32 } from '../../../nodes/sdk/index.ts';
import type { OperationCode } from '../../contract/messages/tensors.ts';
import { elementCount } from '../onnx/elements.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type GraphRunner, isOnHost } from './runner.ts';
import { assertFloat, axisOf } from './shapes.ts';

/** Larger host tensors are processed in pieces, so that the graph's intermediate memory does not grow with them. */
const PIECE_BYTES = 1 << 22;

/** Applies a graph that processes each vector along the last axis separately. */
export async function rowwise(
  run: GraphRunner,
  key: OperationCode,
  make: () => Uint8Array,
  x: F32,
): Promise<F32> {
  assertFloat(key, x);
  axisOf(key, x, -1);
  if (elementCount(x.dims) === 0) return run.zeros(x.dims);
  const width = x.dims.at(-1)!;
  if (!isOnHost(x) || x.bytes <= PIECE_BYTES) return run.one(key, make, { x });
  const session = await run.session(key, make);
  const { data } = x.host;
  const result = new Float32Array(data.length);
  const rows = Math.max(1, Math.floor(PIECE_BYTES / (width * 4)));
  for (let from = 0; from < data.length; from += rows * width) {
    const piece = data.subarray(from, from + rows * width);
    const fed = hostTensor({ dtype: 'float32', dims: [piece.length / width, width], data: piece });
    const { y } = await session.run({ x: fed }, { host: true });
    result.set((await (y as F32).toHost()).data, from);
  }
  return run.wrap(result, x.dims);
}
