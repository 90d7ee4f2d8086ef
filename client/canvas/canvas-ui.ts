import { create } from 'zustand';
import type { Message } from '../../nodes/sdk/messages.ts';
import type { End } from '../document/connect.ts';
import type { Point } from '../document/content.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';

/** A wire that is being dragged, from an output or backwards from an input. */
export interface Loose {
  readonly end: End;
  readonly side: 'input' | 'output';
}

/** A refused wire, and where it was dropped. */
export interface RefusedWire extends Message {
  readonly from: End;
  readonly to: End;
  /** In window pixels. */
  readonly at: Point;
}

/** The item that a context menu belongs to. */
export type MenuTarget =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'frame'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string }
  | { readonly kind: 'canvas' };

interface CanvasUi {
  /** The search for a new node: where it opens, where the node goes, and the wire to connect. */
  readonly search: {
    readonly at: Point;
    readonly place: Point;
    readonly loose?: Loose;
    /** The wire to insert the new node into. */
    readonly into?: string;
    /** Opened with a key: the view scrolls to the new node if it would be out of sight. */
    readonly show?: boolean;
  } | null;
  readonly menu: { readonly at: Point; readonly place: Point; readonly target: MenuTarget } | null;
  readonly refused: RefusedWire | null;
  /** The wire that is being dragged, and why the port under the pointer refuses it. */
  readonly wiring: (Loose & { readonly reason: string | null }) | null;
  /** The node or frame whose title is being edited. */
  readonly renaming: string | null;
  /** The node that is being connected with the keyboard. */
  readonly picker: string | null;
  readonly minimap: boolean;
}

const MINIMAP_KEY = 'patchbay-minimap';

function keptMinimap(): boolean {
  try {
    return localStorage.getItem(MINIMAP_KEY) !== 'false';
  } catch {
    return true;
  }
}

/** Popups and gestures on the canvas. None of this is part of the workflow. */
export const useCanvasUi = create<CanvasUi>(() => ({
  search: null,
  menu: null,
  refused: null,
  wiring: null,
  renaming: null,
  picker: null,
  minimap: keptMinimap(),
}));

useCanvasUi.subscribe(({ minimap }, before) => {
  if (minimap === before.minimap) return;
  try {
    localStorage.setItem(MINIMAP_KEY, String(minimap));
  } catch {
    // Storage is blocked: a reload shows the overview again.
  }
});

const NONE_OPEN = { search: null, menu: null, refused: null, picker: null } as const;

/** Closes all popups on the canvas. They belong to what was visible when they opened. */
export function dropFloating(): void {
  const { search, menu, refused, picker } = useCanvasUi.getState();
  if (search || menu || refused || picker) useCanvasUi.setState(NONE_OPEN);
}

// Another workflow, the form or the home page is shown: what the popups are about is gone.
useDocument.subscribe((state, before) => {
  if (state.tab !== before.tab) dropFloating();
});
useTabs.subscribe((state, before) => {
  if (state.view !== before.view) dropFloating();
});

/** Closes all popups on the canvas and returns the focus to it. */
export function closeFloating(): void {
  useCanvasUi.setState(NONE_OPEN);
  const focus = () => document.querySelector<HTMLElement>('.pb-canvas')?.focus({ preventScroll: true });
  focus();
  // A popup that closes loses the focus. The canvas gets it unless something else has it by then.
  requestAnimationFrame(() => {
    const { search, picker, menu, renaming } = useCanvasUi.getState();
    if (!search && !picker && !menu && !renaming && document.activeElement === document.body) focus();
  });
}
