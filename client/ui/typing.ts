/** Whether an element accepts text. Keys and the clipboard then belong to it, not to shortcuts. */
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
 * Whether a key belongs to an input method that is still composing a word. Safari marks the last key only by code 229.
 */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  event.isComposing || event.keyCode === 229;
