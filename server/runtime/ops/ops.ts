import type { F32, Ops, TensorHandle } from '../../../nodes/sdk/index.ts';
import { elementCount } from '../onnx/elements.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor, type TensorScope } from '../ort/tensor.ts';
import { cosine } from './cosine.ts';
import { binary, l2Normalize, reduce, scale, topK, unary } from './graphs.ts';
import { principal } from './principal.ts';
import { rank } from './rank.ts';
import { rowwise } from './rowwise.ts';
import { float32, GraphRunner, int64 } from './runner.ts';
import { assertFloat, axisOf, broadcast, matmulShape, shapeError, showShape } from './shapes.ts';
import { similarityRows } from './similarity-rows.ts';
import { concatAxis, gatherRows, reshapeTo, sliceAxis } from './structure.ts';

/** The operations of one node's run; what they make belongs to `scope`. Rankings hold `tileScores` scores at a time. */
export function createOps(
  pool: SessionPool,
  scope: TensorScope,
  { tileScores = 1 << 22 }: { readonly tileScores?: number } = {},
): Ops {
  const run = new GraphRunner(pool, scope, tileScores);

  const elementwise = (op: 'Add' | 'Sub' | 'Mul' | 'Div', name: string) => async (a: F32, b: F32) => {
    assertFloat(name, a, b);
    const dims = broadcast(name, a.dims, b.dims);
    if (elementCount(dims) === 0) return run.zeros(dims);
    return run.one(
      op,
      binary((g, x, y) => g.node(op, [x, y])),
      { a, b },
    );
  };

  const reduced = async (op: 'ReduceMean' | 'ReduceMax', name: string, x: F32, axis: number) => {
    assertFloat(name, x);
    const at = axisOf(name, x, axis);
    const dims = x.dims.toSpliced(at, 1);
    if (elementCount(dims) === 0) return run.zeros(dims);
    if (x.dims[at] === 0)
      throw shapeError(
        `${name} along axis ${axis} of a ${showShape(x.dims)} tensor is not defined: it has no elements.`,
        {
          expected: 'at least 1 element',
          got: '0',
        },
      );
    return run.one(`${op} ${at}`, reduce(op, at), { x });
  };

  const matmul: Ops['matmul'] = async (a, b, { transposeB = false } = {}) => {
    assertFloat('A product', a, b);
    const dims = matmulShape(a.dims, b.dims, transposeB);
    if (elementCount(dims) === 0 || a.dims.at(-1) === 0) return run.zeros(dims);
    if (!transposeB) {
      return run.one(
        'matmul',
        binary((g, x, y) => g.node('MatMul', [x, y])),
        { a, b },
      );
    }
    const width = a.dims.at(-1)!;
    const flat = a.dims.length === 2 ? a : await reshapeTo(run, a, [elementCount(a.dims) / width, width]);
    const product = await run.one(
      'matmul transposed',
      binary((g, x, y) => g.node('Gemm', [x, y], { transB: 1 })),
      { a: flat, b },
    );
    return a.dims.length === 2 ? product : reshapeTo(run, product, dims);
  };

  return {
    tensor: (host) => scope.track(hostTensor(host)),
    matmul,
    add: elementwise('Add', 'Adding'),
    subtract: elementwise('Sub', 'Subtracting'),
    multiply: elementwise('Mul', 'Multiplying'),
    divide: elementwise('Div', 'Dividing'),
    async scale(x, factor, bias = 0) {
      assertFloat('Scaling', x);
      if (elementCount(x.dims) === 0) return run.zeros(x.dims);
      return run.one('scale', scale, { x, factor: float32(factor), bias: float32(bias) });
    },
    l2Normalize: (x) => rowwise(run, 'l2Normalize', l2Normalize, x),
    cosine: (a, b) => cosine(run, a, b),
    principal: (parts, k, options) => principal(run, parts, k, options),
    softmax: (x) =>
      rowwise(
        run,
        'softmax',
        unary((g, value) => g.node('Softmax', [value], { axis: -1 })),
        x,
      ),
    async sigmoid(x) {
      assertFloat('Sigmoid', x);
      if (elementCount(x.dims) === 0) return run.zeros(x.dims);
      return run.one(
        'sigmoid',
        unary((g, value) => g.node('Sigmoid', [value])),
        { x },
      );
    },
    async topK(x, k, { largest = true } = {}) {
      assertFloat('Top k', x);
      const at = axisOf('Top k', x, -1);
      if (!Number.isInteger(k) || k < 0 || k > x.dims[at]!)
        throw shapeError(
          `The best ${k} of a ${showShape(x.dims)} tensor cannot be taken along its last axis.`,
          {
            expected: `0 to ${x.dims[at]}`,
            got: String(k),
          },
        );
      const dims = x.dims.with(at, k);
      if (elementCount(dims) === 0) {
        const indices = hostTensor({ dtype: 'int64', dims, data: new BigInt64Array(0) });
        return { values: run.zeros(dims), indices: scope.track(indices) };
      }
      const { values, indices } = await run.all(`topK ${largest}`, () => topK(largest), { x, k: int64([k]) });
      return { values: values as F32, indices: indices as TensorHandle<'int64'> };
    },
    mean: (x, axis) => reduced('ReduceMean', 'A mean', x, axis),
    max: (x, axis) => reduced('ReduceMax', 'A maximum', x, axis),
    slice: (x, axis, start, end) => sliceAxis(run, x, axis, start, end),
    concat: (parts, axis) => concatAxis(run, parts, axis),
    async transpose(x, order) {
      assertFloat('Transposing', x);
      const sorted = order.toSorted((a, b) => a - b);
      if (sorted.length !== x.dims.length || sorted.some((axis, i) => axis !== i))
        throw shapeError(
          `A ${showShape(x.dims)} tensor cannot be transposed by the order ${order.join(', ')}.`,
          {
            expected: `an order of ${x.dims.map((_, i) => i).join(', ')}`,
            got: order.join(', '),
          },
        );
      const dims = order.map((axis) => x.dims[axis]!);
      if (elementCount(dims) === 0) return run.zeros(dims);
      return run.one(
        `transpose ${order.join(' ')}`,
        unary((g, value) => g.node('Transpose', [value], { perm: order })),
        { x },
      );
    },
    gather: (x, indices) => gatherRows(run, x, indices),
    reshape: (x, dims) => reshapeTo(run, x, dims),
    similarityRows: (similarity, from, to) => similarityRows(run, similarity, from, to),
    rank: (similarity, options) => rank(run, similarity, options),
  };
}
