import {
  type AriaLabelConfig,
  Background,
  BackgroundVariant,
  ConnectionLineType,
  ConnectionMode,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  type Viewport,
} from '@xyflow/react';
import { type CSSProperties, useCallback, useEffect, useMemo, useState } from 'react';
import { type Language, TEXTS, t, useLanguage } from '../ui/strings/index.ts';
import { dropFloating } from './canvas-ui.ts';
import { useFlow } from './flow.ts';
import { keepHandles, takeEdgeChanges, takeNodeChanges } from './flow-changes.ts';
import { beginDrag } from './flow-groups.ts';
import type { FlowEdge, FlowNode } from './flow-items.ts';
import { LowWires } from './low-wires.tsx';
import { fitsRows, isLow, Look, nodeLook, titleSize } from './low-zoom.ts';
import { GRID } from './metrics.ts';
import { GroupNode, NoteNode } from './node/frames.tsx';
import { PatchNode } from './node/patch-node.tsx';
import { RerouteNode } from './node/reroute-node.tsx';
import { clickPane, openMenu, openSearchInto } from './openings.ts';
import { noteMove, useRevealResult } from './reveal-result.ts';
import { setFlowInstance } from './view.ts';
import { firstViewport, keepViewport, leaveViewport, MIN_ZOOM, type Size } from './viewports.ts';
import { WireEdge } from './wire-edge.tsx';
import {
  addWire,
  beginMove,
  beginWire,
  endMove,
  endWire,
  isValidConnection,
  moveWire,
} from './wiring/gestures.ts';

const nodeTypes = { patch: PatchNode, reroute: RerouteNode, group: GroupNode, note: NoteNode };
const edgeTypes = { wire: WireEdge };
const proOptions = { hideAttribution: true };
const NO_EDGES: FlowEdge[] = [];
const snapGrid: [number, number] = [GRID, GRID];

interface TitleStyle extends CSSProperties {
  readonly '--pb-title-size': string;
}

/** Texts for screen readers about nodes and wires. */
const labelsIn = (language: Language): Partial<AriaLabelConfig> => ({
  'node.a11yDescription.default': TEXTS['canvas.nodeKeys'][language],
  'node.a11yDescription.keyboardDisabled': TEXTS['canvas.nodeKeys'][language],
  'node.a11yDescription.ariaLiveMessage': ({ x, y }) => t('canvas.moved', { x, y }),
  'edge.a11yDescription.default': TEXTS['canvas.wireKeys'][language],
});

/** React Flow with its data and callbacks. */
export function FlowView({ tab, size }: { readonly tab: string; readonly size: Size }) {
  const nodes = useFlow((flow) => flow.nodes) as FlowNode[];
  const edges = useFlow((flow) => flow.edges) as FlowEdge[];
  const count = nodes.length;
  const look = useStore((state) => nodeLook(state.transform[2], count));
  const low = isLow(look);
  const title = useStore((state) => titleSize(state.transform[2]));
  const style = useMemo((): TitleStyle => ({ '--pb-title-size': `${title}px` }), [title]);
  const instance = useReactFlow<FlowNode, FlowEdge>();
  const store = useStoreApi<FlowNode, FlowEdge>();
  // This must run before the first node is drawn.
  useState(() => keepHandles(store));
  useEffect(() => {
    setFlowInstance(instance);
    return () => setFlowInstance(undefined);
  }, [instance]);
  const language = useLanguage((state) => state.language);
  const ariaLabels = useMemo(() => labelsIn(language), [language]);
  useRevealResult(tab);
  const [first] = useState(() => firstViewport(tab, size));
  const keep = useCallback((_event: unknown, at: Viewport) => leaveViewport(tab, at), [tab]);
  useEffect(() => keepViewport, []);
  return (
    <Look value={look}>
      <ReactFlow<FlowNode, FlowEdge>
        className={`pb-look-${look}${fitsRows(title) ? ' pb-fits-rows' : ''}`}
        style={style}
        nodes={nodes}
        edges={low ? NO_EDGES : edges}
        defaultViewport={first}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onMoveStart={(event) => {
          dropFloating();
          // Moves by the program have no event.
          if (event) noteMove();
        }}
        onMoveEnd={keep}
        onNodesChange={takeNodeChanges}
        onEdgesChange={takeEdgeChanges}
        onNodeDragStart={(_event, node) => beginDrag(node)}
        isValidConnection={isValidConnection}
        onConnect={addWire}
        onConnectStart={beginWire}
        onConnectEnd={endWire}
        onReconnectStart={(_event, edge, side) => beginMove(edge, side)}
        onReconnect={moveWire}
        onReconnectEnd={(event, edge, _side, state) => endMove(event, edge, state)}
        onNodeContextMenu={(event, node) => openMenu(event, { kind: 'node', id: node.id })}
        onEdgeContextMenu={(event, edge) => openMenu(event, { kind: 'edge', id: edge.id })}
        onPaneContextMenu={(event) => openMenu(event, { kind: 'canvas' })}
        onSelectionContextMenu={(event, [node]) => node && openMenu(event, { kind: 'node', id: node.id })}
        onEdgeDoubleClick={(event, edge) => openSearchInto(event, edge.id)}
        onPaneClick={(event) => clickPane(event, low)}
        onlyRenderVisibleElements
        ariaLabelConfig={ariaLabels}
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
    </Look>
  );
}
