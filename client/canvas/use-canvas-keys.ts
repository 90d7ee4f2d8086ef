import { useEffect } from 'react';
import { documentActions } from '../document/store.ts';
import { isComposing, isField } from '../ui/typing.ts';
import { closeFloating, useCanvasUi } from './canvas-ui.ts';
import { copySelection, cutSelection } from './clip-actions.ts';
import { takeText } from './drop.ts';
import { aim, toCanvas } from './view.ts';

const isElsewhere = (event: Event) =>
  isField(event.target) ||
  (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null) ||
  (globalThis.getSelection?.()?.toString() ?? '') !== '';

/** Handles the clipboard and Escape while the canvas is visible. */
export function useCanvasKeys(): void {
  useEffect(() => {
    const put = (event: ClipboardEvent, text: string | undefined) => {
      if (text === undefined) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
    };
    const copy = (event: ClipboardEvent) => {
      if (!isElsewhere(event)) put(event, copySelection());
    };
    const cut = (event: ClipboardEvent) => {
      if (!isElsewhere(event)) put(event, cutSelection());
    };
    const paste = (event: ClipboardEvent) => {
      if (isElsewhere(event)) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text !== '' && takeText(text, toCanvas(aim()))) event.preventDefault();
    };
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
      if (isField(event.target)) {
        // Escape in a field of a node returns to the canvas.
        if ((event.target as Element).closest('.pb-node')) closeFloating();
        return;
      }
      const { search, menu, refused, picker } = useCanvasUi.getState();
      if (search || menu || refused || picker) closeFloating();
      else documentActions().select([]);
    };
    document.addEventListener('copy', copy);
    document.addEventListener('cut', cut);
    document.addEventListener('paste', paste);
    document.addEventListener('keydown', leave);
    return () => {
      document.removeEventListener('copy', copy);
      document.removeEventListener('cut', cut);
      document.removeEventListener('paste', paste);
      document.removeEventListener('keydown', leave);
    };
  }, []);
}
