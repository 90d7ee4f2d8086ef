import { type F32, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { type OperationCode, tensorMessage } from '../../contract/messages/tensors.ts';
import { elementCount } from '../onnx/elements.ts';
import { hostTensor } from '../ort/tensor.ts';
import { maximum, mean } from './graphs.ts';
import { partsOf } from './products.ts';
import { float32, type GraphRunner, int64, isOnHost } from './runner.ts';
import { assertFloat, axisOf, showShape } from './shapes.ts';
import { reshapeTo } from './structure.ts';

/** Larger host tensors are processed in pieces, because the mean of many tokens copies them. */
const PIECE_BYTES = 1 << 25;

/** The mean along an axis, without that axis in the result. Equal stacks get equal bits, alone or among others. */
export function meanAlong(run: GraphRunner, x: F32, axis: number): Promise<F32> {
  return reduced(run, 'operation.mean', x, axis, (n) => {
    const parts = partsOf(n);
    const ones = hostTensor({ dtype: 'float32', dims: [2, n], data: new Float32Array(2 * n).fill(1) });
    return {
      key: `mean ${parts.length}`,
      make: mean(parts.length),
      feeds: { count: float32(n), ones, ...(parts.length > 1 && { parts: int64(parts) }) },
    };
  });
}

/** The maximum along an axis, without that axis in the result. */
export function maxAlong(run: GraphRunner, x: F32, axis: number): Promise<F32> {
  return reduced(run, 'operation.max', x, axis, () => ({ key: 'maximum', make: maximum, feeds: {} }));
}

async function reduced(
  run: GraphRunner,
  operation: OperationCode,
  x: F32,
  axis: number,
  graphOf: (n: number) => {
    readonly key: string;
    readonly make: () => Uint8Array;
    readonly feeds: Readonly<Record<string, TensorHandle>>;
  },
): Promise<F32> {
  assertFloat(operation, x);
  const at = axisOf(operation, x, axis);
  const dims = x.dims.toSpliced(at, 1);
  if (elementCount(dims) === 0) return run.zeros(dims);
  const n = x.dims[at]!;
  if (n === 0)
    throw new PatchbayError({
      ...tensorMessage('tensor.no-elements', {
        operation: tensorMessage(operation),
        axis,
        shape: showShape(x.dims),
      }),
      expected: '1',
      got: '0',
    });
  const before = elementCount(x.dims.slice(0, at));
  const after = elementCount(x.dims.slice(at + 1));
  const { key, make, feeds } = graphOf(n);
  if (!isOnHost(x) || x.bytes <= PIECE_BYTES) {
    const stack = await reshapeTo(run, x, [before, n, after]);
    return reshapeTo(run, await run.one(key, make, { ...feeds, x: stack }), dims);
  }
  const session = await run.session(key, make);
  const result = new Float32Array(before * after);
  const step = Math.max(1, Math.floor(PIECE_BYTES / (n * after * 4)));
  for (let from = 0; from < before; from += step) {
    const to = Math.min(before, from + step);
    const data = x.host.data.subarray(from * n * after, to * n * after);
    const fed = hostTensor({ dtype: 'float32', dims: [to - from, n, after], data });
    const { y } = await session.run({ ...feeds, x: fed }, { host: true });
    result.set((await (y as F32).toHost()).data, from * after);
  }
  return run.wrap(result, dims);
}
