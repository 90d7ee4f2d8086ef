/** Whether a text is being written there: then keys and the clipboard belong to it. */
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

/** Whether a key belongs to an input method that is still making up a word; Safari says it of the last one by 229 alone. */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  event.isComposing || event.keyCode === 229;
