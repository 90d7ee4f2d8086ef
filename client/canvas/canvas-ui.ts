import { create } from 'zustand';
import type { End } from '../document/connect.ts';
import type { Point } from '../document/content.ts';

/** A wire that is being pulled: from an output, or backwards from an input. */
export interface Loose {
  readonly end: End;
  readonly side: 'input' | 'output';
}

/** A wire that was refused, with where it was dropped. */
export interface RefusedWire {
  readonly from: End;
  readonly to: End;
  readonly code: string;
  readonly message: string;
  /** In window pixels. */
  readonly at: Point;
}

/** What a context menu is about. */
export type MenuTarget =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'frame'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string }
  | { readonly kind: 'canvas' };

interface CanvasUi {
  /** The add-node search: where it is, where the node goes, and the wire it is for. */
  readonly search: {
    readonly at: Point;
    readonly place: Point;
    readonly loose?: Loose;
    /** The wire that the new node is put into. */
    readonly into?: string;
    /** Opened by key: the view moves to the new node where it would not be seen. */
    readonly show?: boolean;
  } | null;
  readonly menu: { readonly at: Point; readonly place: Point; readonly target: MenuTarget } | null;
  readonly refused: RefusedWire | null;
  /** The wire that is pulled now, and why what is under the pointer does not take it. */
  readonly wiring: (Loose & { readonly reason: string | null }) | null;
  /** The node or frame whose title is being written. */
  readonly renaming: string | null;
  /** The node that is wired by keyboard. */
  readonly picker: string | null;
  readonly minimap: boolean;
}

/** What is open on the canvas; none of it is part of the workflow. */
export const useCanvasUi = create<CanvasUi>(() => ({
  search: null,
  menu: null,
  refused: null,
  wiring: null,
  renaming: null,
  picker: null,
  minimap: true,
}));

/** Closes all that floats above the canvas, and gives the keyboard back to it. */
export function closeFloating(): void {
  useCanvasUi.setState({ search: null, menu: null, refused: null, picker: null });
  const focus = () => document.querySelector<HTMLElement>('.pb-canvas')?.focus({ preventScroll: true });
  focus();
  // What floated takes the focus along when it goes; what was opened meanwhile keeps its own.
  requestAnimationFrame(() => {
    const { search, picker, menu, renaming } = useCanvasUi.getState();
    if (!search && !picker && !menu && !renaming && document.activeElement === document.body) focus();
  });
}
