import {
  addNode,
  addNote,
  copySelection,
  cutSelection,
  deleteSelection,
  disconnect,
  duplicateSelection,
  groupSelection,
  paste,
  selectAll,
  toggleCollapsed,
  toggleMode,
} from '../canvas/actions.ts';
import { type Alignment, alignSelection, distributeSelection, layOut } from '../canvas/arrange.ts';
import { besideSelection } from '../canvas/beside.ts';
import { REROUTE_TYPE } from '../canvas/metrics.ts';
import { useCanvasUi } from '../canvas/ui.ts';
import { aim, fitView, flowInstance, focusFirstField, isPointing, motion, toCanvas } from '../canvas/view.ts';
import { saveNow, workflowFile } from '../document/session.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { closeTab, goHome, openEmpty, showAs, useTabs } from '../document/tabs.ts';
import { t } from '../strings/index.ts';
import { requestClose } from './close-tab.ts';
import { openFile, saveFile } from './files.ts';
import { type Command, useOverlay } from './registry.ts';

const onCanvas = () => useTabs.getState().view === 'canvas' && useTabs.getState().active !== null;
const isOpen = () => useTabs.getState().active !== null;
const chosen = () => onCanvas() && useDocument.getState().selection.size > 0;
const several = () => onCanvas() && useDocument.getState().selection.size > 1;
const chosenAny = () => chosen() || (onCanvas() && useDocument.getState().selectedEdges.size > 0);
const one = () => onCanvas() && useDocument.getState().selection.size === 1;
const only = () => [...useDocument.getState().selection][0]!;
const oneNode = () => one() && Object.hasOwn(useDocument.getState().nodes, only());

/** The system's clipboard where the browser allows it; pasting here works without. */
const write = (text: string | undefined) => {
  if (text !== undefined) void navigator.clipboard?.writeText(text).catch(() => {});
};

function search(): void {
  const at = aim();
  const pointing = isPointing();
  const place = pointing ? toCanvas(at) : besideSelection();
  useCanvasUi.setState({ search: { at, place, show: !pointing }, menu: null });
}

const aligned = (how: Alignment): Command => ({
  id: `arrange.${how}`,
  title: `command.align.${how}`,
  group: 'canvas',
  when: several,
  run: () => alignSelection(how),
});

const edit: Command[] = [
  {
    id: 'edit.undo',
    title: 'command.undo',
    group: 'edit',
    keys: ['Mod+Z'],
    when: isOpen,
    run: () => documentActions().undo(),
  },
  {
    id: 'edit.redo',
    title: 'command.redo',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: isOpen,
    run: () => documentActions().redo(),
  },
  { id: 'edit.copy', title: 'command.copy', group: 'edit', when: chosen, run: () => write(copySelection()) },
  { id: 'edit.cut', title: 'command.cut', group: 'edit', when: chosen, run: () => write(cutSelection()) },
  {
    id: 'edit.paste',
    title: 'command.paste',
    group: 'edit',
    when: onCanvas,
    run: () => void paste(undefined),
  },
  {
    id: 'edit.pasteWired',
    title: 'command.pasteWired',
    group: 'edit',
    keys: ['Mod+Shift+V'],
    when: onCanvas,
    run: () => void paste(undefined, true),
  },
  {
    id: 'edit.duplicate',
    title: 'command.duplicate',
    group: 'edit',
    keys: ['Mod+D'],
    when: chosen,
    run: duplicateSelection,
  },
  {
    id: 'edit.delete',
    title: 'command.delete',
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    when: chosenAny,
    run: deleteSelection,
  },
  {
    id: 'edit.selectAll',
    title: 'command.selectAll',
    group: 'edit',
    keys: ['Mod+A'],
    when: onCanvas,
    run: selectAll,
  },
];

