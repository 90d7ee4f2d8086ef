import { flowInstance } from '../canvas/view.ts';
import { documentActions } from '../document/store.ts';
import { showAs } from '../document/tabs.ts';

/** Selects a node and brings it into view, on the canvas. */
export function showNode(id: string): void {
  showAs('canvas');
  documentActions().select([id]);
  // The canvas may only be coming up.
  requestAnimationFrame(() => void flowInstance()?.fitView({ nodes: [{ id }], maxZoom: 1, padding: 0.4 }));
}
