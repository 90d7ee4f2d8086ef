// Longer than others: what gestures, menus, keys and commands of the canvas have in common, each a few lines.

import type { NodeMode, WorkflowNode } from '../../workflows/workflow.ts';
import { descriptorOf, useCatalogue } from '../api/catalogue.ts';
import { validateWorkflow } from '../api/workflows.ts';
import { type Clip, copyItems, partsOfClip, readClip } from '../document/clipboard.ts';
import {
  type Converter,
  convertersBetween,
  type End,
  type Refusal,
  WiringView,
} from '../document/connect.ts';
import { freeId, hasItem, type Point, workflowOf } from '../document/content.ts';
import {
  addParts,
  edgesInto,
  joinEnds,
  newNode,
  patchNode,
  removeItems,
  setModes,
} from '../document/edits.ts';
import { removeAndSplice } from '../document/splice.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { useChecks } from './checks.ts';
import { contentNow, membersOf, useFlow } from './flow.ts';
import { HEADER, NODE_WIDTH, portY, REROUTE, REROUTE_TYPE } from './metrics.ts';
import type { Loose } from './ui.ts';
import { aim, isPointing, reveal, toCanvas } from './view.ts';

const edit = documentActions;
const types = () => useCatalogue.getState().types;

/** Where a node goes so that the port in question is at a place. */
function placeFor(place: Point, type: string, loose?: Loose): Point {
  if (type === REROUTE_TYPE) return { x: place.x - REROUTE / 2, y: place.y - REROUTE / 2 };
  if (!loose) return { x: place.x - NODE_WIDTH / 2, y: place.y - HEADER / 2 };
  return { x: loose.side === 'output' ? place.x : place.x - NODE_WIDTH, y: place.y - portY(0, false) };
}

/** The end of a new node that a pulled wire joins. */
function endFor(node: WorkflowNode, loose: Loose): End | undefined {
  const side = loose.side === 'output' ? 'inputs' : 'outputs';
  const ports = descriptorOf(node.type)?.[side] ?? [];
  const content = addParts(contentNow(), { nodes: [node] });
  const view = new WiringView(content, types());
  const fitting = ports.filter(({ name }) => {
    const here = { node: node.id, port: name };
    const [from, to] = loose.side === 'output' ? [loose.end, here] : [here, loose.end];
    return view.refusal(from, to, true) === null;
  });
  const best = fitting.find((port) => port.required && port.types !== 'any') ?? fitting[0];
  return best && { node: node.id, port: best.name };
}

/** Adds a node; with a pulled wire, joined to it; put into a wire, between its ends. One step. Returns its id. */
export function addNode(
  type: string,
  place: Point,
  options: {
    loose?: Loose;
    into?: string;
    params?: WorkflowNode['params'];
    title?: string;
    /** Whether the view moves to it where it would not be seen. */
    show?: boolean;
  } = {},
): string {
  const { loose, into, params, title } = options;
  const content = contentNow();
  const fields = { ...(params && { params }), ...(title && { title }) };
  const node = newNode(content, type, placeFor(place, type, loose), fields);
  const wire = into === undefined ? undefined : content.edges[into];
  edit().edit(
    'add',
    (before) => {
      let next = addParts(before, { nodes: [node] });
      if (loose) {
        const end = endFor(node, loose);
        if (end)
          next = (
            loose.side === 'output'
              ? joinEnds(next, loose.end, end, true)
              : joinEnds(next, end, loose.end, true)
          ).content;
      }
      if (wire) {
        const input = endFor(node, { end: wire.from, side: 'output' });
        const output = endFor(node, { end: wire.to, side: 'input' });
        if (input && output) {
          next = removeItems(next, new Set(), new Set([wire.id]));
          next = joinEnds(next, wire.from, input).content;
          next = joinEnds(next, output, wire.to).content;
        }
      }
      return next;
    },
    { select: [node.id] },
  );
  if (node.position && options.show) reveal(node.position, NODE_WIDTH, 160);
  return node.id;
}

