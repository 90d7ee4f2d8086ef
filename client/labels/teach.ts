import type { Workflow } from '../../workflows/workflow.ts';
import { openStarter } from '../document/starters.ts';
import { useDocument } from '../document/store.ts';
import type { ViewPlace } from '../results/pictures/selection.ts';
import { isNarrow } from '../ui/narrow.ts';
import { loaderOf } from './use-here.ts';

const TEACH = 'starter:teach-categories';
const SET = 'label/label-set';

/**
 * The template that teaches categories, with those of a set: it learns from the pictures that have a category, and sorts the others of
 * the same folder. If all have one, the folder to sort is open to choose.
 */
export function teaching(
  template: Workflow,
  set: string,
  loader: Readonly<Record<string, unknown>> | undefined,
  hasOthers: boolean,
): Workflow {
  const find = (id: string) => template.nodes.find((node) => node.id === id);
  const [pictures, others] = [find('pictures'), find('others')];
  if (!pictures || !others) return template;
  const { x = 0, y = 0 } = pictures.position ?? {};
  const nodes = template.nodes
    // Room for the set, between the pictures and the rest.
    .map((node) => ({
      ...node,
      position: { ...(node.position ?? { x, y }), x: (node.position?.x ?? x) + 264 },
    }))
    .map((node) => {
      if (node.id === pictures.id)
        return {
          ...node,
          position: { x, y },
          params: { ...node.params, ...((loader ?? { path: '' }) as typeof node.params) },
        };
      if (node.id === others.id) return { ...node, params: { ...node.params, path: '' } };
      return node;
    });
  // The notes of the template tell of the samples.
  const { notes: _, ...rest } = template;
  return {
    ...rest,
    nodes: [
      ...nodes.filter(({ id }) => id !== others.id || !hasOthers),
      { id: 'set', type: SET, params: { set, give: 'labelled' }, position: { x: x + 264, y } },
    ],
    edges: [
      { from: { node: pictures.id, port: 'images' }, to: { node: 'set', port: 'images' } },
      ...template.edges.map((edge) => {
        if (edge.from.node === pictures.id) return { ...edge, from: { node: 'set', port: 'images' } };
        if (edge.from.node === others.id && hasOthers)
          return { ...edge, from: { node: 'set', port: 'unlabelled' } };
        return edge;
      }),
    ],
    inputs: template.inputs?.filter(({ node }) => node !== others.id || !hasOthers),
  };
}

/** Opens the template that teaches the categories of a set, with the pictures of the result that they were sorted in. @throws ApiError */
export async function teachFrom(set: string, { nodeId }: ViewPlace, hasOthers: boolean): Promise<void> {
  const loader = loaderOf(nodeId);
  const own = loader === undefined ? undefined : useDocument.getState().nodes[loader];
  const params = own?.type === 'image/load-folder' ? own.params : undefined;
  await openStarter(TEACH, isNarrow() ? 'form' : 'canvas', (workflow) =>
    teaching(workflow, set, params, hasOthers),
  );
}
