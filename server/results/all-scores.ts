import type { HostTensor, NodeContext, Similarity } from '../../nodes/sdk/index.ts';

/** Something that lends a context, as the engine's services do. */
interface Lender {
  lease(engine: Pick<NodeContext, 'nodeId' | 'signal' | 'progress' | 'warn' | 'preview'>): {
    readonly ctx: Pick<NodeContext, 'ops'>;
    end(): void;
  };
}

/** Computes a similarity's scores outside any node, Q x N, for telling a result. */
export function allScores(
  lender: Lender,
  signal: AbortSignal,
): (similarity: Similarity) => Promise<HostTensor<'float32'>> {
  return async (similarity) => {
    const { ctx, end } = lender.lease({ nodeId: '', signal, progress() {}, warn() {}, preview() {} });
    try {
      const rows = await ctx.ops.similarityRows(similarity, 0, similarity.queries.length);
      const { dtype, dims, data } = await rows.toHost();
      // The lease's end may give the memory to somebody else.
      return { dtype, dims, data: data.slice() };
    } finally {
      end();
    }
  };
}
