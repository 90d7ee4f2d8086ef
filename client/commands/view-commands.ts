import { goHome, showAs } from '../document/tabs.ts';
import { isOpen, onCanvas } from './conditions.ts';
import { type Command, useOverlay } from './registry.ts';

/** What is seen: home, canvas, form, and what opens above them. */
export const VIEW_COMMANDS: readonly Command[] = [
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
    id: 'view.shortcuts',
    title: 'command.shortcuts',
    words: 'words.shortcuts',
    group: 'view',
    keys: ['?'],
    run: () => useOverlay.setState({ open: 'shortcuts' }),
  },
];
