import type { Content } from './content.ts';

type Wired = Pick<Content, 'nodes' | 'edges'>;

/**
 * The nodes that lead to a node, nearest first, the node itself included.
 * @param isEnd nodes behind which the search does not go on
 */
export function upstreamOf(
  { nodes, edges }: Wired,
  id: string,
  isEnd: (type: string) => boolean = () => false,
): NonNullable<Content['nodes'][string]>[] {
  const seen = new Set([id]);
  // A set can grow while it is walked.
  for (const one of seen) {
    if (isEnd(nodes[one]?.type ?? '')) continue;
    for (const { from, to } of Object.values(edges)) if (to.node === one) seen.add(from.node);
  }
  return [...seen].flatMap((one) => nodes[one] ?? []);
}

const READS_COLLECTION = new Set(['collection/open', 'collection/query']);

/** The nodes that read the collections which a node's pictures come from. */
export const collectionsBehind = (content: Wired, id: string) =>
  upstreamOf(content, id, (type) => READS_COLLECTION.has(type)).filter(({ type }) =>
    READS_COLLECTION.has(type),
  );
