import { deleteSelection, selectAll } from '../canvas/actions.ts';
import { copySelection, cutSelection, duplicateSelection, paste } from '../canvas/clip-actions.ts';
import { chosen, chosenAny, onCanvas } from './conditions.ts';
import type { Command } from './registry.ts';

/** Writes to the system's clipboard if the browser allows it. Pasting inside the studio also works without it. */
const write = (text: string | undefined) => {
  if (text !== undefined) void navigator.clipboard?.writeText(text).catch(() => {});
};

/** Commands for the selection. */
export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: 'edit.copy',
    title: 'command.copy',
    group: 'edit',
    shownKey: 'Mod+C',
    when: chosen,
    run: () => write(copySelection()),
  },
  {
    id: 'edit.cut',
    title: 'command.cut',
    group: 'edit',
    shownKey: 'Mod+X',
    when: chosen,
    run: () => write(cutSelection()),
  },
  {
    id: 'edit.paste',
    title: 'command.paste',
    group: 'edit',
    shownKey: 'Mod+V',
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
