import { useMemo } from 'react';
import { create } from 'zustand';
import type { ViewItem } from '../../../server/contract/view.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { useTabs } from '../../document/tabs.ts';

/** A selected picture, with its score in the view where it was selected. */
export interface Picked {
  readonly item: ViewItem;
  readonly score?: number;
}

/** Pictures by their keys, in the order in which they were selected. */
export type PickedPictures = ReadonlyMap<string, Picked>;

/**
 * The selection of one workflow. All its views share it, because a picture is the same wherever it is shown: selected among
 * the matches, it is marked in the gallery too.
 */
export interface WorkflowSelection {
  readonly picked: PickedPictures;
  /** The node in whose view the selection was last changed. On the canvas only this view shows the bar; a large view always does. */
  readonly node: string;
  /** Whether a tap selects instead of opening, also while no picture is selected. */
  readonly isSelecting: boolean;
  /** The page at which a range starts. */
  readonly anchor: number | null;
  /** The keys of pictures that are hidden, by node. */
  readonly hidden: Readonly<Record<string, ReadonlySet<string>>>;
}

const NONE: PickedPictures = new Map();
const NO_SELECTION: WorkflowSelection = {
  picked: NONE,
  node: '',
  isSelecting: false,
  anchor: null,
  hidden: {},
};

/** The selections of all open workflows, by the key of their tab. */
export const useSelection = create<{ readonly byTab: Readonly<Record<string, WorkflowSelection>> }>(() => ({
  byTab: {},
}));

// -- What stays hidden when the page is loaded again -----------------------------------------------------------------

const KEPT = 'patchbay-hidden';
/** The most tabs whose hidden pictures are kept, the last changed ones. */
const MAX_TABS = 50;

type KeptHidden = readonly (readonly [tab: string, nodes: Readonly<Record<string, readonly string[]>>])[];

function keptHidden(): KeptHidden {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '[]') as KeptHidden;
  } catch {
    // No storage, or not written by this version: nothing is hidden.
    return [];
  }
}

function keepHidden(tab: string, hidden: WorkflowSelection['hidden']): void {
  const nodes = Object.entries(hidden).flatMap(([node, keys]) =>
    keys.size > 0 ? [[node, [...keys]] as const] : [],
  );
  const others = keptHidden().filter(([other]) => other !== tab);
  const kept: KeptHidden = nodes.length > 0 ? [...others, [tab, Object.fromEntries(nodes)]] : others;
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept.slice(-MAX_TABS)));
  } catch {
    // A full storage: the pictures show again after a reload.
  }
}

/** What is hidden in tabs that were just opened or restored. */
function hiddenIn(tabs: ReadonlySet<string>): Record<string, WorkflowSelection> {
  return Object.fromEntries(
    keptHidden().flatMap(([tab, nodes]) => {
      if (!tabs.has(tab)) return [];
      const hidden = Object.entries(nodes).map(([node, keys]) => [node, new Set(keys)] as const);
      return [[tab, { ...NO_SELECTION, hidden: Object.fromEntries(hidden) }]];
    }),
  );
}

// -- Rules, without a store ------------------------------------------------------------------------------------------

/** Only these pictures. A picture that is listed twice keeps its first place and score. */
export function only(pictures: Iterable<Picked>): PickedPictures {
  return added(NONE, pictures);
}

/** The selection with more pictures at its end. */
export function added(picked: PickedPictures, pictures: Iterable<Picked>): PickedPictures {
  const next = new Map(picked);
  for (const one of pictures) {
    const key = viewItemKey(one.item);
    if (one.item.isPicture && !next.has(key)) next.set(key, one);
  }
  return next;
}

/** The selection with these pictures, or without them if all of them are in it. */
export function toggled(picked: PickedPictures, pictures: readonly Picked[]): PickedPictures {
  if (!pictures.every(({ item }) => picked.has(viewItemKey(item)))) return added(picked, pictures);
  const next = new Map(picked);
  for (const { item } of pictures) next.delete(viewItemKey(item));
  return next;
}

/** The pictures that were not selected, instead of those that were. Selected pictures of other views stay. */
export function inverted(picked: PickedPictures, all: readonly Picked[]): PickedPictures {
  const next = new Map(picked);
  for (const { item } of all) next.delete(viewItemKey(item));
  return added(
    next,
    all.filter(({ item }) => !picked.has(viewItemKey(item))),
  );
}

// -- Changes ---------------------------------------------------------------------------------------------------------

/** The selection of a workflow. */
export const selectionOf = (tab: string): WorkflowSelection =>
  useSelection.getState().byTab[tab] ?? NO_SELECTION;

