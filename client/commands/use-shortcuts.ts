import { useEffect } from 'react';
import { isKey } from '../ui/keys.ts';
import { isComposing, isField } from '../ui/typing.ts';
import { EDITOR_COMMANDS } from './editor-commands.ts';
import { registerCommands, useCommands, useOverlay } from './registry.ts';
import { RUN_COMMANDS } from './run-commands.ts';

/** The command of a key press, or undefined. */
function commandFor(event: KeyboardEvent) {
  const field = isField(event.target);
  const button =
    event.target instanceof Element && event.target.closest('button, [role="tab"], a[href]') !== null;
  return Object.values(useCommands.getState().byId).find((command) => {
    if (field && !command.inFields) return false;
    if (!command.keys?.some((key) => isKey(key, event))) return false;
    // Space and Enter press the focused button, unless Ctrl is held.
    const plain = !event.ctrlKey && !event.metaKey;
    if (button && plain && (event.code === 'Space' || event.key === 'Enter')) return false;
    return command.when?.() !== false;
  });
}

/** Listens to the keys of all commands while the window is open. */
export function useShortcuts(): void {
  useEffect(() => {
    const remove = registerCommands([...EDITOR_COMMANDS, ...RUN_COMMANDS]);
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || useOverlay.getState().open) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"], .pb-search')) return;
      const command = commandFor(event);
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', press);
    return () => {
      remove();
      window.removeEventListener('keydown', press);
    };
  }, []);
}
