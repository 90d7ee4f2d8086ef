import { useEffect, useEffectEvent } from 'react';
import { digitOf, isKey } from '../ui/keys.ts';
import { isComposing, isField } from '../ui/typing.ts';

/** What the keys of the room do. */
export interface RoomKeys {
  /** A digit: gives the category of this key, or rules it out. */
  readonly digit: (key: number, isNot: boolean) => void;
  /** Whether a category has this digit as its key. */
  readonly has: (key: number) => boolean;
  readonly clear: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly enter: () => void;
  readonly escape: () => void;
  /** An arrow, Home, End or Page key. Returns whether it moved. */
  readonly move: (key: string, extends_: boolean) => boolean;
}

/** Windows in front of the room that have keys of their own. */
const IN_FRONT = '[role="menu"], [data-popover], [data-mantine-stop-propagation], [role="listbox"]';

/** Whether a window was opened after the room. The focus may still be in the room. */
const isCovered = () => {
  const top = [...document.querySelectorAll('[role="dialog"][aria-modal="true"]')].at(-1);
  return top !== undefined && !top.hasAttribute('data-label-room');
};

/**
 * Listens to the keys of the room wherever the focus is, except in fields and menus. Keys that the room does not know go to the
 * pictures, and nothing reaches the canvas behind the room.
 */
export function useRoomKeys(keys: RoomKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event;
    const element = target instanceof Element ? target : null;
    if (isComposing(event) || isCovered() || element?.closest(IN_FRONT)) return;
    // The field for a new category keeps the focus, so that several can be typed. While it is empty, keys are for the pictures.
    const isWaiting = target instanceof HTMLInputElement && target.dataset.keys === 'empty';
    const isTyping = isField(target) && !isWaiting;
    const isButton = !isWaiting && element?.closest('button:not([data-stop]), a, input, select') != null;
    const act = ((): (() => unknown) | undefined => {
      if (event.key === 'Escape')
        return isField(target) ? () => (element as HTMLElement).blur() : keys.escape;
      if (isTyping) return undefined;
      if (isKey('Mod+Z', event)) return keys.undo;
      if (isKey('Mod+Shift+Z', event) || isKey('Mod+Y', event)) return keys.redo;
      if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
      const digit = digitOf(event);
      if (digit !== undefined && isWaiting && !keys.has(digit)) return undefined;
      if (digit !== undefined) return digit === 0 ? keys.clear : () => keys.digit(digit, event.shiftKey);
      if (isWaiting) return undefined;
      if (event.key === 'Backspace') return keys.clear;
      if (isButton) return undefined;
      return event.key === 'Enter' ? keys.enter : undefined;
    })();
    if (act) {
      act();
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // Arrows do nothing on a button, so they go on moving after a category was clicked.
    const hasArrows = !isWaiting && element?.closest('input, select') != null;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isTyping && !hasArrows && isPlain && keys.move(event.key, event.shiftKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // A picture that is gone leaves the focus to the page, whose keys belong to the canvas.
    if (element === document.body) event.stopImmediatePropagation();
  });
  useEffect(() => {
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
