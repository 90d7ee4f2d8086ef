import type { HostTensor, NodeContext, Similarity } from '../../nodes/sdk/index.ts';

/** Lends the context of a node, as the services of the engine do. */
interface Lender {
  lease(engine: Pick<NodeContext, 'nodeId' | 'signal' | 'progress' | 'warn' | 'preview'>): {
    readonly ctx: Pick<NodeContext, 'ops'>;
    end(): void;
  };
}

/** Makes a function that computes all scores of a similarity, [Q, N], outside of a node. */
export function allScores(
  lender: Lender,
  signal: AbortSignal,
): (similarity: Similarity) => Promise<HostTensor<'float32'>> {
  return async (similarity) => {
    const { ctx, end } = lender.lease({ nodeId: '', signal, progress() {}, warn() {}, preview() {} });
    try {
      const rows = await ctx.ops.similarityRows(similarity, 0, similarity.queries.length);
      const { dtype, dims, data } = await rows.toHost();
      // Copied, because the memory can be reused after the lease ends.
      return { dtype, dims, data: data.slice() };
    } finally {
      end();
    }
  };
}
