import { create } from 'zustand';
import { isNarrow } from '../ui/narrow.ts';

/** Panels that the left rail opens, one at a time. */
export const PANELS = ['nodes', 'templates', 'models', 'runs', 'assets'] as const;
export type PanelName = (typeof PANELS)[number];

interface PanelState {
  readonly open: PanelName | null;
  readonly inspector: boolean;
}

const KEY = 'patchbay-panels';

function kept(): PanelState {
  // On a phone the inspector would cover the canvas. It starts closed there.
  const isWide = !isNarrow();
  try {
    const { open, inspector } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<PanelState>;
    return { open: PANELS.find((name) => name === open) ?? null, inspector: inspector ?? isWide };
  } catch {
    return { open: null, inspector: isWide };
  }
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

/** Opens a panel, or closes it if it is open. */
export function togglePanel(name: PanelName): void {
  usePanels.setState(({ open }) => ({ open: open === name ? null : name }));
}
