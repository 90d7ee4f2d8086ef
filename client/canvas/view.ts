import type { ReactFlowInstance } from '@xyflow/react';
import type { Point } from '../document/content.ts';
import { documentActions } from '../document/store.ts';
import { showAs } from '../document/tabs.ts';
import type { FlowEdge, FlowNode } from './flow-items.ts';

/** The canvas that is on the screen, for commands; undefined at home and in the form view. */
let instance: ReactFlowInstance<FlowNode, FlowEdge> | undefined;

/** Told by the canvas when it comes and goes. */
export function setFlowInstance(next: ReactFlowInstance<FlowNode, FlowEdge> | undefined): void {
  instance = next;
}

/** The canvas that is on the screen. */
export const flowInstance = () => instance;

/** Window pixels to canvas pixels. */
export const toCanvas = (point: Point): Point => instance?.screenToFlowPosition({ ...point }) ?? point;

let pointer: Point | undefined;
let last: Point = { x: 0, y: 0 };

/** Remembers where the pointer is over the canvas; undefined when it left. */
export function notePointer(point: Point | undefined): void {
  pointer = point;
  if (point) last = point;
}

/** Where the pointer was last seen over the canvas, in window pixels. */
export const lastPointer = (): Point => last;

/** Where things that come by keyboard go: under the pointer, or else the middle of the canvas, in window pixels. */
export function aim(): Point {
  if (pointer) return pointer;
  const box = document.querySelector('.pb-canvas')?.getBoundingClientRect();
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 400, y: 300 };
}

/** Whether the pointer is over the canvas, so that things go where it is. */
export const isPointing = (): boolean => pointer !== undefined;

const MOTION = '(prefers-reduced-motion: reduce)';

/** How long the view may take to move, in milliseconds. */
export const motion = (): number => (globalThis.matchMedia?.(MOTION).matches ? 0 : 160);

/** Shows everything, or the given nodes. */
export function fitView(ids?: readonly string[]): void {
  const nodes = ids?.map((id) => ({ id }));
  void instance?.fitView({ padding: 0.15, maxZoom: 1, duration: motion(), ...(nodes && { nodes }) });
}

/** Selects a node and brings it into view, on the canvas. */
export function showNode(id: string): void {
  showAs('canvas');
  documentActions().select([id]);
  // The canvas may only be coming up.
  requestAnimationFrame(() => void instance?.fitView({ nodes: [{ id }], maxZoom: 1, padding: 0.4 }));
}

/** Puts the keyboard into the first field of a node. */
export function focusFirstField(id: string): void {
  document
    .querySelector<HTMLElement>(
      `[data-node-id="${CSS.escape(id)}"] .pb-params :is(input, select, textarea, button):not([disabled])`,
    )
    ?.focus();
}

/** Moves the view so that a place is seen, if it is not. */
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
