import { addNote, groupSelection, toggleCollapsed, toggleMode } from '../canvas/actions.ts';
import { addNode, besideSelection } from '../canvas/add-node.ts';
import { useCanvasUi } from '../canvas/canvas-ui.ts';
import { REROUTE_TYPE } from '../canvas/metrics.ts';
import { FRAME_COLOR_NAMES, FRAME_COLORS } from '../canvas/node/frames.tsx';
import { aim, focusFirstField, isPointing, toCanvas } from '../canvas/view.ts';
import { disconnect } from '../canvas/wiring/join.ts';
import { patchFrame } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { t } from '../ui/strings/index.ts';
import { chosen, onCanvas, one, oneNode, only } from './conditions.ts';
import type { Command } from './registry.ts';

const chosenFrames = (): string[] => {
  const { view, active } = useTabs.getState();
  const { selection, groups, notes } = useDocument.getState();
  if (view !== 'canvas' || active === null) return [];
  return [...selection].filter((id) => Object.hasOwn(groups, id) || Object.hasOwn(notes, id));
};

/** Commands for the colours of groups and notes. */
const FRAME_COMMANDS: readonly Command[] = FRAME_COLOR_NAMES.map((color) => ({
  id: `frame.${color}`,
  title: `command.color.${color}`,
  group: 'node',
  tint: FRAME_COLORS[color],
  when: () => chosenFrames().length > 0,
  run: () => {
    const ids = chosenFrames();
    documentActions().edit('color', (content) =>
      ids.reduce((next, id) => patchFrame(next, id, { color }), content),
    );
  },
}));

function search(): void {
  const at = aim();
  const pointing = isPointing();
  const place = pointing ? toCanvas(at) : besideSelection();
  useCanvasUi.setState({ search: { at, place, show: !pointing }, menu: null });
}

/** Commands for nodes, and commands that add one. */
const OWN_COMMANDS: readonly Command[] = [
  {
    id: 'node.add',
    title: 'command.addNode',
    group: 'node',
    keys: ['Space', 'Shift+A'],
    when: onCanvas,
    run: search,
  },
  {
    id: 'node.wire',
    title: 'command.wire',
    group: 'node',
    keys: ['W'],
    when: oneNode,
    run: () => useCanvasUi.setState({ picker: only() }),
  },
  {
    id: 'node.edit',
    title: 'command.editNode',
    group: 'node',
    keys: ['Enter'],
    when: oneNode,
    run: () => void focusFirstField(only()),
  },
  {
    id: 'node.rename',
    title: 'command.rename',
    group: 'node',
    keys: ['F2'],
    when: one,
    run: () => useCanvasUi.setState({ renaming: only() }),
  },
  {
    id: 'node.bypass',
    title: 'command.bypass',
    group: 'node',
    keys: ['Mod+B'],
    when: chosen,
    run: () => toggleMode('bypass'),
  },
  {
    id: 'node.mute',
    title: 'command.mute',
    group: 'node',
    keys: ['Mod+M'],
    when: chosen,
    run: () => toggleMode('mute'),
  },
  {
    id: 'node.collapse',
    title: 'command.collapse',
    group: 'node',
    keys: ['Alt+C'],
    when: chosen,
    run: toggleCollapsed,
  },
  {
    id: 'node.disconnect',
    title: 'command.disconnect',
    group: 'node',
    when: oneNode,
    run: () => disconnect(only()),
  },
  {
    id: 'node.reroute',
    title: 'command.reroute',
    group: 'node',
    when: onCanvas,
    run: () => void addNode(REROUTE_TYPE, toCanvas(aim())),
  },
  {
    id: 'node.group',
    title: 'command.group',
    group: 'node',
    keys: ['Mod+G'],
    when: onCanvas,
    run: () => useCanvasUi.setState({ renaming: groupSelection(t('canvas.group')) }),
  },
  {
    id: 'node.note',
    title: 'command.note',
    group: 'node',
    when: onCanvas,
    run: () => addNote(toCanvas(aim())),
  },
];

const oneEdge = () => onCanvas() && useDocument.getState().selectedEdges.size === 1;
const onlyEdge = () => [...useDocument.getState().selectedEdges][0]!;
const wirePlace = () => useCanvasUi.getState().menu?.place ?? toCanvas(aim());

/** Commands for a wire. */
const EDGE_COMMANDS: readonly Command[] = [
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

/** Commands for nodes, frames and wires. */
export const NODE_COMMANDS: readonly Command[] = [...FRAME_COMMANDS, ...OWN_COMMANDS, ...EDGE_COMMANDS];
