import { createContext, useContext } from 'react';
import { createStore, type StoreApi } from 'zustand';
import type { Pages } from './pages.ts';
import type { Picked, ViewPlace } from './selection.ts';

/** A picture or text on the screen. */
export interface Tile extends Picked {
  /** The page of the lightbox that shows it; absent if no page is about it. */
  readonly at?: number;
}

/** A tile and its place, in CSS pixels from the upper left corner of its area. */
export interface TileBox {
  readonly tile: Tile;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A view that shows pictures. */
export interface Area extends ViewPlace {
  /** Whether its pictures can be selected and hidden. */
  readonly isSelectable: boolean;
  /** What it shows at the moment. */
  readonly pages: () => Pages;
  /** Opens a page: in the lightbox, if the view does not do something else. */
  readonly open: (at: number) => void;
  /** The ids of actions that make no sense in it. */
  readonly without: ReadonlySet<string>;
  /** Where all its tiles are, if it draws only some of them. */
  readonly boxes?: () => readonly TileBox[];
  /** All pictures that are drawn, by their element. */
  readonly tiles: Map<Element, Tile>;
  /** The tile that the Tab key reaches. The arrow keys move between the others. */
  readonly stop: StoreApi<{ readonly active: string }>;
  /** Whether the next click belongs to a gesture that has ended, for example a rubber band. */
  isClickSpent: boolean;
}

/** Makes an area. */
export function createArea(parts: Omit<Area, 'tiles' | 'stop' | 'isClickSpent'>): Area {
  return { ...parts, tiles: new Map(), stop: createStore(() => ({ active: '' })), isClickSpent: false };
}

/** The area around a picture. */
export const AreaContext = createContext<Area | null>(null);

/** The area around a picture. @throws outside of one */
export function useArea(): Area {
  const area = useContext(AreaContext);
  if (!area) throw new Error('A picture needs an area around it.');
  return area;
}
