/** On a window that is narrower than this, in CSS pixels, panels would cover the canvas. */
const NARROW = 700;

/** Whether the window is as narrow as that of a phone. */
export const isNarrow = (): boolean => window.innerWidth < NARROW;
