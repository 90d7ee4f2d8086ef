import { createTheme, localStorageColorSchemeManager } from '@mantine/core';

/** Ordinary widgets: compact, one accent, the system's font. Colours of the workbench itself are in tokens.css. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  defaultRadius: 'sm',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
});

/** Light, dark or as the system has it; kept in this browser. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'patchbay-color-scheme' });
