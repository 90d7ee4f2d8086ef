import { create } from 'zustand';
import type { ViewMap } from '../../../server/contract/view.ts';
import { useTabs } from '../../document/tabs.ts';

/** How people look at a map: kept while its node and its large view come and go, and when the page is loaded again. */
export interface MapLook {
  /** The column that colours it: its title, or '' for none; absent for the first one. */
  readonly column?: string;
  readonly pictures: boolean;
}

type Looks = readonly (readonly [place: string, look: MapLook])[];

const KEPT = 'patchbay-map-looks';
/** The most maps whose looks are kept, the last changed ones. */
const MOST = 200;
/** The look of a map that nobody has changed. */
const FIRST_LOOK: MapLook = { pictures: true };

function kept(): Looks {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Looks;
  } catch {
    // No storage, or not written by this version: all maps look as at first.
    return [];
  }
}

/** The looks of all maps, by tab and node: two workflows may have nodes of the same id. */
const useLooks = create<{ readonly byPlace: ReadonlyMap<string, MapLook> }>(() => ({
  byPlace: new Map(kept()),
}));

const placeOf = (node: string): string => `${useTabs.getState().active ?? ''} ${node}`;

/** How the map of a node of the open workflow looks. */
export const lookOf = (node: string): MapLook => useLooks.getState().byPlace.get(placeOf(node)) ?? FIRST_LOOK;

/** How the map of a node of the open workflow looks, for components. */
export function useLook(node: string): MapLook {
  const tab = useTabs(({ active }) => active) ?? '';
  return useLooks(({ byPlace }) => byPlace.get(`${tab} ${node}`)) ?? FIRST_LOOK;
}

/** Changes how a map of the open workflow looks. */
export function setLook(node: string, patch: Partial<MapLook>): void {
  const place = placeOf(node);
  const looks = new Map(useLooks.getState().byPlace);
  const next = { ...FIRST_LOOK, ...looks.get(place), ...patch };
  looks.delete(place);
  looks.set(place, next);
  useLooks.setState({ byPlace: looks });
  try {
    localStorage.setItem(KEPT, JSON.stringify([...looks].slice(-MOST)));
  } catch {
    // A full storage: the map looks as at first after a reload.
  }
}

/** The place of the column that colours a map; -1 for none. A column that is gone gives its place to the first. */
export function columnIn({ columns }: Pick<ViewMap, 'columns'>, { column }: MapLook): number {
  if (column === '') return -1;
  return Math.max(
    columns.findIndex(({ title }) => title === column),
    Math.min(0, columns.length - 1),
  );
}
