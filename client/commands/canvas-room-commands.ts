import { CANVAS_COMMANDS } from './canvas-commands.ts';
import { EDIT_COMMANDS } from './edit-commands.ts';
import { NODE_COMMANDS } from './node-commands.ts';
import type { Command } from './registry.ts';
import { EDGE_COMMANDS } from './wire-commands.ts';

/** All that can be done on the canvas. */
export const CANVAS_ROOM_COMMANDS: readonly Command[] = [
  ...EDIT_COMMANDS,
  ...NODE_COMMANDS,
  ...EDGE_COMMANDS,
  ...CANVAS_COMMANDS,
];
