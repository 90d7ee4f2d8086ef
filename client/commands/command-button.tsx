import { ActionIcon } from '@mantine/core';
import type { ComponentType } from 'react';
import { bracketed } from '../ui/format.ts';
import { Hint } from '../ui/hint.tsx';
import { keyText } from '../ui/keys.ts';
import { t } from '../ui/strings/index.ts';
import { keysOf, runCommand, useCommands } from './registry.ts';

/** The title of a command with its key, for a tooltip: `Undo (Ctrl+Z)`. */
export function commandHint(id: string): string {
  const command = useCommands.getState().byId[id];
  if (!command) return '';
  const [key] = keysOf(command);
  return key === undefined ? t(command.title) : bracketed(t(command.title), keyText(key));
}

interface CommandButtonProps {
  readonly id: string;
  readonly icon: ComponentType<{ readonly size: number; readonly 'aria-hidden': true }>;
  /** Whether the command can do something now. */
  readonly enabled?: boolean;
}

/** A command as an icon. Its tooltip is its title and its key. */
export function CommandButton({ id, icon: Icon, enabled = true }: CommandButtonProps) {
  const title = useCommands((state) => state.byId[id]?.title);
  if (!title) return null;
  return (
    <Hint label={commandHint(id)} position="top">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t(title)}
        // A disabled button would have no tooltip and would drop the focus.
        data-disabled={!enabled || undefined}
        aria-disabled={!enabled || undefined}
        onClick={() => {
          if (enabled) runCommand(id);
        }}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Hint>
  );
}
