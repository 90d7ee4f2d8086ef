import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { closeFloating, type MenuTarget, useCanvasUi } from '../canvas/canvas-ui.ts';
import { FRAME_COLOR_NAMES } from '../canvas/node/frames.tsx';
import { keyText } from '../ui/keys.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import { type Command, keysOf, runCommand, useCommands } from './registry.ts';
import '../canvas/floating.css';
import { useBack } from '../ui/back.ts';

/** The commands of each menu. A dash is a separator. */
const MENUS: Readonly<Record<MenuTarget['kind'], readonly string[]>> = {
  node: [
    'run.toHere',
    'results.compare',
    '-',
    'node.rename',
    'node.wire',
    'node.bypass',
    'node.mute',
    'node.collapse',
    'node.disconnect',
    '-',
    'edit.copy',
    'edit.cut',
    'edit.duplicate',
    'node.group',
    'edit.delete',
    '-',
    'arrange.left',
    'arrange.center',
    'arrange.right',
    'arrange.top',
    'arrange.middle',
    'arrange.bottom',
    'arrange.columns',
    'arrange.rows',
    'arrange.width',
    'arrange.auto',
  ],
  frame: [
    'node.rename',
    '-',
    ...FRAME_COLOR_NAMES.map((color) => `frame.${color}`),
    '-',
    'edit.copy',
    'edit.cut',
    'edit.duplicate',
    'edit.delete',
  ],
  edge: ['edge.insert', 'edge.reroute', '-', 'edit.delete'],
  canvas: [
    'node.add',
    'node.note',
    'node.group',
    'node.reroute',
    '-',
    'edit.paste',
    'edit.selectAll',
    '-',
    'arrange.auto',
    'canvas.fit',
    'canvas.minimap',
  ],
};

const WIDTH = 232;

/** The menu of a right click. Arrows move, Enter chooses. */
export function ContextMenu() {
  const menu = useCanvasUi((ui) => ui.menu);
  useLanguage();
  useBack(menu !== null, closeFloating);
  return menu ? <Menu key={`${menu.at.x},${menu.at.y}`} {...menu} /> : null;
}

function Menu({ at, target }: NonNullable<ReturnType<typeof useCanvasUi.getState>['menu']>) {
  const list = useRef<HTMLDivElement>(null);
  const commands = useCommands((state) => state.byId);
  const entries = MENUS[target.kind].flatMap((id): ('-' | Command)[] => {
    const command = commands[id];
    return id === '-' ? ['-'] : command && command.when?.() !== false ? [command] : [];
  });
  // Separators at either end, and second ones in a row, are left out.
  const shown = entries.filter(
    (entry, index) =>
      entry !== '-' || (index > 0 && index < entries.length - 1 && entries[index - 1] !== '-'),
  );
  useEffect(() => list.current?.querySelector('button')?.focus(), []);
  const move = (by: number) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(now + by + buttons.length) % buttons.length]?.focus();
  };
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => setHeight(list.current?.offsetHeight ?? 0), []);
  return (
    <>
      <div
        className="pb-backdrop"
        aria-hidden="true"
        onPointerDown={closeFloating}
        onContextMenu={(event) => event.preventDefault()}
      />
      <div
        ref={list}
        className="pb-menu"
        role="menu"
        tabIndex={-1}
        style={{
          left: Math.max(8, Math.min(at.x, innerWidth - WIDTH - 8)),
          top: Math.max(8, Math.min(at.y, innerHeight - height - 8)),
          width: WIDTH,
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'ArrowDown') move(1);
          else if (event.key === 'ArrowUp') move(-1);
          else if (event.key === 'Escape' || event.key === 'Tab') closeFloating();
          else return;
          event.preventDefault();
        }}
      >
        {shown.map((entry, index) =>
          entry === '-' ? (
            <hr key={index} />
          ) : (
            <button
              type="button"
              role="menuitem"
              key={entry.id}
              onClick={() => {
                // The menu closes first, because some commands open the search or the wire picker.
                useCanvasUi.setState({ menu: null });
                runCommand(entry.id);
              }}
            >
              {entry.tint && <i className="pb-swatch" style={{ background: entry.tint }} aria-hidden />}
              <span>{t(entry.title)}</span>
              {keysOf(entry)[0] && <kbd>{keyText(keysOf(entry)[0] ?? '')}</kbd>}
            </button>
          ),
        )}
      </div>
    </>
  );
}
