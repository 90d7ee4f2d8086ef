import { useMediaQuery } from '@mantine/hooks';

/** On a window that is narrower than this, in CSS pixels, panels would cover the canvas. */
const NARROW = 700;

/** Whether the window is as narrow as that of a phone. */
export const isNarrow = (): boolean => window.innerWidth < NARROW;

/** {@link isNarrow}, rendered again when it changes. */
export const useIsNarrow = (): boolean =>
  useMediaQuery(`(max-width: ${NARROW - 0.02}px)`, isNarrow(), { getInitialValueInEffect: false });

const TOUCH = '(pointer: coarse)';

/** Whether people mainly use a finger: there is no hover, and a finger covers 40 pixels. */
export const isTouch = (): boolean => globalThis.matchMedia?.(TOUCH).matches ?? false;

/** {@link isTouch}, rendered again when it changes. */
export const useIsTouch = (): boolean => useMediaQuery(TOUCH, isTouch(), { getInitialValueInEffect: false });
