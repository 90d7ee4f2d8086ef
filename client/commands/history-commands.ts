import { documentActions } from '../document/store.ts';
import { isOpen } from './conditions.ts';
import type { Command } from './registry.ts';

/** Steps back and forth. */
export const HISTORY_COMMANDS: readonly Command[] = [
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
];
