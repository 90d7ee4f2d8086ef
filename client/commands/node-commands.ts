import { addNote, groupSelection, toggleCollapsed, toggleMode } from '../canvas/actions.ts';
import { addNode } from '../canvas/add-node.ts';
import { besideSelection } from '../canvas/beside.ts';
import { REROUTE_TYPE } from '../canvas/metrics.ts';
import { useCanvasUi } from '../canvas/ui.ts';
import { aim, focusFirstField, isPointing, toCanvas } from '../canvas/view.ts';
import { disconnect } from '../canvas/wiring/join.ts';
import { t } from '../ui/strings/index.ts';
import { chosen, onCanvas, one, oneNode, only } from './conditions.ts';
import type { Command } from './registry.ts';

function search(): void {
  const at = aim();
  const pointing = isPointing();
  const place = pointing ? toCanvas(at) : besideSelection();
  useCanvasUi.setState({ search: { at, place, show: !pointing }, menu: null });
}

/** What can be done to nodes, and which add one. */
export const NODE_COMMANDS: readonly Command[] = [
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
    run: () => focusFirstField(only()),
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
