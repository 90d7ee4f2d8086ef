import { type F32, type Ops, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { type OperationCode, tensorMessage } from '../../contract/messages/tensors.ts';
import { elementCount } from '../onnx/elements.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor, type TensorScope } from '../ort/tensor.ts';
import { cosine } from './cosine.ts';
import { binary, l2Normalize, rowSumsOf, scale, topK, unary } from './graphs.ts';
import { principal } from './principal.ts';
import { products } from './products.ts';
import { rank } from './rank.ts';
import { maxAlong, meanAlong } from './reductions.ts';
import { rowLengths } from './row-lengths.ts';
import { rowwise } from './rowwise.ts';
import { float32, GraphRunner, int64 } from './runner.ts';
import { assertFloat, axisOf, broadcast, matmulShape, showShape } from './shapes.ts';
import { similarityRows } from './similarity-rows.ts';
import { concatAxis, gatherRows, reshapeTo, sliceAxis } from './structure.ts';

/** Creates the operations of one node's run. Their results belong to `scope`. A ranking holds at most `tileScores` scores at a time. */
export function createOps(
  pool: SessionPool,
  scope: TensorScope,
  { tileScores = 1 << 22 }: { readonly tileScores?: number } = {},
): Ops {
  const run = new GraphRunner(pool, scope, tileScores);

  const elementwise = (op: 'Add' | 'Sub' | 'Mul' | 'Div', name: OperationCode) => async (a: F32, b: F32) => {
    assertFloat(name, a, b);
    const dims = broadcast(name, a.dims, b.dims);
    if (elementCount(dims) === 0) return run.zeros(dims);
    return run.one(
      op,
      binary((g, x, y) => g.node(op, [x, y])),
      { a, b },
    );
  };

  const transpose: Ops['transpose'] = async (x, order) => {
    assertFloat('operation.transpose', x);
    const sorted = order.toSorted((a, b) => a - b);
    if (sorted.length !== x.dims.length || sorted.some((axis, i) => axis !== i))
      throw new PatchbayError({
        ...tensorMessage('tensor.order', { shape: showShape(x.dims), order }),
        expected: x.dims.map((_, i) => i).join(', '),
        got: order.join(', '),
      });
    const dims = order.map((axis) => x.dims[axis]!);
    if (elementCount(dims) === 0) return run.zeros(dims);
    return run.one(
      `transpose ${order.join(' ')}`,
      unary((g, value) => g.node('Transpose', [value], { perm: order })),
      { x },
    );
  };

  const matmul: Ops['matmul'] = async (a, b, { transposeB = false } = {}) => {
    assertFloat('operation.product', a, b);
    const dims = matmulShape(a.dims, b.dims, transposeB);
    if (elementCount(dims) === 0 || a.dims.at(-1) === 0) return run.zeros(dims);
    if (b.dims.length !== 2) {
      return run.one(
        'matmul',
        binary((g, x, y) => g.node('MatMul', [x, y])),
        { a, b },
      );
    }
    const width = a.dims.at(-1)!;
    const flat = a.dims.length === 2 ? a : await reshapeTo(run, a, [elementCount(a.dims) / width, width]);
    const product = await products(run, flat, transposeB ? b : await transpose(b, [1, 0]));
    return a.dims.length === 2 ? product : reshapeTo(run, product, dims);
  };

  return {
    tensor: (host) => scope.track(hostTensor(host)),
    matmul,
    add: elementwise('Add', 'operation.add'),
    subtract: elementwise('Sub', 'operation.subtract'),
    multiply: elementwise('Mul', 'operation.multiply'),
    divide: elementwise('Div', 'operation.divide'),
    async scale(x, factor, bias = 0) {
      assertFloat('operation.scale', x);
      if (elementCount(x.dims) === 0) return run.zeros(x.dims);
      return run.one('scale', scale, { x, factor: float32(factor), bias: float32(bias) });
    },
    rowLengths: (x) => rowLengths(run, x),
    l2Normalize: (x) =>
      rowwise(
        run,
        'operation.normalize',
        (width) => {
          const { sums, feeds } = rowSumsOf(width, run.onCpu);
          return { key: sums, make: l2Normalize(sums), feeds };
        },
        x,
      ),
    cosine: (a, b) => cosine(run, a, b),
    principal: (parts, k, options) => principal(run, parts, k, options),
    softmax: (x) =>
      rowwise(
        run,
        'operation.softmax',
        () => ({ key: '', make: unary((g, value) => g.node('Softmax', [value], { axis: -1 })) }),
        x,
      ),
    async sigmoid(x) {
      assertFloat('operation.sigmoid', x);
      if (elementCount(x.dims) === 0) return run.zeros(x.dims);
      return run.one(
        'sigmoid',
        unary((g, value) => g.node('Sigmoid', [value])),
        { x },
      );
    },
    async topK(x, k, { largest = true } = {}) {
      assertFloat('operation.top-k', x);
      const at = axisOf('operation.top-k', x, -1);
      if (!Number.isInteger(k) || k < 0 || k > x.dims[at]!)
        throw new PatchbayError({
          ...tensorMessage('tensor.top-k', { k, shape: showShape(x.dims) }),
          expected: `0..${x.dims[at]}`,
          got: String(k),
        });
      const dims = x.dims.with(at, k);
      if (elementCount(dims) === 0) {
        const indices = hostTensor({ dtype: 'int64', dims, data: new BigInt64Array(0) });
        return { values: run.zeros(dims), indices: scope.track(indices) };
      }
      const { values, indices } = await run.all(`topK ${largest}`, () => topK(largest), { x, k: int64([k]) });
      return { values: values as F32, indices: indices as TensorHandle<'int64'> };
    },
    mean: (x, axis) => meanAlong(run, x, axis),
    max: (x, axis) => maxAlong(run, x, axis),
    slice: (x, axis, start, end) => sliceAxis(run, x, axis, start, end),
    concat: (parts, axis) => concatAxis(run, parts, axis),
    transpose,
    gather: (x, indices) => gatherRows(run, x, indices),
    reshape: (x, dims) => reshapeTo(run, x, dims),
    similarityRows: (similarity, from, to) => similarityRows(run, similarity, from, to),
    rank: (similarity, options) => rank(run, similarity, options),
  };
}
