import { useEffect } from 'react';
import { documentActions, useDocument } from '../document/store.ts';
import { isComposing, isField } from '../ui/typing.ts';
import { closeFloating, useCanvasUi } from './canvas-ui.ts';
import { copySelection, cutSelection } from './clip-actions.ts';
import { takeClipboard } from './drop.ts';
import { aim, toCanvas } from './view.ts';
import { walkNodes } from './walk-nodes.ts';

/** Whether an event belongs to a field or a dialog, which handle the clipboard themselves. */
const isElsewhere = (event: Event) =>
  isField(event.target) ||
  (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null);

/** Whether the user marked a text. A gesture on the canvas drops the mark, so the mark is always the last gesture. */
const hasMarkedText = () => (globalThis.getSelection?.()?.toString() ?? '') !== '';

/** Forgets text that was marked somewhere on the page. */
const unmark = () => globalThis.getSelection?.()?.removeAllRanges();

/** Whether an element is on the canvas and not a field there. */
const isOnCanvas = (target: EventTarget | null) =>
  target instanceof Element && target.closest('.pb-canvas') !== null && !isField(target);

/** Handles the clipboard, Tab and Escape while the canvas is visible. */
export function useCanvasKeys(): void {
  useEffect(() => {
    const put = (event: ClipboardEvent, text: string | undefined) => {
      if (text === undefined) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
    };
    const copy = (event: ClipboardEvent) => {
      if (!isElsewhere(event) && !hasMarkedText()) put(event, copySelection());
    };
    const cut = (event: ClipboardEvent) => {
      if (!isElsewhere(event) && !hasMarkedText()) put(event, cutSelection());
    };
    const paste = (event: ClipboardEvent) => {
      if (isElsewhere(event) || !event.clipboardData) return;
      if (takeClipboard(event.clipboardData, toCanvas(aim()))) event.preventDefault();
    };
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
      if (isField(event.target)) {
        // Escape in a field of a node returns to the node.
        if ((event.target as Element).closest('.pb-node, .pb-note')) {
          closeFloating();
          (event.target as Element).closest<HTMLElement>('.react-flow__node')?.focus({ preventScroll: true });
        }
        return;
      }
      const { search, menu, refused, picker } = useCanvasUi.getState();
      if (search || menu || refused || picker) closeFloating();
      else documentActions().select([]);
    };
    const press = (event: PointerEvent) => {
      if (isOnCanvas(event.target)) unmark();
    };
    const focus = (event: FocusEvent) => {
      const { target } = event;
      if (!(target instanceof HTMLElement) || !target.matches('.pb-canvas .react-flow__node')) return;
      // Reached with the keyboard, a node is selected too: keys act on the node that has the focus.
      if (!target.matches(':focus-visible')) return;
      unmark();
      const { id } = target.dataset;
      if (id !== undefined && !useDocument.getState().selection.has(id)) documentActions().select([id]);
    };
    document.addEventListener('copy', copy);
    document.addEventListener('cut', cut);
    document.addEventListener('paste', paste);
    document.addEventListener('keydown', leave);
    document.addEventListener('keydown', walkNodes);
    document.addEventListener('pointerdown', press, { capture: true });
    document.addEventListener('focusin', focus);
    return () => {
      document.removeEventListener('copy', copy);
      document.removeEventListener('cut', cut);
      document.removeEventListener('paste', paste);
      document.removeEventListener('keydown', leave);
      document.removeEventListener('keydown', walkNodes);
      document.removeEventListener('pointerdown', press, { capture: true });
      document.removeEventListener('focusin', focus);
    };
  }, []);
}