/** Why two ends cannot be joined, or null. An occupied input gives its wire up. */
export function refusalOf(from: End, to: End): Refusal | null {
  return new WiringView(contentNow(), types()).refusal(from, to, true);
}

/** Nodes that could stand between two ends that do not fit. */
export function convertersFor(from: End, to: End): Converter[] {
  const view = new WiringView(contentNow(), types());
  return convertersBetween(types(), view.gives(from), view.takes(to)).slice(0, 3);
}

/** How long a wire waits for the server's word on spaces, in milliseconds. */
const SPACE_MS = 600;

/** What the server says against a wire that its port types allow: vectors of two spaces. */
async function spaceRefusal(from: End, to: End): Promise<Refusal | null> {
  const view = new WiringView(contentNow(), types());
  if (!view.gives(from).includes('embeddings')) return null;
  const known = new Set(useChecks.getState().problems.map(({ message }) => message));
  const candidate = joinEnds(contentNow(), from, to, true).content;
  try {
    const { problems } = await validateWorkflow(workflowOf(candidate), AbortSignal.timeout(SPACE_MS));
    return problems.find(({ code, message }) => code === 'space.mismatch' && !known.has(message)) ?? null;
  } catch {
    return null;
  }
}

/** Joins two ends as one step, or says why not. */
export async function connect(from: End, to: End, moved?: string): Promise<Refusal | null> {
  const refused = refusalOf(from, to) ?? (await spaceRefusal(from, to));
  if (refused) return refused;
  edit().edit('connect', (content) => {
    const base = moved === undefined ? content : removeItems(content, new Set(), new Set([moved]));
    const many = types()[base.nodes[to.node]?.type ?? '']?.inputs.find(({ name }) => name === to.port)?.many;
    return joinEnds(base, from, to, !many).content;
  });
  return null;
}

/** Puts a node between two ends, and joins all three. */
export function insertConverter(converter: Converter, from: End, to: End): void {
  const { nodes } = contentNow();
  const [a, b] = [nodes[from.node]?.position, nodes[to.node]?.position];
  if (!a || !b) return;
  const content = contentNow();
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + 40 };
  const node = newNode(content, converter.type, middle);
  edit().edit(
    'connect',
    (before) => {
      let next = addParts(before, { nodes: [node] });
      next = joinEnds(next, from, { node: node.id, port: converter.input }).content;
      return joinEnds(next, { node: node.id, port: converter.output }, to, true).content;
    },
    { select: [node.id] },
  );
}

const selection = () => useDocument.getState().selection;

/** Deletes what is selected; chains through deleted nodes are joined again where the types fit. */
export function deleteSelection(): void {
  const { selection: ids, selectedEdges } = useDocument.getState();
  if (ids.size + selectedEdges.size === 0) return;
  edit().edit('delete', (content) => removeAndSplice(content, ids, selectedEdges, types()), { select: [] });
}

let lastClip: Clip | undefined;
let pasted = 0;

/** Copies what is selected; the text is what goes to the system's clipboard. */
export function copySelection(): string | undefined {
  const ids = new Set(selection());
  for (const id of selection())
    if (contentNow().groups[id]) for (const member of membersOf(id)) ids.add(member.id);
  if (ids.size === 0) return undefined;
  lastClip = copyItems(contentNow(), ids);
  pasted = 0;
  return JSON.stringify(lastClip);
}

/** Copies, then deletes. */
export function cutSelection(): string | undefined {
  const text = copySelection();
  if (text !== undefined) deleteSelection();
  return text;
}

/** Pastes a clip as one step, where the pointer is; with `outer`, joined to what its wires came from. */
export function paste(text: string | undefined, outer = false): boolean {
  const clip = text === undefined ? lastClip : readClip(text);
  if (!clip) return false;
  const at = toCanvas(aim());
  // Without a pointer the middle of the clip goes to the middle of the view.
  const half = isPointing() ? { x: 0, y: 0 } : halfOf(clip);
  pasteAt(clip, { x: at.x - half.x + 16 * pasted, y: at.y - half.y + 16 * pasted }, outer);
  pasted++;
  return true;
}

