import '@xyflow/react/dist/style.css';
import { Canvas } from '../canvas/canvas.tsx';
import { CANVAS_ROOM_COMMANDS } from '../commands/canvas-commands.ts';
import { ContextMenu } from '../commands/context-menu.tsx';
import { registerCommands } from '../commands/registry.ts';
import { Inspector } from '../panels/inspector.tsx';

// For the life of the page: the sheet of keys lists them wherever one is.
registerCommands(CANVAS_ROOM_COMMANDS);

/** The canvas with its menus, the inspector beside it, and the commands that only make sense here. */
export function CanvasRoom() {
  return (
    <>
      <Canvas />
      <ContextMenu />
      <Inspector />
    </>
  );
}
