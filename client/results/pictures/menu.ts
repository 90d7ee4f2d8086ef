import { create } from 'zustand';
import type { ActedOn } from './actions.ts';

/** A menu that is open: where, and for which pictures. */
export interface OpenMenu {
  readonly x: number;
  readonly y: number;
  readonly on: ActedOn;
  /** The element that gets the focus back. */
  readonly from: HTMLElement | null;
}

/** The menu of pictures. There is one for the whole studio. */
export const usePictureMenu = create<{ readonly menu: OpenMenu | null }>(() => ({ menu: null }));

/** Opens the menu at a point of the window, or beside an element. */
export function openPictureMenu(
  on: ActedOn,
  by: { readonly x: number; readonly y: number } | HTMLElement,
): void {
  const from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  if (!(by instanceof HTMLElement)) {
    usePictureMenu.setState({ menu: { x: by.x, y: by.y, on, from } });
    return;
  }
  const { left, bottom } = by.getBoundingClientRect();
  usePictureMenu.setState({ menu: { x: left, y: bottom, on, from } });
}
