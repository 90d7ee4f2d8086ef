import { create } from 'zustand';
import type { ViewMap } from '../../../server/contract/view.ts';

/** How people look at a map: kept while its node and its large view come and go. */
export interface MapLook {
  /** The column that colours it: its title, or '' for none; absent for the first one. */
  readonly column?: string;
  readonly pictures: boolean;
}

/** The looks of all maps, by node. */
export const useLooks = create<{ readonly byNode: Readonly<Record<string, MapLook>> }>(() => ({
  byNode: {},
}));

/** The look of a map that nobody has changed. */
export const FIRST_LOOK: MapLook = { pictures: true };

/** Changes how a map looks. */
export function setLook(node: string, patch: Partial<MapLook>): void {
  useLooks.setState(({ byNode }) => ({
    byNode: { ...byNode, [node]: { ...FIRST_LOOK, ...byNode[node], ...patch } },
  }));
}

/** The place of the column that colours a map; -1 for none. */
export function columnIn({ columns }: Pick<ViewMap, 'columns'>, { column }: MapLook): number {
  const chosen = column ?? columns[0]?.title ?? '';
  return columns.findIndex(({ title }) => title === chosen);
}
