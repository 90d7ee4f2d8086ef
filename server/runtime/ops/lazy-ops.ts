import type { Ops } from '../../../nodes/sdk/index.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor, type TensorScope } from '../ort/tensor.ts';

/** The operations of one node's run. Their code is loaded with the first operation that the node uses. */
export function lazyOps(pool: SessionPool, scope: TensorScope): Ops {
  let loading: Promise<Ops> | undefined;
  const all = () => {
    loading ??= import('./ops.ts').then(({ createOps }) => createOps(pool, scope));
    return loading;
  };
  const later =
    <A extends readonly unknown[], R>(pick: (ops: Ops) => (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      pick(await all())(...args);
  return {
    tensor: (host) => scope.track(hostTensor(host)),
    matmul: later((ops) => ops.matmul),
    add: later((ops) => ops.add),
    subtract: later((ops) => ops.subtract),
    multiply: later((ops) => ops.multiply),
    divide: later((ops) => ops.divide),
    scale: later((ops) => ops.scale),
    l2Normalize: later((ops) => ops.l2Normalize),
    rowLengths: later((ops) => ops.rowLengths),
    cosine: later((ops) => ops.cosine),
    principal: later((ops) => ops.principal),
    softmax: later((ops) => ops.softmax),
    sigmoid: later((ops) => ops.sigmoid),
    topK: later((ops) => ops.topK),
    mean: later((ops) => ops.mean),
    max: later((ops) => ops.max),
    slice: later((ops) => ops.slice),
    concat: later((ops) => ops.concat),
    transpose: later((ops) => ops.transpose),
    gather: later((ops) => ops.gather),
    reshape: later((ops) => ops.reshape),
    similarityRows: later((ops) => ops.similarityRows),
    rank: later((ops) => ops.rank),
  };
}
