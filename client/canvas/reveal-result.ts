import { useEffect } from 'react';
import { useDocument } from '../document/store.ts';
import { useRuns } from '../runs/store.ts';
import { FIT_PADDING, flowInstance, motion } from './view.ts';

let movedAt = 0;

/** Notes that the user has moved the canvas, which then stays where they look. */
export function noteMove(): void {
  movedAt = performance.now();
}

/** The smallest move along one axis that brings a side into its room; one that is too large shows its beginning. */
const into = (from: number, to: number, least: number, most: number): number =>
  from < least || to - from > most - least ? least - from : to > most ? most - to : 0;

/** Moves the canvas to the nearest of these nodes, at the same zoom, unless one of them is in sight. */
function showOneOf(ids: readonly string[]): void {
  const flow = flowInstance();
  const box = document.querySelector('.pb-canvas')?.getBoundingClientRect();
  if (!flow || !box) return;
  const pad = Object.fromEntries(
    Object.entries(FIT_PADDING).map(([side, size]) => [side, Number.parseFloat(size)]),
  ) as Record<keyof typeof FIT_PADDING, number>;
  const room = {
    left: box.left + pad.left,
    top: box.top + pad.top,
    right: box.right - pad.right,
    bottom: box.bottom - pad.bottom,
  };
  const { zoom, ...at } = flow.getViewport();
  const moves = ids.flatMap((id) => {
    const node = flow.getInternalNode(id);
    if (!node) return [];
    const { x, y } = node.internals.positionAbsolute;
    const from = flow.flowToScreenPosition({ x, y });
    const [width, height] = [(node.measured.width ?? 0) * zoom, (node.measured.height ?? 0) * zoom];
    return {
      x: into(from.x, from.x + width, room.left, room.right),
      y: into(from.y, from.y + height, room.top, room.bottom),
    };
  });
  const [nearest] = moves.sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));
  if (!nearest || (nearest.x === 0 && nearest.y === 0)) return;
  void flow.setViewport({ x: at.x + nearest.x, y: at.y + nearest.y, zoom }, { duration: motion() });
}

/** Brings a result into sight after a run that the user started, if none is and the canvas was left alone meanwhile. */
export function useRevealResult(tab: string): void {
  useEffect(() => {
    let began = 0;
    return useRuns.subscribe(({ byTab, auto }, before) => {
      const [run, was] = [byTab[tab], before.byTab[tab]];
      if (!run || run === was) return;
      if (run.id !== was?.id) began = performance.now();
      const hasEnded = run.complete && run.id !== '' && run.id === was?.id && !was.complete;
      if (!hasEnded || auto.has(tab) || movedAt > began) return;
      const goesOn = new Set(Object.values(useDocument.getState().edges).map(({ from }) => from.node));
      const shown = Object.keys(run.nodes).filter(
        (id) => run.nodes[id]?.view !== undefined && !goesOn.has(id),
      );
      // The result is drawn first.
      requestAnimationFrame(() => requestAnimationFrame(() => showOneOf(shown)));
    });
  }, [tab]);
}
