import { create } from 'zustand';
import type { KeyName } from '../ui/keys.ts';
import type { PlainKey } from '../ui/strings/index.ts';

/** An action of the user, available in the palette, by key or in a menu. */
export interface Command {
  /** A stable id: `edit.undo`. */
  readonly id: string;
  readonly title: PlainKey;
  /** The section in the palette and in the list of shortcuts. */
  readonly group: 'edit' | 'node' | 'canvas' | 'run' | 'file' | 'view';
  readonly keys?: readonly KeyName[];
  /** A key that the browser handles, for example copy. It is shown, but not listened to. */
  readonly shownKey?: KeyName;
  /** Other words for the search in the palette. */
  readonly words?: PlainKey;
  /** A colour to show beside it in menus. */
  readonly tint?: string;
  /** Whether the key also works while the user types in a field. */
  readonly inFields?: boolean;
  /** Whether the command is available now; if undefined, always. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

/** All commands, by id. */
export const useCommands = create<{ readonly byId: Readonly<Record<string, Command>> }>(() => ({ byId: {} }));

/** The keys to show for a command. */
export const keysOf = ({ keys, shownKey }: Command): readonly KeyName[] =>
  keys ?? (shownKey === undefined ? [] : [shownKey]);

/** Adds commands and replaces those with the same id. Returns a function that removes them. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommands.setState(({ byId }) => ({
    byId: { ...byId, ...Object.fromEntries(commands.map((command) => [command.id, command])) },
  }));
  return () =>
    useCommands.setState(({ byId }) => ({
      byId: Object.fromEntries(Object.entries(byId).filter(([, command]) => !commands.includes(command))),
    }));
}

/** Runs a command if it is available. Returns whether it ran. */
export function runCommand(id: string): boolean {
  const command = useCommands.getState().byId[id];
  if (!command || command.when?.() === false) return false;
  command.run();
  return true;
}

/** The dialog that is open in front of everything. */
export const useOverlay = create<{ readonly open: 'palette' | 'shortcuts' | 'settings' | null }>(() => ({
  open: null,
}));
