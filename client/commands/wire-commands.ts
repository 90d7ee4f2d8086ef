import { addNode } from '../canvas/add-node.ts';
import { REROUTE_TYPE } from '../canvas/metrics.ts';
import { useCanvasUi } from '../canvas/ui.ts';
import { aim, toCanvas } from '../canvas/view.ts';
import { useDocument } from '../document/store.ts';
import { onCanvas } from './conditions.ts';
import type { Command } from './registry.ts';

const oneEdge = () => onCanvas() && useDocument.getState().selectedEdges.size === 1;
const onlyEdge = () => [...useDocument.getState().selectedEdges][0]!;
const wirePlace = () => useCanvasUi.getState().menu?.place ?? toCanvas(aim());

/** What can be done to a wire. */
export const EDGE_COMMANDS: readonly Command[] = [
  {
    id: 'edge.insert',
    title: 'command.insert',
    group: 'node',
    when: oneEdge,
    run: () => useCanvasUi.setState({ search: { at: aim(), place: toCanvas(aim()), into: onlyEdge() } }),
  },
  {
    id: 'edge.reroute',
    title: 'command.rerouteWire',
    group: 'node',
    when: oneEdge,
    run: () => void addNode(REROUTE_TYPE, wirePlace(), { into: onlyEdge() }),
  },
];
