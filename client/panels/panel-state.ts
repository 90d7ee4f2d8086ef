import { useMediaQuery } from '@mantine/hooks';
import { create } from 'zustand';
import { useTabs } from '../document/tabs.ts';
import { isNarrow } from '../ui/narrow.ts';

/** Panels that the left rail opens, one at a time. */
export const PANELS = ['nodes', 'templates', 'models', 'runs', 'assets'] as const;
export type PanelName = (typeof PANELS)[number];

interface PanelState {
  readonly open: PanelName | null;
  readonly inspector: boolean;
}

const KEY = 'patchbay-panels';

/** From this width of the window on, the canvas keeps 900 pixels beside a panel and the inspector. */
const BOTH = '(min-width: 1510px)';

function kept(): PanelState {
  // A workflow has room from left to right first. On a smaller window the inspector starts closed.
  const isWide = window.matchMedia(BOTH).matches;
  try {
    const { open, inspector } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<PanelState>;
    return { open: PANELS.find((name) => name === open) ?? null, inspector: inspector ?? isWide };
  } catch {
    return { open: null, inspector: isWide };
  }
}

/** Whether the inspector is visible. In a narrow window, an open panel on the left takes its room. */
export function useInspectorShown(): boolean {
  const bothFit = useMediaQuery(BOTH, false, { getInitialValueInEffect: false });
  return usePanels(({ open, inspector }) => inspector && (open === null || bothFit));
}

/** Shows the inspector. In a narrow window, the panel on the left closes. */
export function showInspector(): void {
  const bothFit = window.matchMedia(BOTH).matches;
  usePanels.setState(({ open }) => ({ inspector: true, open: bothFit ? open : null }));
}

/** Which panels are open; stored in this browser. */
export const usePanels = create<PanelState>(() => kept());

usePanels.subscribe((state) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // Storage is blocked: a reload shows the default panels.
  }
});

// On a phone a panel covers the workflow that was opened from it.
useTabs.subscribe((now, before) => {
  if (isNarrow() && (now.active !== before.active || now.view !== before.view))
    usePanels.setState({ open: null });
});

/** Opens a panel, or closes it if it is open. */
export function togglePanel(name: PanelName): void {
  usePanels.setState(({ open }) => ({ open: open === name ? null : name }));
}
