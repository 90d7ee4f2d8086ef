import { create } from 'zustand';
import type { PlainKey } from '../ui/strings/index.ts';
import type { KeyName } from './keys.ts';

/** Something a user can do, by palette, key or menu. */
export interface Command {
  /** Stable: `edit.undo`. */
  readonly id: string;
  readonly title: PlainKey;
  /** What it belongs to, for the palette and the sheet. */
  readonly group: 'edit' | 'node' | 'canvas' | 'run' | 'file' | 'view';
  readonly keys?: readonly KeyName[];
  /** A key that the browser handles itself, as those of the clipboard: shown, not listened to. */
  readonly shownKey?: KeyName;
  /** Other words that people look for it by, for the palette. */
  readonly words?: PlainKey;
  /** A colour that menus show beside it. */
  readonly tint?: string;
  /** Whether the key also counts while a text is being written. */
  readonly inFields?: boolean;
  /** Whether it can be done now; absent means always. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

/** All commands, by id. */
export const useCommands = create<{ readonly byId: Readonly<Record<string, Command>> }>(() => ({ byId: {} }));

/** The keys that are shown for a command. */
export const keysOf = ({ keys, shownKey }: Command): readonly KeyName[] =>
  keys ?? (shownKey === undefined ? [] : [shownKey]);

/** Adds commands; one of an id that is there takes its place. Returns a function that removes them. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommands.setState(({ byId }) => ({
    byId: { ...byId, ...Object.fromEntries(commands.map((command) => [command.id, command])) },
  }));
  return () =>
    useCommands.setState(({ byId }) => ({
      byId: Object.fromEntries(Object.entries(byId).filter(([, command]) => !commands.includes(command))),
    }));
}

/** Does a command where it can be done now. Returns whether it was. */
export function runCommand(id: string): boolean {
  const command = useCommands.getState().byId[id];
  if (!command || command.when?.() === false) return false;
  command.run();
  return true;
}

/** What is open above everything. */
export const useOverlay = create<{ readonly open: 'palette' | 'shortcuts' | 'settings' | null }>(() => ({
  open: null,
}));
