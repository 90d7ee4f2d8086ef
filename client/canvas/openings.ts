import type { MouseEvent } from 'react';
import { documentActions, useDocument } from '../document/store.ts';
import { type MenuTarget, useCanvasUi } from './canvas-ui.ts';
import { useFlow } from './flow.ts';
import { linesOf, wireNear } from './low-wires.tsx';
import { flowInstance, toCanvas } from './view.ts';

/** Whether nothing is there but a group. The pane also contains the nodes, so only a press on itself counts. */
const isPane = (target: EventTarget) =>
  target instanceof Element && (target.matches('.react-flow__pane') || target.closest('.pb-group') !== null);

/** A double click on empty canvas opens the search there. */
export function openSearch(event: MouseEvent): void {
  if (!isPane(event.target)) return;
  const at = { x: event.clientX, y: event.clientY };
  useCanvasUi.setState({ search: { at, place: toCanvas(at) }, menu: null });
}

/** Selects what was clicked and opens its menu. */
export function openMenu(event: MouseEvent | globalThis.MouseEvent, target: MenuTarget) {
  event.preventDefault();
  const { selection, selectedEdges, nodes } = useDocument.getState();
  if (target.kind === 'node' && !selection.has(target.id)) documentActions().select([target.id]);
  if (target.kind === 'edge' && !selectedEdges.has(target.id)) documentActions().select([], [target.id]);
  const at = { x: event.clientX, y: event.clientY };
  const isFrame = target.kind === 'node' && ![...useDocument.getState().selection].some((id) => id in nodes);
  const about: MenuTarget = isFrame ? { kind: 'frame', id: target.id } : target;
  useCanvasUi.setState({ menu: { at, place: toCanvas(at), target: about }, search: null });
}

/** Opens the search for a node to insert into a wire. */
export function openSearchInto(event: MouseEvent, edge: string): void {
  const at = { x: event.clientX, y: event.clientY };
  useCanvasUi.setState({ search: { at, place: toCanvas(at), into: edge } });
}

/** The largest distance of a click from a wire, in window pixels. */
const REACH = 6;

/** A click on empty canvas closes popups. At low zoom, where wires have no elements, it selects a wire nearby. */
export function clickPane(event: MouseEvent, isLow: boolean): void {
  useCanvasUi.setState({ refused: null, menu: null });
  if (!isLow) return;
  const { nodes, edges } = useFlow.getState();
  const zoom = flowInstance()?.getZoom() ?? 1;
  const near = wireNear(
    linesOf(nodes, edges),
    toCanvas({ x: event.clientX, y: event.clientY }),
    REACH / zoom,
  );
  documentActions().select([], near === undefined ? [] : [near]);
}
