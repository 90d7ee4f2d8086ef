import type { Point } from '../document/content.ts';
import { useDocument } from '../document/store.ts';
import { useFlow } from './flow.ts';
import { HEADER, NODE_WIDTH } from './metrics.ts';
import { aim, toCanvas } from './view.ts';

const GAP = 64;

/** Where a node goes that comes by keyboard: right of what is selected, below what stands there already; else the middle. */
export function besideSelection(): Point {
  const { selection } = useDocument.getState();
  const { nodes } = useFlow.getState();
  const right = nodes
    .filter(({ id, type }) => selection.has(id) && type !== 'group')
    .sort((a, b) => b.position.x - a.position.x)[0];
  if (!right) return toCanvas(aim());
  const x = right.position.x + (right.measured?.width ?? NODE_WIDTH) + GAP;
  let { y } = right.position;
  const stands = () =>
    nodes.find(
      ({ position, measured, type }) =>
        type !== 'group' &&
        position.x < x + NODE_WIDTH &&
        position.x + (measured?.width ?? 0) > x &&
        position.y < y + 160 &&
        position.y + (measured?.height ?? 0) > y,
    );
  for (let other = stands(); other; other = stands())
    y = other.position.y + (other.measured?.height ?? 0) + GAP;
  // The search centres a node's title on the place.
  return { x: x + NODE_WIDTH / 2, y: y + HEADER / 2 };
}
