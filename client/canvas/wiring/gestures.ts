import type { Connection, FinalConnectionState, HandleType, OnConnectStartParams } from '@xyflow/react';
import type { Point } from '../../document/content.ts';
import { removeItems } from '../../document/edits.ts';
import { documentActions } from '../../document/store.ts';
import { t } from '../../ui/strings/index.ts';
import { type Loose, useCanvasUi } from '../canvas-ui.ts';
import type { FlowEdge } from '../flow-items.ts';
import { lastPointer, toCanvas } from '../view.ts';
import { beginFits, endFits, reasonAt } from './fits.ts';
import { connect } from './join.ts';

const endsOf = ({ source, sourceHandle, target, targetHandle }: Connection | FlowEdge) => ({
  from: { node: source, port: sourceHandle ?? '' },
  to: { node: target, port: targetHandle ?? '' },
});

function pointOf(event: globalThis.MouseEvent | TouchEvent) {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
}

/** Connects two ports. A refusal is shown where the wire was dropped. */
async function tryConnect(connection: Connection | FlowEdge, at: Point, moved?: string) {
  const { from, to } = endsOf(connection);
  const refused = await connect(from, to, moved);
  if (refused) useCanvasUi.setState({ refused: { ...refused, from, to, at } });
}

/** Whether a connection is allowed. During a drag, the reason appears beside the pointer. */
export function isValidConnection(connection: Connection | FlowEdge): boolean {
  const { wiring } = useCanvasUi.getState();
  if (!wiring) return true;
  const { from, to } = endsOf(connection);
  const [here, side] = wiring.side === 'output' ? ([to, 'input'] as const) : ([from, 'output'] as const);
  const reason = reasonAt(here.node, here.port, side);
  if (reason !== wiring.reason) useCanvasUi.setState({ wiring: { ...wiring, reason } });
  return reason === null;
}

/** Starts to drag a new wire from a port. */
export function beginWire(_event: globalThis.MouseEvent | TouchEvent, start: OnConnectStartParams): void {
  if (start.nodeId === null) return;
  const end = { node: start.nodeId, port: start.handleId ?? '' };
  pull({ end, side: start.handleType === 'target' ? 'input' : 'output' });
  useCanvasUi.setState({ refused: null });
}

/** Ends the drag of a wire that no port took: shows the refusal, or on the canvas a search for nodes that fit. */
export function endWire(event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { wiring } = useCanvasUi.getState();
  letGo();
  if (!wiring || state.isValid) return;
  const at = pointOf(event);
  const { toHandle } = state;
  if (toHandle) {
    const here = { node: toHandle.nodeId, port: toHandle.id ?? '' };
    if (here.node === wiring.end.node && here.port === wiring.end.port) return;
    const [from, to] = wiring.side === 'output' ? [wiring.end, here] : [here, wiring.end];
    if (toHandle.type === (wiring.side === 'output' ? 'source' : 'target')) {
      const message = t(`canvas.same.${wiring.side}`);
      useCanvasUi.setState({ refused: { code: 'edge.same-side', message, from, to, at } });
    } else
      void tryConnect(
        { source: from.node, sourceHandle: from.port, target: to.node, targetHandle: to.port },
        at,
      );
    return;
  }
  const target = event.target instanceof Element ? event.target : null;
  if (!target?.closest('.react-flow__pane, .react-flow__node-group')) return;
  useCanvasUi.setState({
    search: { at, place: toCanvas(at), loose: { end: wiring.end, side: wiring.side } },
  });
}

function pull(loose: Loose): void {
  useCanvasUi.setState({ wiring: { ...loose, reason: null } });
  beginFits(loose);
}

function letGo(): void {
  useCanvasUi.setState({ wiring: null });
  endFits();
}

/** Adds a wire that was dropped on a port that accepts it. */
export function addWire(connection: Connection): void {
  void tryConnect(connection, lastPointer());
}

/** Whether the moved end of a wire was dropped on another port. */
let moved = false;

/** Starts to drag one end of a wire. `stays` is the end that does not move. */
export function beginMove(edge: FlowEdge, stays: HandleType): void {
  moved = false;
  const { from, to } = endsOf(edge);
  pull(stays === 'source' ? { end: from, side: 'output' } : { end: to, side: 'input' });
}

/** Moves the end of a wire to the port where it was dropped. */
export function moveWire(edge: FlowEdge, connection: Connection): void {
  moved = true;
  void tryConnect(connection, lastPointer(), edge.id);
}

/** Removes a wire whose end was dropped on the canvas. */
export function endMove(
  event: globalThis.MouseEvent | TouchEvent,
  edge: FlowEdge,
  { toHandle }: FinalConnectionState,
): void {
  const target = event.target instanceof Element ? event.target : null;
  if (!moved && !toHandle && target?.closest('.react-flow__pane'))
    documentActions().edit('disconnect', (content) => removeItems(content, new Set(), new Set([edge.id])));
  letGo();
}
