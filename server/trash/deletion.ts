import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isKeptName } from '../contract/kept-name.ts';
import type { Deletion, TrashKind } from '../contract/trash.ts';
import { findFetched } from '../hub/fetched.ts';
import { setFileName } from '../runtime/labels/set-file.ts';
import type { RowSets } from '../store/row-sets.ts';
import { extentOf } from './entries.ts';
import { factsOf } from './trash.ts';

/** How many workflows are named. */
const NAMED = 5;

/** Whether a value, or a text anywhere inside it, fits. */
function holds(value: unknown, fits: (text: string) => boolean): boolean {
  if (typeof value === 'string') return fits(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => holds(one, fits));
}

/** The saved workflows with a param that fits. @param needle a part that the text of each such workflow has */
function usersOf(rows: RowSets, needle: string, fits: (text: string) => boolean): Deletion['usedBy'] {
  const written = JSON.stringify(needle).slice(1, -1);
  const found = rows.workflowsWith(written).filter(({ body }) => {
    const { nodes = [] } = JSON.parse(body) as { nodes?: readonly { readonly params?: unknown }[] };
    return nodes.some(({ params }) => holds(params, fits));
  });
  return { total: found.length, names: found.slice(0, NAMED).map(({ name }) => name) };
}

/** Says what a deletion would take away; undefined if there is nothing of this name. */
export async function describeDeletion(
  dataFolder: string,
  rows: RowSets,
  kind: TrashKind,
  key: string,
): Promise<Deletion | undefined> {
  const nobody = { total: 0, names: [] };
  if (kind === 'run' || kind === 'workflow') {
    const set = rows.read(kind, key);
    if (!set) return undefined;
    const extent = kind === 'run' ? await extentOf(join(dataFolder, 'outputs', key)) : { files: 0, bytes: 0 };
    return { kind, key, ...factsOf(kind, set), ...extent, usedBy: nobody };
  }
  if (kind === 'model') {
    const model = await findFetched(dataFolder, key);
    if (!model) return undefined;
    const usedBy = usersOf(rows, key, (text) => text === key);
    return { kind, key, title: model.manifest.title, ...(await extentOf(model.folder)), usedBy };
  }
  if (kind === 'asset') {
    if (!/^[0-9a-f]{64}$/.test(key)) return undefined;
    const extent = await extentOf(join(dataFolder, 'assets', key.slice(0, 2), key));
    if (extent.files === 0) return undefined;
    const title = String(rows.read('asset', key)?.assets?.[0]?.name ?? '');
    const usedBy = usersOf(rows, key, (text) => text === `asset:${key}` || text.startsWith(`asset:${key}/`));
    return { kind, key, title, ...extent, usedBy };
  }
  if (kind === 'labels') {
    if (!isKeptName(key)) return undefined;
    const extent = await extentOf(join(dataFolder, 'labels', setFileName(key)));
    if (extent.files === 0) return undefined;
    return { kind, key, title: key, ...extent, usedBy: usersOf(rows, key, (text) => text === key) };
  }
  if (kind === 'collection') {
    if (!isKeptName(key)) return undefined;
    const extent = await extentOf(join(dataFolder, 'collections', key));
    if (extent.files === 0) return undefined;
    return { kind, key, title: key, ...extent, usedBy: usersOf(rows, key, (text) => text.trim() === key) };
  }
  const uploads = join(dataFolder, 'files');
  const folder = resolve(uploads, key);
  // Only a folder directly in the uploads can be deleted.
  if (dirname(folder) !== resolve(uploads) || basename(folder) !== key) return undefined;
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return undefined;
  const extent = await extentOf(folder);
  const usedBy = usersOf(rows, key, (text) => {
    const path = resolve(uploads, text.replace(/^uploads:/, ''));
    return path === folder || path.startsWith(folder + sep);
  });
  return { kind, key, title: key, ...extent, usedBy };
}
