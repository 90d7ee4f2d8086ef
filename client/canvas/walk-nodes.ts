import { documentActions } from '../document/store.ts';
import { contentNow, useFlow } from './flow.ts';
import { reveal } from './view.ts';

/** A node or frame with its place, and the wires between them. */
interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/**
 * The order in which Tab visits nodes: along the wires, and from left to right and top to bottom where no wire decides.
 * Nodes on a loop come where their place puts them.
 */
export function walkOrder(items: readonly Placed[], wires: readonly (readonly [string, string])[]): string[] {
  const sorted = items.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const rank = new Map(sorted.map(({ id }, index) => [id, index]));
  const left = new Map(sorted.map(({ id }) => [id, 0]));
  const next = new Map<string, string[]>();
  for (const [from, to] of wires) {
    if (!rank.has(from) || !rank.has(to) || from === to) continue;
    left.set(to, left.get(to)! + 1);
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  const order: string[] = [];
  const seen = new Set<string>();
  // A wire leads to the next column, so a walk in depth stays on one branch.
  const ready = sorted
    .filter(({ id }) => left.get(id) === 0)
    .map(({ id }) => id)
    .reverse();
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    order.push(id);
    const freed = (next.get(id) ?? []).filter((to) => {
      left.set(to, left.get(to)! - 1);
      return left.get(to) === 0;
    });
    ready.push(...freed.toSorted((a, b) => rank.get(b)! - rank.get(a)!));
  }
  return [...order, ...sorted.flatMap(({ id }) => (seen.has(id) ? [] : [id]))];
}

function orderNow(): string[] {
  const { edges, edgeOrder } = contentNow();
  const items = useFlow.getState().nodes.map(({ id, position }) => ({ id, ...position }));
  return walkOrder(
    items,
    edgeOrder.map((id) => [edges[id]!.from.node, edges[id]!.to.node] as const),
  );
}

const elementOf = (id: string) =>
  document.querySelector<HTMLElement>(`.pb-canvas .react-flow__node[data-id="${CSS.escape(id)}"]`);

/** How many frames a node may take until it is drawn, while the view moves to it. */
const MOST_FRAMES = 60;
let wanted = '';

/** Gives a node the focus. Moves the view to a node out of sight, which is only drawn then. */
export function focusNode(id: string): void {
  const node = useFlow.getState().nodes.find((one) => one.id === id);
  if (!node) return;
  wanted = id;
  documentActions().select([id]);
  reveal(node.position, node.measured?.width ?? 0, node.measured?.height ?? 0);
  const look = (frames: number) => {
    if (wanted !== id) return;
    const element = elementOf(id);
    if (element) element.focus({ preventScroll: true });
    else if (frames > 0) requestAnimationFrame(() => look(frames - 1));
  };
  look(MOST_FRAMES);
}

/**
 * Tab and Shift+Tab on the canvas go from node to node along the wires, also to nodes out of sight. Before the first and
 * after the last one, they leave the nodes. In the fields of a node, Tab goes from field to field.
 */
export function walkNodes(event: KeyboardEvent): void {
  const { target } = event;
  if (event.key !== 'Tab' || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!(target instanceof HTMLElement)) return;
  const isCanvas = target.matches('.pb-canvas');
  if (!isCanvas && !target.matches('.pb-canvas .react-flow__node')) return;
  if (isCanvas && event.shiftKey) return;
  const order = orderNow();
  const at = isCanvas ? -1 : order.indexOf(target.dataset.id ?? '');
  const next = order[at + (event.shiftKey ? -1 : 1)];
  if (next !== undefined) {
    event.preventDefault();
    focusNode(next);
    return;
  }
  // From the end of the canvas, the browser goes on to what comes after it.
  if (!event.shiftKey) document.querySelector<HTMLElement>('.pb-canvas-end')?.focus({ preventScroll: true });
}