/** About half the size of a clip. */
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

/** A copy beside the original, with the wires that come in. */
export function duplicateSelection(): void {
  const clip = copyItems(contentNow(), selection());
  const places = [...clip.nodes, ...clip.groups, ...clip.notes].map(
    ({ position }) => position ?? { x: 0, y: 0 },
  );
  if (places.length === 0) return;
  const corner = { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
  pasteAt(clip, { x: corner.x + 32, y: corner.y + 32 }, true);
}

/** Selects everything. */
export function selectAll(): void {
  const { order, groups, notes } = contentNow();
  edit().select([...order, ...Object.keys(groups), ...Object.keys(notes)]);
}

const selectedNodes = () => [...selection()].filter((id) => Object.hasOwn(contentNow().nodes, id));

/** Bypasses or mutes what is selected; when all of it is so already, makes it active again. */
export function toggleMode(mode: NodeMode): void {
  const ids = selectedNodes();
  const all = ids.every((id) => contentNow().nodes[id]?.mode === mode);
  edit().edit(mode, (content) => setModes(content, ids, all ? 'active' : mode));
}

/** Collapses what is selected, or opens it when all of it is collapsed. */
export function toggleCollapsed(): void {
  const ids = selectedNodes();
  const all = ids.every((id) => contentNow().nodes[id]?.collapsed);
  edit().edit('collapse', (content) =>
    ids.reduce((next, id) => patchNode(next, id, { collapsed: all ? undefined : true }), content),
  );
}

/** Bounds of nodes, in canvas pixels. */
function boundsOf(ids: ReadonlySet<string>) {
  const nodes = useFlow.getState().nodes.filter(({ id }) => ids.has(id));
  if (nodes.length === 0) return undefined;
  return {
    left: Math.min(...nodes.map(({ position }) => position.x)),
    top: Math.min(...nodes.map(({ position }) => position.y)),
    right: Math.max(...nodes.map(({ position, measured }) => position.x + (measured?.width ?? 0))),
    bottom: Math.max(...nodes.map(({ position, measured }) => position.y + (measured?.height ?? 0))),
  };
}

/** Frames what is selected; an empty frame where nothing is. Returns its id. */
export function groupSelection(title: string): string {
  const content = contentNow();
  const id = freeId('group', (wish) => hasItem(content, wish));
  const bounds = boundsOf(selection());
  const at = toCanvas(aim());
  const group = bounds
    ? {
        id,
        title,
        position: { x: bounds.left - 24, y: bounds.top - 48 },
        size: { width: bounds.right - bounds.left + 48, height: bounds.bottom - bounds.top + 72 },
      }
    : { id, title, position: at, size: { width: 400, height: 280 } };
  edit().edit('group', (before) => addParts(before, { groups: [group] }), { select: [id] });
  return id;
}

/** Puts a note down. */
export function addNote(place: Point): void {
  const content = contentNow();
  const id = freeId('note', (wish) => hasItem(content, wish));
  const position = { x: Math.round(place.x), y: Math.round(place.y) };
  const note = { id, text: '', position, size: { width: 200, height: 120 } };
  edit().edit('note', (before) => addParts(before, { notes: [note] }), { select: [id] });
}

/** Takes all wires off a node. */
export function disconnect(id: string): void {
  const { edges } = contentNow();
  const wires = Object.values(edges).filter(({ from, to }) => from.node === id || to.node === id);
  edit().edit('disconnect', (content) =>
    removeItems(content, new Set(), new Set(wires.map((edge) => edge.id))),
  );
}

/** Wires into an input. */
export const wiresInto = (to: End) => edgesInto(contentNow(), to);
