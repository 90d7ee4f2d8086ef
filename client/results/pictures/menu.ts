import { create } from 'zustand';
import type { ActedOn, PictureAction } from './actions.ts';

/** A menu that is open: where, and for which pictures. */
export interface OpenMenu {
  readonly x: number;
  readonly y: number;
  readonly on: ActedOn;
  /** The action whose choices are shown, instead of all actions. */
  readonly action?: PictureAction;
  /** The element that gets the focus back. */
  readonly from: HTMLElement | null;
}

/** The menu of pictures. There is one for the whole studio. */
export const usePictureMenu = create<{ readonly menu: OpenMenu | null }>(() => ({ menu: null }));

/** Opens the menu at a point of the window, or beside an element: of all actions, or of the choices of one. */
export function openPictureMenu(
  on: ActedOn,
  by: { readonly x: number; readonly y: number } | HTMLElement,
  action?: PictureAction,
): void {
  const from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  if (!(by instanceof HTMLElement)) {
    usePictureMenu.setState({ menu: { x: by.x, y: by.y, on, from, ...(action && { action }) } });
    return;
  }
  const { left, bottom } = by.getBoundingClientRect();
  usePictureMenu.setState({ menu: { x: left, y: bottom, on, from, ...(action && { action }) } });
}
