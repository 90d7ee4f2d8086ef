import { MOST_SELECTED, selectionEntry } from '../../../nodes/sdk/selection-entries.ts';
import type { ViewItem } from '../../../server/contract/view.ts';
import { setParam } from '../../document/edits.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { useTabs } from '../../document/tabs.ts';
import { runLatest } from '../../runs/latest.ts';
import { useRuns } from '../../runs/store.ts';
import { descriptorOf } from '../../ui/api/catalogue.ts';
import { hashPictures } from '../../ui/api/labels.ts';
import { t } from '../../ui/strings/index.ts';
import { tell } from '../../ui/tell.ts';
import type { ViewPlace } from './selection.ts';

/** How many pictures the server hashes at once. */
const BATCH = 10_000;

/** The param of a node that holds a selection of its pictures; undefined if it has none. */
export function selectionParam(nodeId: string): string | undefined {
  const type = useDocument.getState().nodes[nodeId]?.type;
  const params = type === undefined ? [] : (descriptorOf(type)?.params ?? []);
  return params.find(({ widget }) => widget === 'selection')?.name;
}

/** The entry of each picture in a selection. A stored picture is its content; two files of the same content have a path each. */
async function entriesOf(items: readonly ViewItem[]): Promise<string[]> {
  const entries = items.map(({ picture, title }) =>
    selectionEntry(picture && 'asset' in picture ? { hash: picture.asset } : { path: title }),
  );
  type Asked = { readonly at: number; readonly name: { ref: string } | { path: string } };
  const asked = items.flatMap(({ picture, file }, at): Asked[] => {
    if (picture && 'ref' in picture) return [{ at, name: { ref: picture.ref } }];
    return picture === undefined && file !== undefined ? [{ at, name: { path: file } }] : [];
  });
  for (let from = 0; from < asked.length; from += BATCH) {
    const part = asked.slice(from, from + BATCH);
    for (const [place, { hash }] of (await hashPictures(part.map(({ name }) => name))).entries()) {
      const at = part[place]?.at ?? -1;
      const path = items[at]?.title;
      if (hash !== null && path !== undefined) entries[at] = selectionEntry({ hash, path });
    }
  }
  return entries;
}

/**
 * Makes pictures the selection of a node, which it gives on to other nodes: one step of undo, and a run. The workflow names them by
 * their content, so it finds them when they are moved, and by their path. @throws ApiError
 */
export async function keepSelection({ tab, nodeId }: ViewPlace, items: readonly ViewItem[]): Promise<void> {
  const name = selectionParam(nodeId);
  if (name === undefined) return;
  if (items.length > MOST_SELECTED) {
    tell('error', t('pictures.keptTooMany', { count: items.length, most: MOST_SELECTED }), 'kept');
    return;
  }
  const entries = [...new Set(await entriesOf(items))];
  if (useTabs.getState().active !== tab || selectionParam(nodeId) !== name) return;
  giveOn({ tab, nodeId }, name, entries);
  tell('done', t('pictures.kept', { count: entries.length }), 'kept');
}

/** Makes a node give on nothing again: one step of undo, and a run. */
export function keepNothing(place: ViewPlace): void {
  const name = selectionParam(place.nodeId);
  if (name !== undefined) giveOn(place, name, []);
}

function giveOn({ tab, nodeId }: ViewPlace, name: string, entries: readonly string[]): void {
  documentActions().endGesture();
  documentActions().edit('param', (content) => setParam(content, nodeId, name, entries));
  documentActions().endGesture();
  // A tab that runs on every change runs by itself.
  if (!useRuns.getState().auto.has(tab)) runLatest(tab);
}
