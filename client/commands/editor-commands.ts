import { CANVAS_COMMANDS } from './canvas-commands.ts';
import { EDIT_COMMANDS } from './edit-commands.ts';
import { FILE_COMMANDS } from './file-commands.ts';
import { NODE_COMMANDS } from './node-commands.ts';
import type { Command } from './registry.ts';
import { VIEW_COMMANDS } from './view-commands.ts';
import { EDGE_COMMANDS } from './wire-commands.ts';

/** What can be done to workflow, canvas and window; runs have theirs in their own room. */
export const EDITOR_COMMANDS: readonly Command[] = [
  ...EDIT_COMMANDS,
  ...NODE_COMMANDS,
  ...EDGE_COMMANDS,
  ...CANVAS_COMMANDS,
  ...FILE_COMMANDS,
  ...VIEW_COMMANDS,
];
