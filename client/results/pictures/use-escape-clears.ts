import { useEffect } from 'react';
import { only, select, selectionOf, useSelection } from './selection.ts';

/**
 * In a window of results the first Escape clears the selection, wherever the focus is, and the next one closes the window.
 * Give `closeOnEscape` of the window what this returns.
 * @param tab the open workflow
 * @param isOpen whether the window is open
 */
export function useEscapeClears(tab: string, isOpen: boolean): boolean {
  const hasSelection = useSelection(({ byTab }) => (byTab[tab]?.picked.size ?? 0) > 0);
  useEffect(() => {
    if (!isOpen || !hasSelection) return;
    const onKey = ({ key, target }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      // A menu or the lightbox in front of the window closes first, and a drag or a search in it ends first.
      if (
        target instanceof Element &&
        target.closest('[role="menu"], [data-mantine-stop-propagation="true"]')
      )
        return;
      if (document.querySelector('[data-lightbox]')) return;
      select({ tab, nodeId: selectionOf(tab).node }, only([]), null);
    };
    // In the capture phase, because the window keeps keys from the canvas below.
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [tab, isOpen, hasSelection]);
  return !hasSelection;
}
