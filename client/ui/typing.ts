/** Whether an element accepts text. It then handles keys and the clipboard, and shortcuts do not. */
export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement &&
        !/^(button|checkbox|radio|range|submit|color|file)$/.test(target.type)))
  );
}

/**
 * Whether a key belongs to an input method that is still composing a word. For the last key, Safari sets only code 229.
 */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  event.isComposing || event.keyCode === 229;
