import type { ReadView, ViewKind, ViewOf } from '../../server/contract/view.ts';
import { bars } from './bars-view.tsx';
import { confusion } from './confusion/confusion-view.tsx';
import { curve } from './curve/curve-view.tsx';
import { file } from './file-view.tsx';
import { gallery } from './gallery-view.tsx';
import { heatmap } from './heatmap-view.tsx';
import { map } from './map/map-view.tsx';
import { matches } from './matches-view.tsx';
import { patches } from './patches/patches-view.tsx';
import { table } from './table-view.tsx';
import type { KindOfView } from './view-kind.ts';

const png = () => import('./export-png.ts');

/** What the studio does with each kind of view of the contract. A missing kind is a compiler error. */
const KINDS: { readonly [K in ViewKind]: KindOfView<ViewOf<K>> } = {
  gallery: { ...gallery, drawing: async () => (await png()).galleryDrawing },
  matches: { ...matches, drawing: async () => (await png()).matchesDrawing },
  bars: { ...bars, drawing: async () => (await png()).barsDrawing },
  table: { ...table, drawing: async () => (await png()).tableDrawing },
  heatmap: { ...heatmap, drawing: async () => (await png()).heatmapDrawing },
  patches: { ...patches, drawing: async () => (await import('./patches/patches-drawing.ts')).patchesDrawing },
  curve: { ...curve, drawing: async () => (await import('./curve/curve-drawing.ts')).curveDrawing },
  confusion: {
    ...confusion,
    drawing: async () => (await import('./confusion/confusion-drawing.ts')).confusionDrawing,
  },
  map: { ...map, drawing: async () => (await import('./map/map-drawing.ts')).mapDrawing },
  file,
};

/** What the studio does with a view; undefined for an unknown kind, or if the view is not loaded. */
export function kindOf<V extends ReadView>(view: V): KindOfView<V> | undefined {
  return Object.hasOwn(KINDS, view.view) ? (KINDS[view.view as ViewKind] as KindOfView<V>) : undefined;
}
