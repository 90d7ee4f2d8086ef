import { type Clip, copyItems, partsOfClip, readClip } from '../document/clipboard.ts';
import type { Point } from '../document/content.ts';
import { addParts } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { deleteSelection } from './actions.ts';
import { contentNow } from './flow.ts';
import { membersOf } from './flow-groups.ts';
import { NODE_WIDTH } from './metrics.ts';
import { aim, isPointing, toCanvas } from './view.ts';

const edit = documentActions;
const selection = () => useDocument.getState().selection;

let lastClip: Clip | undefined;
let pasted = 0;

/** Copies the selection. Returns the text for the system's clipboard. */
export function copySelection(): string | undefined {
  const ids = new Set(selection());
  for (const id of selection())
    if (contentNow().groups[id]) for (const member of membersOf(id)) ids.add(member.id);
  if (ids.size === 0) return undefined;
  lastClip = copyItems(contentNow(), ids);
  pasted = 0;
  return JSON.stringify(lastClip);
}

/** Copies the selection, then deletes it. */
export function cutSelection(): string | undefined {
  const text = copySelection();
  if (text !== undefined) deleteSelection();
  return text;
}

/** Pastes at the pointer, as one step of undo. With `outer`, also connects the wires from outside of the copy. */
export function paste(text: string | undefined, outer = false): boolean {
  const clip = text === undefined ? lastClip : readClip(text);
  if (!clip) return false;
  const at = toCanvas(aim());
  // Without a pointer, the centre of the copied items goes to the centre of the view.
  const half = isPointing() ? { x: 0, y: 0 } : halfOf(clip);
  pasteAt(clip, { x: at.x - half.x + 16 * pasted, y: at.y - half.y + 16 * pasted }, outer);
  pasted++;
  return true;
}

/** About half the size of the copied items. */
function halfOf({ nodes, groups, notes }: Clip): Point {
  const places = [...nodes, ...groups, ...notes].map(({ position }) => position ?? { x: 0, y: 0 });
  const span = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  return {
    x: (span(places.map(({ x }) => x)) + NODE_WIDTH) / 2,
    y: (span(places.map(({ y }) => y)) + NODE_WIDTH) / 2,
  };
}

function pasteAt(clip: Clip, at: Point, outer: boolean): void {
  const parts = partsOfClip(contentNow(), clip, at, outer);
  const ids = [...parts.nodes, ...parts.groups, ...parts.notes].map(({ id }) => id);
  edit().edit('paste', (content) => addParts(content, parts), { select: ids });
}

/** Copies the selection beside the original, with its incoming wires. */
export function duplicateSelection(): void {
  const clip = copyItems(contentNow(), selection());
  const places = [...clip.nodes, ...clip.groups, ...clip.notes].map(
    ({ position }) => position ?? { x: 0, y: 0 },
  );
  if (places.length === 0) return;
  const corner = { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
  pasteAt(clip, { x: corner.x + 32, y: corner.y + 32 }, true);
}
