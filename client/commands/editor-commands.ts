import { FILE_COMMANDS } from './file-commands.ts';
import { HISTORY_COMMANDS } from './history-commands.ts';
import type { Command } from './registry.ts';
import { VIEW_COMMANDS } from './view-commands.ts';

/** What can be done to workflow and window wherever one is; the canvas brings its own along. */
export const EDITOR_COMMANDS: readonly Command[] = [...HISTORY_COMMANDS, ...FILE_COMMANDS, ...VIEW_COMMANDS];
