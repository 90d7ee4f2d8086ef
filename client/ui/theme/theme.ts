import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Popover,
} from '@mantine/core';
import { CANVAS, PORT_LOOKS } from './ports.tsx';

/** Shades of the one accent colour, from the palest background to the darkest text. */
const ACCENT: MantineColorsTuple = [
  '#eeedfd',
  '#dcdafb',
  '#c3c0f8',
  '#a5a0f4',
  '#8a84f0',
  '#6d65ea',
  '#4f46e5',
  '#574ff0',
  '#4038c7',
  '#342da6',
];

/** Mantine's greys of the dark scheme, in the tone of tokens.css, so that its menus and windows match the studio. */
const DARK: MantineColorsTuple = [
  '#eceef2',
  '#c3c9d3',
  '#a3abb9',
  '#6d7787',
  '#464d5a',
  '#2f343e',
  '#21252d',
  '#1a1d23',
  '#15181d',
  '#0f1115',
];

/**
 * Mantine's controls: compact, one accent colour, and a font that comes with the studio, so that texts have the same width on
 * every computer. Chinese uses the system's font. Colours of the studio itself are in tokens.css.
 */
export const theme = createTheme({
  colors: { accent: ACCENT, dark: DARK },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 7 },
  fontFamily:
    '"Inter Variable", system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  headings: { fontWeight: '650' },
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
  light: variables('light'),
  dark: variables('dark'),
});

/** Light, dark or the system's choice, stored in this browser. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'patchbay-color-scheme' });
