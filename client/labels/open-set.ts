import { create } from 'zustand';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { LabelPicture, LabelsImported } from '../../server/contract/labels.ts';
import { useTabs } from '../document/tabs.ts';
import { type SortablePicture, useSortRequest } from '../results/pictures/sortable.ts';
import { importLabels, labelPictures } from '../ui/api/labels.ts';
import { messageOf } from '../ui/strings/told.ts';
import { ROOM, useCategorySets } from './sets.ts';

/** A set whose pictures are being found, so that it can be opened. */
export interface Opening {
  readonly name: string;
  /** How many of its pictures were looked for. */
  readonly done: number;
  readonly total: number;
  /** Why it cannot be opened. */
  readonly problem?: Said;
}

/** The set that is being opened, and what was added to the open one last. */
export const useOpenSet = create<{ readonly opening: Opening | null; readonly added: LabelsImported | null }>(
  () => ({ opening: null, added: null }),
);

/** A picture of a set as the room shows it. @param taken names of pictures before it that are gone */
function sortable(
  { hash, title, path, asset, ref, file }: LabelPicture,
  taken: Set<string>,
): SortablePicture {
  const known = { hash, path };
  if (asset !== undefined) return { item: { title, isPicture: true, picture: { asset } }, known };
  if (ref !== undefined)
    return { item: { title, isPicture: true, picture: { ref }, ...(file !== undefined && { file }) }, known };
  // Without a file, a picture is told from others by its name. Different files may have been at the same place.
  const name = taken.has(title) ? `${title} (${hash.slice(0, 12)})` : title;
  taken.add(title);
  return { item: { title: name, isPicture: true }, known };
}

let latest = new AbortController();

/** Stops opening a set. */
export function stopOpening(): void {
  latest.abort();
  useOpenSet.setState({ opening: null });
}

/** Opens the label room with all pictures of a set, also those that are gone. What stands in the way shows beside its name. */
export async function openSet(name: string, added: LabelsImported | null = null): Promise<void> {
  latest.abort();
  const own = new AbortController();
  latest = own;
  useOpenSet.setState({ opening: { name, done: 0, total: 0 } });
  const pictures: SortablePicture[] = [];
  const gone = new Set<string>();
  try {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await labelPictures(name, cursor, own.signal);
      for (const one of page.items) pictures.push(sortable(one, gone));
      cursor = page.next;
      if (own.signal.aborted) return;
      useOpenSet.setState({ opening: { name, done: pictures.length, total: page.total } });
    }
  } catch (error) {
    if (own.signal.aborted) return;
    useOpenSet.setState({ opening: { name, done: 0, total: 0, problem: messageOf(error) } });
    return;
  }
  useOpenSet.setState({ opening: null, added });
  useCategorySets.setState({ open: false });
  const tab = useTabs.getState().active ?? '';
  useSortRequest.setState({
    request: { place: { tab, nodeId: ROOM }, pictures, name, set: name, isWholeSet: true },
  });
}

/** Adds the pictures of a folder to a set, without a category, and opens it. @throws ApiError */
export async function addFolder(name: string, path: string): Promise<void> {
  await openSet(name, await importLabels(name, { from: 'folder', path }));
}
