import { documentActions } from '../document/store.ts';
import { goHome, showAs } from '../document/tabs.ts';
import { openCategorySets } from '../labels/sets.ts';
import { openCollections } from '../ui/collections/collections.ts';
import { openTrash } from '../ui/trash/trash.ts';
import { isOpen, onCanvas } from './conditions.ts';
import { FILE_COMMANDS } from './file-commands.ts';
import { type Command, useOverlay } from './registry.ts';

/** Commands for home, canvas, form and dialogs. */
const VIEW_COMMANDS: readonly Command[] = [
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
    id: 'view.settings',
    title: 'settings.title',
    words: 'words.settings',
    group: 'view',
    run: () => useOverlay.setState({ open: 'settings' }),
  },
  {
    id: 'view.trash',
    title: 'trash.title',
    words: 'trash.words',
    group: 'view',
    run: openTrash,
  },
  {
    id: 'view.categorySets',
    title: 'categories.sets',
    words: 'categories.words',
    group: 'view',
    run: openCategorySets,
  },
  {
    id: 'view.collections',
    title: 'collections.title',
    words: 'collections.words',
    group: 'view',
    run: openCollections,
  },
  {
    id: 'view.shortcuts',
    title: 'command.shortcuts',
    words: 'words.shortcuts',
    group: 'view',
    keys: ['?'],
    run: () => useOverlay.setState({ open: 'shortcuts' }),
  },
];

/** Undo and redo. */
const HISTORY_COMMANDS: readonly Command[] = [
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

/** Commands that work everywhere. The canvas adds its own. */
export const EDITOR_COMMANDS: readonly Command[] = [...HISTORY_COMMANDS, ...FILE_COMMANDS, ...VIEW_COMMANDS];
