/** Whether a key belongs to an input method that is still making up a word; Safari says it of the last one by 229 alone. */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  event.isComposing || event.keyCode === 229;
