import type { WorkflowNode } from '../../workflows/workflow.ts';
import { type End, WiringView } from '../document/connect.ts';
import type { Point } from '../document/content.ts';
import { addParts, joinEnds, newNode, removeItems } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { descriptorOf, useCatalogue } from '../ui/api/catalogue.ts';
import type { Loose } from './canvas-ui.ts';
import { contentNow, useFlow } from './flow.ts';
import { freePlace } from './free-place.ts';
import { estimateHeight, HEADER, NODE_WIDTH, portY, REROUTE, REROUTE_TYPE } from './metrics.ts';
import { middleOfView, reveal, toCanvas } from './view.ts';

const edit = documentActions;
const types = () => useCatalogue.getState().types;

/** The position for a new node that puts its port, or its title, at `place`. */
function placeFor(place: Point, type: string, loose?: Loose): Point {
  if (type === REROUTE_TYPE) return { x: place.x - REROUTE / 2, y: place.y - REROUTE / 2 };
  if (!loose) return { x: place.x - NODE_WIDTH / 2, y: place.y - HEADER / 2 };
  return { x: loose.side === 'output' ? place.x : place.x - NODE_WIDTH, y: place.y - portY(0, false) };
}

/** The port of a new node that a dragged wire connects to. */
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

/** The values that a new node starts with where they differ from the defaults, which saved workflows rely on. */
function initialParams(type: string): NonNullable<WorkflowNode['params']> {
  const params = descriptorOf(type)?.params ?? [];
  return Object.fromEntries(
    params.flatMap(({ name, initial }) =>
      typeof initial === 'string' || typeof initial === 'number' || typeof initial === 'boolean'
        ? [[name, initial]]
        : [],
    ),
  );
}

/** The size of a new node that shows a result: large, because people add it to look at it. Others fit their fields. */
function initialSize(type: string): { width: number; height: number } | undefined {
  const isView = descriptorOf(type)?.outputs.some(({ types }) => types !== 'any' && types.includes('view'));
  return isView ? { width: 440, height: 400 } : undefined;
}

/**
 * Adds a node as one step of undo. Connects it to a dragged wire, or inserts it into an existing wire. Returns its id.
 */
export function addNode(
  type: string,
  place: Point,
  options: {
    loose?: Loose;
    into?: string;
    params?: WorkflowNode['params'];
    title?: string;
    /** Whether to scroll to the node if it would be out of sight. */
    show?: boolean;
  } = {},
): string {
  const { loose, into, params, title } = options;
  const content = contentNow();
  const given = { ...initialParams(type), ...params };
  const size = initialSize(type);
  const fields = {
    ...(Object.keys(given).length > 0 && { params: given }),
    ...(title && { title }),
    ...(size && { size }),
  };
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
  if (node.position && options.show) {
    const { width, height } = sizeOfNew(type);
    reveal(node.position, width, height);
  }
  return node.id;
}

/** Space between a new node and others, in canvas pixels. */
const GAP = 40;
/** The height to keep free for a node whose type is not known yet, in canvas pixels. */
const USUAL_HEIGHT = 160;

/**
 * The place for a node that is added with a click or a key: right of the selection, otherwise in the middle of the view,
 * and where it covers no other node. @param type its type, if it is known
 */
export function besideSelection(type?: string): Point {
  const { selection } = useDocument.getState();
  const { nodes } = useFlow.getState();
  const others = nodes.filter((node) => node.type !== 'group');
  const right = others.filter(({ id }) => selection.has(id)).sort((a, b) => b.position.x - a.position.x)[0];
  const size = sizeOfNew(type);
  const middle = toCanvas(middleOfView());
  const wish = right
    ? { x: right.position.x + (right.measured?.width ?? NODE_WIDTH) + GAP, y: right.position.y }
    : { x: middle.x - size.width / 2, y: middle.y - size.height / 2 };
  const { x, y } = freePlace(
    { ...wish, ...size },
    others.map(({ position, measured }) => ({
      ...position,
      width: measured?.width ?? NODE_WIDTH,
      height: measured?.height ?? USUAL_HEIGHT,
    })),
    GAP,
  );
  // A new node has the centre of its title at the place that it is given.
  return { x: x + NODE_WIDTH / 2, y: y + HEADER / 2 };
}

/** About the size that a new node will have. */
function sizeOfNew(type: string | undefined): { width: number; height: number } {
  const descriptor = type === undefined ? undefined : descriptorOf(type);
  if (!descriptor) return { width: NODE_WIDTH, height: USUAL_HEIGHT };
  const rows = Math.max(descriptor.inputs.length, descriptor.outputs.length);
  const height = estimateHeight({ id: '', type: descriptor.type }, descriptor, rows);
  return initialSize(descriptor.type) ?? { width: NODE_WIDTH, height };
}
