import type { LabelSet, LabelsNotice } from '../../../server/contract/labels.ts';
import { listLabelSets } from '../api/labels.ts';
import { namedList } from '../named/list.ts';

/** The label sets on this computer. */
export const labelSetList = namedList<LabelSet>(listLabelSets);

export const { useList: useLabelSets, load: loadLabelSets } = labelSetList;

/** Changes of labels come in quick succession. The list is loaded again when this many milliseconds have passed. */
const WAIT_MS = 300;

let waiting: ReturnType<typeof setTimeout> | undefined;
const followers = new Set<(notice: LabelsNotice) => void>();

/** Puts a set into the list that the server has answered with, so that it shows at once. */
export function showLabelSet(set: LabelSet): void {
  const others = useLabelSets.getState().items.filter(({ name }) => name !== set.name);
  const items = [...others, set].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  useLabelSets.setState({ items });
}

/** Tells followers what has happened to a set, and loads the list again if a part of the page shows it. */
export function labelsChanged(notice: LabelsNotice): void {
  for (const follower of followers) follower(notice);
  if (!useLabelSets.getState().loaded || waiting !== undefined) return;
  waiting = setTimeout(() => {
    waiting = undefined;
    void loadLabelSets();
  }, WAIT_MS);
}

/** Calls `listener` with everything that happens to label sets, in this window or elsewhere. @returns a function that ends it */
export function followLabels(listener: (notice: LabelsNotice) => void): () => void {
  followers.add(listener);
  return () => void followers.delete(listener);
}
