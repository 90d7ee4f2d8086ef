import { entryNames } from '../../../nodes/sdk/selection-entries.ts';
import type { ViewItem } from '../../../server/contract/view.ts';
import { type DocumentState, useDocument } from '../../document/store.ts';
import { selectionParam } from './keep-selection.ts';

/** What a node gives on as its selection. */
export interface GivenOn {
  /** How many entries the workflow has. */
  readonly count: number;
  /** Whether it names a picture. One that was moved since then is found by the next run, and has no mark until then. */
  readonly has: (item: ViewItem) => boolean;
}

/** The entries of a node as they were read last: many pictures ask for the same ones. */
const read = new WeakMap<readonly unknown[], GivenOn>();

/** Reads the entries of a selection. */
export function givenOnBy(entries: readonly unknown[]): GivenOn {
  const known = read.get(entries);
  if (known) return known;
  const [paths, hashes] = [new Set<string>(), new Set<string>()];
  for (const entry of entries) {
    const { path, hash } = entryNames(String(entry));
    if (path !== undefined) paths.add(path);
    else if (hash !== undefined) hashes.add(hash);
  }
  const has = ({ picture, title, isPicture }: ViewItem) =>
    isPicture && (picture && 'asset' in picture ? hashes.has(picture.asset) : paths.has(title));
  const given = { count: entries.length, has };
  read.set(entries, given);
  return given;
}

function givenOnIn({ nodes }: Pick<DocumentState, 'nodes'>, nodeId: string): GivenOn | undefined {
  const name = selectionParam(nodeId);
  const entries = name === undefined ? undefined : nodes[nodeId]?.params?.[name];
  return Array.isArray(entries) && entries.length > 0 ? givenOnBy(entries) : undefined;
}

/** What a node gives on; undefined if it gives on nothing. */
export const useGivenOn = (nodeId: string): GivenOn | undefined =>
  useDocument((state) => givenOnIn(state, nodeId));

/** Whether a node gives on a picture. Renders only when that changes. */
export const useIsGivenOn = (nodeId: string, item: ViewItem): boolean =>
  useDocument((state) => givenOnIn(state, nodeId)?.has(item) ?? false);
