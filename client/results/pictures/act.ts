import { viewItemKey } from '../../../server/contract/view.ts';
import { digitOf, isKey } from '../../ui/keys.ts';
import { type ActedOn, type ActionChoice, actionsFor } from './actions.ts';
import type { Area, Tile } from './area.ts';
import { categoriesOf, moveTo, ruleOut } from './correct.ts';
import { openPictureMenu } from './menu.ts';
import { subjectsOf } from './pages.ts';
import { added, only, type Picked, select, selectionOf, toggled } from './selection.ts';

/** How a picture was clicked or reached. */
export type PickBy = 'only' | 'toggle' | 'range';

/** What the modifiers of an event mean. Control on a Mac opens the menu, and Command toggles. */
export function pickBy(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): PickBy {
  if (event.shiftKey) return 'range';
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
}

/** Selects a picture as file managers do: alone, besides the others, or with everything from the last one. */
export function pick(area: Area, tile: Tile, by: PickBy): void {
  if (!area.isSelectable || !tile.item.isPicture) return;
  const { picked, anchor, node } = selectionOf(area.tab);
  const { at } = tile;
  const isRange = by === 'range' && anchor !== null && at !== undefined && node === area.nodeId;
  if (isRange) select(area, only(subjectsOf(area.pages(), anchor, at)));
  else if (by === 'only') select(area, only([tile]), at ?? null);
  else select(area, by === 'toggle' ? toggled(picked, [tile]) : added(picked, [tile]), at ?? null);
}

/** What an action is about if it starts at a tile: all selected pictures, if it is one of them. */
export function actedOn(area: Area, tile: Tile): ActedOn {
  const { picked } = selectionOf(area.tab);
  const isPicked = area.isSelectable && picked.has(viewItemKey(tile.item));
  return { place: area, area, own: tile, at: tile.at, items: isPicked ? [...picked.values()] : [tile] };
}

/** What an action is about if it starts beside the tiles: all selected pictures. */
export const actedOnSelection = (area: Area): ActedOn => ({
  place: area,
  area,
  items: area.isSelectable ? [...selectionOf(area.tab).picked.values()] : [],
});

/**
 * Opens the menu of pictures. A picture that is not selected is selected first, as in file managers. A finger, which has no
 * modifier keys, adds it to the selection.
 */
export function openMenuOf(
  area: Area,
  tile: Tile,
  by: { readonly x: number; readonly y: number } | HTMLElement,
  isTouch = false,
): void {
  const { picked } = selectionOf(area.tab);
  if (!picked.has(viewItemKey(tile.item))) pick(area, tile, isTouch && picked.size > 0 ? 'toggle' : 'only');
  openPictureMenu(actedOn(area, tile), by);
}

/** Opens the menu for items that are shown together, for example a pair. */
export function openMenuOfPair(
  area: Area,
  items: readonly Picked[],
  at: number,
  by: { readonly x: number; readonly y: number } | HTMLElement,
): void {
  openPictureMenu({ place: area, area, items, at }, by);
}

/** Where a menu opens: at the pointer, or beside the element if it was opened with a key. */
export function menuPoint(event: {
  readonly clientX: number;
  readonly clientY: number;
  readonly button: number;
  readonly currentTarget: EventTarget & HTMLElement;
}): { readonly x: number; readonly y: number } | HTMLElement {
  // The key for menus sends a right click without a button.
  return event.button === 2 || event.clientX > 0
    ? { x: event.clientX, y: event.clientY }
    : event.currentTarget;
}

/** What a digit does, as in the label room: it gives the category of this key; with Shift it rules the category out. */
function byDigit(on: ActedOn, event: KeyboardEvent): (() => void) | undefined {
  const digit = digitOf(event);
  if (digit === undefined || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const isOffered = actionsFor(on).some(({ id }) => id === 'move');
  const category = isOffered ? categoriesOf(on.place).find(({ key }) => key === digit) : undefined;
  if (!category) return undefined;
  return () => (event.shiftKey ? ruleOut : moveTo)(on.place, on.items, category);
}

/** Does the action of a key. With several ways to do it, `ask` lets the user choose. Returns whether the key has an action. */
export function actByKey(on: ActedOn, event: KeyboardEvent, ask: (on: ActedOn) => void): boolean {
  const sorted = byDigit(on, event);
  if (sorted) {
    sorted();
    return true;
  }
  const found = actionsFor(on).find(({ keys }) => keys?.some((key) => isKey(key, event)));
  if (!found) return false;
  const choices = found.choices(on);
  if (choices.length > 1) ask(on);
  else runChoice(choices[0]);
  return true;
}

/** Runs a choice. It reports its own faults. */
export const runChoice = (choice: ActionChoice | undefined): void => void choice?.run();
