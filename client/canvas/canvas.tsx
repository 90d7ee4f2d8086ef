// Longer than others: React Flow's callbacks, each handed on to where it belongs.
import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionLineType,
  ConnectionMode,
  type FinalConnectionState,
  getNodesBounds,
  getViewportForBounds,
  type OnConnectStartParams,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  type Viewport,
} from '@xyflow/react';
import { type MouseEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { documentActions, useDocument } from '../document/store.ts';
import { t, useLanguage } from '../strings/index.ts';
import './canvas.css';
import { useCanvasKeys } from '../commands/use-canvas-keys.ts';
import { connect } from './actions.ts';
import { keepChecked } from './checks.ts';
import { ContextMenu } from './context-menu.tsx';
import { dropOnCanvas } from './drop.ts';
import {
  beginDrag,
  type FlowEdge,
  type FlowNode,
  keepHandles,
  syncFlow,
  takeEdgeChanges,
  takeNodeChanges,
  useFlow,
} from './flow.ts';
import { LowWires } from './low-wires.tsx';
import { LOW_ZOOM, LowZoom } from './low-zoom.ts';
import { GRID } from './metrics.ts';
import { Minimap } from './minimap.tsx';
import { GroupNode, NoteNode } from './node/frames.tsx';
import { PatchNode } from './node/patch-node.tsx';
import { RerouteNode } from './node/reroute-node.tsx';
import { NodeSearch, useIsEmpty } from './search/node-search.tsx';
import { useCanvasUi } from './ui.ts';
import { notePointer, setFlowInstance, toCanvas } from './view.ts';
import { WireEdge } from './wire-edge.tsx';
import { beginFits, endFits, reasonAt } from './wiring/fits.ts';
import { RefusedNotice, WiringHint } from './wiring/refused.tsx';
import { WirePicker } from './wiring/wire-picker.tsx';

const nodeTypes = { patch: PatchNode, reroute: RerouteNode, group: GroupNode, note: NoteNode };
const edgeTypes = { wire: WireEdge };
const proOptions = { hideAttribution: true };
const NO_EDGES: FlowEdge[] = [];
const MIN_ZOOM = 0.04;
const snapGrid: [number, number] = [GRID, GRID];

const endsOf = ({ source, sourceHandle, target, targetHandle }: Connection | FlowEdge) => ({
  from: { node: source, port: sourceHandle ?? '' },
  to: { node: target, port: targetHandle ?? '' },
});

function pointOf(event: globalThis.MouseEvent | TouchEvent) {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
}

async function tryConnect(connection: Connection | FlowEdge, at: { x: number; y: number }, moved?: string) {
  const { from, to } = endsOf(connection);
  const refused = await connect(from, to, moved);
  if (refused) useCanvasUi.setState({ refused: { ...refused, from, to, at } });
}

/** Whether a wire would be taken; while it is pulled, the reason goes beside the pointer. */
function isValidConnection(connection: Connection | FlowEdge): boolean {
  const { wiring } = useCanvasUi.getState();
  if (!wiring) return true;
  const { from, to } = endsOf(connection);
  const [here, side] = wiring.side === 'output' ? ([to, 'input'] as const) : ([from, 'output'] as const);
  const reason = reasonAt(here.node, here.port, side);
  if (reason !== wiring.reason) useCanvasUi.setState({ wiring: { ...wiring, reason } });
  return reason === null;
}

function beginWire(_event: globalThis.MouseEvent | TouchEvent, start: OnConnectStartParams): void {
  if (start.nodeId === null) return;
  const end = { node: start.nodeId, port: start.handleId ?? '' };
  const loose = { end, side: start.handleType === 'target' ? ('input' as const) : ('output' as const) };
  useCanvasUi.setState({ wiring: { ...loose, reason: null }, refused: null });
  beginFits(loose);
}

/** A wire was dropped: on a port that refuses it, or on the canvas, where a search lists what fits. */
function endWire(event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { wiring } = useCanvasUi.getState();
  useCanvasUi.setState({ wiring: null });
  endFits();
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

const isPane = (target: EventTarget) =>
  target instanceof Element && target.closest('.react-flow__pane, .pb-group') !== null;

function openSearch(event: MouseEvent): void {
  if (!isPane(event.target)) return;
  const at = { x: event.clientX, y: event.clientY };
  useCanvasUi.setState({ search: { at, place: toCanvas(at) }, menu: null });
}

function openMenu(
  event: MouseEvent | globalThis.MouseEvent,
  target: { kind: 'node' | 'edge'; id: string } | { kind: 'canvas' },
) {
  event.preventDefault();
  const { selection, selectedEdges } = useDocument.getState();
  if (target.kind === 'node' && !selection.has(target.id)) documentActions().select([target.id]);
  if (target.kind === 'edge' && !selectedEdges.has(target.id)) documentActions().select([], [target.id]);
  const at = { x: event.clientX, y: event.clientY };
  useCanvasUi.setState({ menu: { at, place: toCanvas(at), target }, search: null });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where each tab's canvas was left. */
const viewports = new Map<string, Viewport>();

/** The view a canvas begins with, before anything is drawn: as it was left, or all of it. */
function firstViewport(tab: string, { width, height }: Size): Viewport {
  const left = viewports.get(tab);
  if (left) return left;
  const nodes = useFlow.getState().nodes as FlowNode[];
  if (nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  return getViewportForBounds(getNodesBounds(nodes), width, height, MIN_ZOOM, 1, 0.1);
}

function Flow({ tab, size }: { readonly tab: string; readonly size: Size }) {
  const nodes = useFlow((flow) => flow.nodes) as FlowNode[];
  const edges = useFlow((flow) => flow.edges) as FlowEdge[];
  const low = useStore((state) => state.transform[2] < LOW_ZOOM);
  const instance = useReactFlow<FlowNode, FlowEdge>();
  const store = useStoreApi<FlowNode, FlowEdge>();
  // Before the first node is drawn.
  useState(() => keepHandles(store));
  useEffect(() => {
    setFlowInstance(instance);
    return () => setFlowInstance(undefined);
  }, [instance]);
  const [first] = useState(() => firstViewport(tab, size));
  useEffect(() => () => void viewports.set(tab, instance.getViewport()), [tab, instance]);
  const moved = useRef(false);
  return (
    <LowZoom value={low}>
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={low ? NO_EDGES : edges}
        defaultViewport={first}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={takeNodeChanges}
        onEdgesChange={takeEdgeChanges}
        onNodeDragStart={(_event, node) => beginDrag(node)}
        isValidConnection={isValidConnection}
        onConnect={(connection) => void tryConnect(connection, lastPointer)}
        onConnectStart={beginWire}
        onConnectEnd={endWire}
        onReconnectStart={(_event, edge, side) => {
          moved.current = false;
          // React Flow names the end that stays.
          const end = side === 'source' ? endsOf(edge).from : endsOf(edge).to;
          const loose = { end, side: side === 'source' ? ('output' as const) : ('input' as const) };
          useCanvasUi.setState({ wiring: { ...loose, reason: null } });
          beginFits(loose);
        }}
        onReconnect={(edge, connection) => {
          moved.current = true;
          void tryConnect(connection, lastPointer, edge.id);
        }}
        onReconnectEnd={(event, edge, _side, state) => {
          if (!moved.current && !state.toHandle) {
            const target = event.target instanceof Element ? event.target : null;
            if (target?.closest('.react-flow__pane'))
              documentActions().edit('disconnect', (content) => ({
                ...content,
                edges: Object.fromEntries(Object.entries(content.edges).filter(([id]) => id !== edge.id)),
                edgeOrder: content.edgeOrder.filter((id) => id !== edge.id),
              }));
          }
          useCanvasUi.setState({ wiring: null });
          endFits();
        }}
        onNodeContextMenu={(event, node) => openMenu(event, { kind: 'node', id: node.id })}
        onEdgeContextMenu={(event, edge) => openMenu(event, { kind: 'edge', id: edge.id })}
        onPaneContextMenu={(event) => openMenu(event, { kind: 'canvas' })}
        onSelectionContextMenu={(event, [node]) => node && openMenu(event, { kind: 'node', id: node.id })}
        onEdgeDoubleClick={(event, edge) => {
          const at = { x: event.clientX, y: event.clientY };
          useCanvasUi.setState({ search: { at, place: toCanvas(at), into: edge.id } });
        }}
        onPaneClick={() => useCanvasUi.setState({ refused: null, menu: null })}
        onlyRenderVisibleElements
        connectionMode={ConnectionMode.Strict}
        connectionLineType={ConnectionLineType.Bezier}
        connectionRadius={24}
        edgesReconnectable
        reconnectRadius={12}
        snapToGrid
        snapGrid={snapGrid}
        minZoom={MIN_ZOOM}
        maxZoom={2.5}
        zoomOnDoubleClick={false}
        selectionOnDrag={false}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        selectionKeyCode="Shift"
        panActivationKeyCode={null}
        deleteKeyCode={null}
        elevateNodesOnSelect={false}
        disableKeyboardA11y={false}
        proOptions={proOptions}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--pb-grid)" />
        {low && <LowWires />}
      </ReactFlow>
    </LowZoom>
  );
}

let lastPointer = { x: 0, y: 0 };

function EmptyCanvas() {
  const empty = useIsEmpty();
  return empty ? <p className="pb-empty">{t('canvas.empty')}</p> : null;
}

/** The canvas of the workflow that is edited. */
export function Canvas() {
  useLanguage();
  const minimap = useCanvasUi((ui) => ui.minimap);
  const pulling = useCanvasUi((ui) => ui.wiring?.reason != null);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const tab = useDocument((state) => state.tab);
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => keepChecked(), []);
  useLayoutEffect(() => {
    syncFlow();
    const { clientWidth: width, clientHeight: height } = box.current!;
    setSize({ width, height });
  }, []);
  useCanvasKeys();
  const move = useCallback(
    (event: { clientX: number; clientY: number }) => {
      lastPointer = { x: event.clientX, y: event.clientY };
      notePointer(lastPointer);
      if (pulling) setAt(lastPointer);
    },
    [pulling],
  );
  return (
    <>
      <div
        ref={box}
        className="pb-canvas"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas takes the keyboard.
        tabIndex={0}
        role="application"
        aria-label={t('canvas.label')}
        onDoubleClick={openSearch}
        onPointerMove={move}
        onPointerLeave={() => notePointer(undefined)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => void dropOnCanvas(event.nativeEvent)}
      >
        {size && (
          <ReactFlowProvider key={tab} initialWidth={size.width} initialHeight={size.height}>
            <Flow tab={tab} size={size} />
            {minimap && <Minimap />}
          </ReactFlowProvider>
        )}
        <EmptyCanvas />
      </div>
      <NodeSearch />
      <WirePicker />
      <ContextMenu />
      <RefusedNotice />
      <WiringHint at={at ?? lastPointer} />
    </>
  );
}