const node: Command[] = [
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

const oneEdge = () => onCanvas() && useDocument.getState().selectedEdges.size === 1;
const onlyEdge = () => [...useDocument.getState().selectedEdges][0]!;
const wirePlace = () => useCanvasUi.getState().menu?.place ?? toCanvas(aim());

const edge: Command[] = [
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

const canvas: Command[] = [
  ...(['left', 'center', 'right', 'top', 'middle', 'bottom'] as const).map(aligned),
  {
    id: 'arrange.columns',
    title: 'command.distribute.x',
    group: 'canvas',
    when: several,
    run: () => distributeSelection('x'),
  },
  {
    id: 'arrange.rows',
    title: 'command.distribute.y',
    group: 'canvas',
    when: several,
    run: () => distributeSelection('y'),
  },
  {
    id: 'arrange.auto',
    title: 'command.layout',
    group: 'canvas',
    keys: ['Alt+L'],
    when: onCanvas,
    run: () => {
      layOut();
      fitView();
    },
  },
  {
    id: 'canvas.fit',
    title: 'command.fit',
    group: 'canvas',
    keys: ['.'],
    when: onCanvas,
    run: () => fitView(chosen() ? [...useDocument.getState().selection] : undefined),
  },
  {
    id: 'canvas.zoomIn',
    title: 'command.zoomIn',
    group: 'canvas',
    keys: ['Mod+='],
    when: onCanvas,
    run: () => void flowInstance()?.zoomIn({ duration: motion() }),
  },
  {
    id: 'canvas.zoomOut',
    title: 'command.zoomOut',
    group: 'canvas',
    keys: ['Mod+-'],
    when: onCanvas,
    run: () => void flowInstance()?.zoomOut({ duration: motion() }),
  },
  {
    id: 'canvas.actual',
    title: 'command.actual',
    group: 'canvas',
    keys: ['Mod+0'],
    when: onCanvas,
    run: () => void flowInstance()?.zoomTo(1, { duration: motion() }),
  },
  {
    id: 'canvas.minimap',
    title: 'command.minimap',
    group: 'canvas',
    keys: ['Alt+M'],
    when: onCanvas,
    run: () => useCanvasUi.setState(({ minimap }) => ({ minimap: !minimap })),
  },
];

const file: Command[] = [
  {
    id: 'file.new',
    title: 'command.new',
    group: 'file',
    keys: ['Alt+N'],
    run: () => void openEmpty(t('tabs.untitled')),
  },
  {
    id: 'file.open',
    title: 'command.open',
    group: 'file',
    keys: ['Mod+O'],
    inFields: true,
    run: () => void openFile(),
  },
  {
    id: 'file.save',
    title: 'command.save',
    group: 'file',
    keys: ['Mod+S'],
    inFields: true,
    when: isOpen,
    run: () => void saveNow(),
  },
  {
    id: 'file.download',
    title: 'command.download',
    group: 'file',
    keys: ['Mod+Shift+S'],
    inFields: true,
    when: isOpen,
    run: () => saveFile(workflowFile()),
  },
  {
    id: 'file.close',
    title: 'command.close',
    group: 'file',
    keys: ['Alt+W'],
    when: isOpen,
    run: () => requestClose(useTabs.getState().active!, closeTab),
  },
];

const view: Command[] = [
  { id: 'view.home', title: 'command.home', group: 'view', keys: ['Alt+H'], run: goHome },
  {
    id: 'view.canvas',
    title: 'command.asCanvas',
    group: 'view',
    when: () => isOpen() && !onCanvas(),
    run: () => showAs('canvas'),
  },
  { id: 'view.form', title: 'command.asForm', group: 'view', when: isOpen, run: () => showAs('form') },
  {
    id: 'view.palette',
    title: 'command.palette',
    group: 'view',
    keys: ['Mod+K', 'Mod+Shift+P', 'F1'],
    inFields: true,
    run: () => useOverlay.setState({ open: 'palette' }),
  },
  {
    id: 'view.shortcuts',
    title: 'command.shortcuts',
    group: 'view',
    keys: ['?'],
    run: () => useOverlay.setState({ open: 'shortcuts' }),
  },
];

/** What can be done to workflow, canvas and window; runs have theirs in their own room. */
export const EDITOR_COMMANDS: readonly Command[] = [...edit, ...node, ...edge, ...canvas, ...file, ...view];
