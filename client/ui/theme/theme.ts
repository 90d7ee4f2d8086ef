import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  Popover,
} from '@mantine/core';
import { CANVAS, PORT_LOOKS } from './ports.tsx';

/**
 * Mantine's controls: compact, one accent colour, the system's font. Colours of the studio itself are in tokens.css.
 */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  defaultRadius: 'sm',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  respectReducedMotion: true,
  autoContrast: true,
  cursorType: 'pointer',
  components: {
    // The canvas stops `mousedown` and scrolling before they reach the document. A popover that hears them first closes
    // on every press, turn of the wheel and key outside of it, so it never stays behind what it belongs to.
    Popover: Popover.extend({
      defaultProps: { clickOutsideEvents: ['pointerdown', 'wheel', 'keydown'], clickOutsideCapture: true },
    }),
  },
});

const variables = (scheme: 'light' | 'dark') => ({
  '--pb-canvas': CANVAS[scheme],
  ...Object.fromEntries(
    Object.entries(PORT_LOOKS).map(([type, look]) => [`--pb-port-${type}`, look[scheme]]),
  ),
});

/** Colours of ports and canvas as CSS variables, for the light and the dark scheme. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  // Mantine's default is too dark: text on a light button under the pointer would have too little contrast.
  light: { ...variables('light'), '--mantine-color-indigo-light-hover': '#cdd8ff' },
  dark: variables('dark'),
});

/** Light, dark or the system's choice, stored in this browser. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'patchbay-color-scheme' });
