import { create } from 'zustand';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../workflows/workflow.ts';
import { useDocument } from '../document/store.ts';

/**
 * A short text for each node that describes everything its result depends on. The same recipe gives the same result.
 */
export type Recipes = Readonly<Record<string, string>>;

/** The parts of a workflow that affect its results: without positions, titles and sizes. */
export interface Runnable {
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  readonly edges: Readonly<Record<string, WorkflowEdge>>;
}

/** Whether two versions of a workflow give the same results. */
export function runsAlike(a: Runnable, b: Runnable): boolean {
  if (a.edges !== b.edges && !sameEdges(a.edges, b.edges)) return false;
  if (a.nodes === b.nodes) return true;
  const ids = Object.keys(a.nodes);
  if (ids.length !== Object.keys(b.nodes).length) return false;
  return ids.every((id) => {
    const [one, other] = [a.nodes[id], b.nodes[id]];
    if (one === other) return true;
    return one && other && one.type === other.type && one.params === other.params && one.mode === other.mode;
  });
}

function sameEdges(a: Runnable['edges'], b: Runnable['edges']): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}

/** A 53-bit hash of a text (cyrb53, public domain). It detects changes, but is not secure. */
function digest(text: string): string {
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
}

const known = new WeakMap<object, string>();

/** Params as text, independent of their order. Cached per params object. */
function paramsText(params: object | undefined): string {
  if (!params) return '';
  const text =
    known.get(params) ?? JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
  known.set(params, text);
  return text === '[]' ? '' : text;
}

/** The recipes of all nodes. Nodes in a cycle never run and have none. */
export function recipesOf({ nodes, edges }: Pick<Workflow, 'nodes' | 'edges'>): Recipes {
  const into = new Map<string, WorkflowEdge[]>(nodes.map(({ id }) => [id, []]));
  const outOf = new Map<string, string[]>();
  for (const edge of edges) {
    if (!into.has(edge.from.node)) continue;
    into.get(edge.to.node)?.push(edge);
    const fed = outOf.get(edge.from.node);
    if (fed) fed.push(edge.to.node);
    else outOf.set(edge.from.node, [edge.to.node]);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const waits = new Map([...into].map(([id, list]) => [id, list.length]));
  const ready = [...waits].flatMap(([id, count]) => (count === 0 ? [id] : []));
  const recipes: Record<string, string> = {};
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const { type, mode = 'active', params } = byId.get(id)!;
    const fed = into.get(id)!;
    // The order of wires into different ports does not matter; the order of wires into one port does.
    if (fed.length > 1) fed.sort((a, b) => (a.to.port < b.to.port ? -1 : a.to.port > b.to.port ? 1 : 0));
    let text = `${type}\n${mode}\n${paramsText(params)}`;
    for (const { from, to } of fed) text += `\n${to.port}<${from.port}:${recipes[from.node]}`;
    recipes[id] = digest(text);
    for (const next of outOf.get(id) ?? []) {
      const left = waits.get(next)! - 1;
      waits.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return recipes;
}

const ofDocument = () => {
  const { order, nodes, edgeOrder, edges } = useDocument.getState();
  return recipesOf({ nodes: order.map((id) => nodes[id]!), edges: edgeOrder.map((id) => edges[id]!) });
};

/** Recipes of the open workflow. */
export const useRecipes = create<Recipes>(() => ofDocument());

useDocument.subscribe((state, before) => {
  if (state.tab !== before.tab || !runsAlike(state, before)) useRecipes.setState(ofDocument(), true);
});