function change(tab: string, patch: Partial<WorkflowSelection>): void {
  useSelection.setState(({ byTab }) => ({
    byTab: { ...byTab, [tab]: { ...(byTab[tab] ?? NO_SELECTION), ...patch } },
  }));
  if (patch.hidden) keepHidden(tab, patch.hidden);
}

/** The view that is changed: its workflow and its node. */
export interface ViewPlace {
  readonly tab: string;
  readonly nodeId: string;
}

/** Selects pictures. `anchor` is the page at which the next range starts; without it, the anchor stays. */
export function select({ tab, nodeId }: ViewPlace, picked: PickedPictures, anchor?: number | null): void {
  const now = selectionOf(tab);
  const isSame =
    now.picked.size === picked.size &&
    [...picked.keys()].every((key) => now.picked.has(key)) &&
    now.node === nodeId;
  if (isSame && (anchor === undefined || anchor === now.anchor)) return;
  change(tab, {
    picked: isSame ? now.picked : picked,
    node: nodeId,
    ...(anchor !== undefined && { anchor }),
  });
}

/** Lets taps select the pictures of a view, or ends that and clears the selection. */
export function setSelecting({ tab, nodeId }: ViewPlace, isSelecting: boolean): void {
  change(tab, isSelecting ? { isSelecting, node: nodeId } : { isSelecting, picked: NONE, anchor: null });
}

/** Hides pictures from a view, and takes them out of the selection. */
export function hide({ tab, nodeId }: ViewPlace, items: readonly ViewItem[]): void {
  const { hidden, picked } = selectionOf(tab);
  const keys = items.map(viewItemKey);
  const left = new Map(picked);
  for (const key of keys) left.delete(key);
  change(tab, {
    picked: left,
    anchor: null,
    hidden: { ...hidden, [nodeId]: new Set([...(hidden[nodeId] ?? []), ...keys]) },
  });
}

/** Shows the hidden pictures of a view again. */
export function showHidden({ tab, nodeId }: ViewPlace): void {
  const { [nodeId]: _, ...hidden } = selectionOf(tab).hidden;
  change(tab, { hidden });
}

useTabs.subscribe(({ tabs }, before) => {
  if (tabs === before.tabs) return;
  const open = new Set(tabs.map(({ key }) => key));
  const { byTab } = useSelection.getState();
  const known = new Set(before.tabs.map(({ key }) => key));
  const opened = new Set([...open].filter((tab) => !known.has(tab) && !Object.hasOwn(byTab, tab)));
  const restored = opened.size > 0 ? hiddenIn(opened) : {};
  if (Object.keys(restored).length === 0 && Object.keys(byTab).every((tab) => open.has(tab))) return;
  useSelection.setState({
    byTab: { ...Object.fromEntries(Object.entries(byTab).filter(([tab]) => open.has(tab))), ...restored },
  });
});

// -- What components draw --------------------------------------------------------------------------------------------

/** Whether one picture is selected. Renders only when that changes. */
export const useIsPicked = (tab: string, key: string): boolean =>
  useSelection(({ byTab }) => byTab[tab]?.picked.has(key) ?? false);

/**
 * How many pictures are selected in the workflow, for a view that shows the bar; 0 for all others.
 * @param isLinked whether the view shows the bar also for pictures that were selected in another view
 */
export const usePickedCount = ({ tab, nodeId }: ViewPlace, isLinked = false): number =>
  useSelection(({ byTab }) => {
    const own = byTab[tab];
    return own && (isLinked || own.node === nodeId) ? own.picked.size : 0;
  });

/** Whether at least one of these pictures is selected. @param items undefined if that does not matter */
export const useHasPicked = (tab: string, items: readonly ViewItem[] | undefined): boolean => {
  const picked = useSelection(({ byTab }) => (items ? byTab[tab]?.picked : undefined));
  return useMemo(
    () =>
      picked !== undefined &&
      picked.size > 0 &&
      items?.some((item) => picked.has(viewItemKey(item))) === true,
    [picked, items],
  );
};

/** Whether taps select the pictures of a view. */
export const useIsSelecting = ({ tab, nodeId }: ViewPlace): boolean =>
  useSelection(({ byTab }) => byTab[tab]?.isSelecting === true && byTab[tab].node === nodeId);

/** The keys of the pictures that are hidden from a view; undefined if none is. */
export const useHidden = ({ tab, nodeId }: ViewPlace): ReadonlySet<string> | undefined =>
  useSelection(({ byTab }) => byTab[tab]?.hidden[nodeId]);
