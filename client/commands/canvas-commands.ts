import {
  type Alignment,
  alignSelection,
  distributeSelection,
  layOut,
  widenSelection,
} from '../canvas/arrange.ts';
import { useCanvasUi } from '../canvas/canvas-ui.ts';
import { fitView, flowInstance, motion } from '../canvas/view.ts';
import { useDocument } from '../document/store.ts';
import { compare, selectedResults } from '../results/side-by-side.ts';
import { chosen, onCanvas, several, three } from './conditions.ts';
import { EDIT_COMMANDS } from './edit-commands.ts';
import { NODE_COMMANDS } from './node-commands.ts';
import type { Command } from './registry.ts';

const aligned = (how: Alignment): Command => ({
  id: `arrange.${how}`,
  title: `command.align.${how}`,
  group: 'canvas',
  when: several,
  run: () => alignSelection(how),
});

/** Commands that arrange nodes and change the view. */
const CANVAS_COMMANDS: readonly Command[] = [
  ...(['left', 'center', 'right', 'top', 'middle', 'bottom'] as const).map(aligned),
  {
    id: 'arrange.columns',
    title: 'command.distribute.x',
    group: 'canvas',
    when: three,
    run: () => distributeSelection('x'),
  },
  {
    id: 'arrange.rows',
    title: 'command.distribute.y',
    group: 'canvas',
    when: three,
    run: () => distributeSelection('y'),
  },
  {
    id: 'results.compare',
    title: 'pictures.sideBySide',
    group: 'view',
    when: () => onCanvas() && selectedResults().length > 0,
    run: () => compare(selectedResults()),
  },
  {
    id: 'arrange.width',
    title: 'command.sameWidth',
    group: 'canvas',
    when: several,
    run: widenSelection,
  },
  {
    id: 'arrange.auto',
    title: 'command.layout',
    words: 'words.arrange',
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
    words: 'words.fit',
    group: 'canvas',
    keys: ['.'],
    when: onCanvas,
    run: () => fitView(),
  },
  {
    id: 'canvas.fitSelection',
    title: 'command.fitSelection',
    words: 'words.fit',
    group: 'canvas',
    keys: ['Alt+.'],
    when: chosen,
    run: () => fitView([...useDocument.getState().selection]),
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
    words: 'words.actual',
    group: 'canvas',
    keys: ['Mod+0'],
    when: onCanvas,
    run: () => void flowInstance()?.zoomTo(1, { duration: motion() }),
  },
  {
    id: 'canvas.minimap',
    title: 'command.minimap',
    words: 'words.minimap',
    group: 'canvas',
    keys: ['Alt+M'],
    when: onCanvas,
    run: () => useCanvasUi.setState(({ minimap }) => ({ minimap: !minimap })),
  },
];

/** All commands of the canvas. */
export const CANVAS_ROOM_COMMANDS: readonly Command[] = [
  ...EDIT_COMMANDS,
  ...NODE_COMMANDS,
  ...CANVAS_COMMANDS,
];
