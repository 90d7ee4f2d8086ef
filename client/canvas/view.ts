import type { ReactFlowInstance } from '@xyflow/react';
import type { Point } from '../document/content.ts';
import { documentActions } from '../document/store.ts';
import { showAs } from '../document/tabs.ts';
import type { FlowEdge, FlowNode } from './flow-items.ts';
import { READABLE_ZOOM } from './low-zoom.ts';

/** The visible canvas, for commands; undefined on the home page and in the form. */
let instance: ReactFlowInstance<FlowNode, FlowEdge> | undefined;

/** Called by the canvas when it mounts and unmounts. */
export function setFlowInstance(next: ReactFlowInstance<FlowNode, FlowEdge> | undefined): void {
  instance = next;
}

/** The visible canvas. */
export const flowInstance = () => instance;

/** Converts window pixels to canvas pixels. */
export const toCanvas = (point: Point): Point => instance?.screenToFlowPosition({ ...point }) ?? point;

let pointer: Point | undefined;
let last: Point = { x: 0, y: 0 };

/** Stores the position of the pointer over the canvas; undefined when it leaves. */
export function notePointer(point: Point | undefined): void {
  pointer = point;
  if (point) last = point;
}

/** The last position of the pointer over the canvas, in window pixels. */
export const lastPointer = (): Point => last;

/** Where items added with the keyboard go: under the pointer, otherwise the middle of the canvas. In window pixels. */
export function aim(): Point {
  return pointer ?? middleOfView();
}

/** The middle of the canvas, in window pixels. */
export function middleOfView(): Point {
  const box = document.querySelector('.pb-canvas')?.getBoundingClientRect();
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 400, y: 300 };
}

/** Whether the pointer is over the canvas. */
export const isPointing = (): boolean => pointer !== undefined;

const MOTION = '(prefers-reduced-motion: reduce)';

/** Duration of a move of the view, in milliseconds; 0 for users who prefer reduced motion. */
export const motion = (): number => (globalThis.matchMedia?.(MOTION).matches ? 0 : 160);

/** Space around a workflow that is shown as a whole, in window pixels. The tools of the canvas are at the bottom. */
export const FIT_PADDING = { top: '24px', left: '24px', right: '24px', bottom: '60px' } as const;

/** Fits everything, or the given nodes, into the view. */
export function fitView(ids?: readonly string[]): void {
  const nodes = ids?.map((id) => ({ id }));
  void instance?.fitView({ padding: FIT_PADDING, maxZoom: 1, duration: motion(), ...(nodes && { nodes }) });
}

/** Selects a node on the canvas and scrolls to it. */
export function showNode(id: string): void {
  showAs('canvas');
  documentActions().select([id]);
  // The canvas may still be mounting.
  requestAnimationFrame(() => void instance?.fitView({ nodes: [{ id }], maxZoom: 1, padding: 0.4 }));
}

/** Shows a node at a zoom where people can read it. Resolves when the view has arrived. */
export async function zoomTo(id: string): Promise<void> {
  await instance?.fitView({ nodes: [{ id }], minZoom: READABLE_ZOOM, maxZoom: 1, duration: motion() });
}

/** Focuses the first field of a node. */
export async function focusFirstField(id: string): Promise<void> {
  // From a distance, fields are not drawn.
  if ((instance?.getZoom() ?? 1) < READABLE_ZOOM - 1e-6) await zoomTo(id);
  document
    .querySelector<HTMLElement>(
      `[data-node-id="${CSS.escape(id)}"] .pb-params :is(input, select, textarea, button):not([disabled])`,
    )
    ?.focus();
}

/** Scrolls to a place if it is out of sight. */
export function reveal({ x, y }: Point, width: number, height: number): void {
  const box = document.querySelector('.pb-canvas')?.getBoundingClientRect();
  if (!instance || !box) return;
  const [from, to] = [
    instance.flowToScreenPosition({ x, y }),
    instance.flowToScreenPosition({ x: x + width, y: y + height }),
  ];
  if (from.x >= box.left && from.y >= box.top && to.x <= box.right && to.y <= box.bottom) return;
  void instance.setCenter(x + width / 2, y + height / 2, { zoom: instance.getZoom(), duration: motion() });
}
