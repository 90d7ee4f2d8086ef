import '@xyflow/react/dist/style.css';
import { Canvas } from '../canvas/canvas.tsx';
import { CanvasBar } from '../commands/canvas-bar.tsx';
import { CANVAS_ROOM_COMMANDS } from '../commands/canvas-commands.ts';
import { ContextMenu } from '../commands/context-menu.tsx';
import { registerCommands } from '../commands/registry.ts';
import { SelectionTools } from '../commands/selection-tools.tsx';
import { Inspector } from '../panels/inspector.tsx';

// Never removed, so that the list of shortcuts shows them everywhere.
registerCommands(CANVAS_ROOM_COMMANDS);

/** The canvas with its menus, the inspector, and the commands that need a canvas. */
export function CanvasRoom() {
  return (
    <>
      <Canvas>
        <CanvasBar />
      </Canvas>
      <ContextMenu />
      <Inspector tools={<SelectionTools />} />
    </>
  );
}
