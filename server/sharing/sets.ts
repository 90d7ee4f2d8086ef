import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parseWorkflow } from '../../workflows/parse.ts';
import { serializeWorkflow } from '../../workflows/serialize.ts';
import type { Label } from '../contract/labels.ts';
import { type PathParams, pathsOf, withPaths } from '../contract/path-params.ts';
import type { AdoptedSet } from '../contract/sharing.ts';
import type { LabelStore } from '../labels/store.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import { parseSet, type SetContent, setText } from '../runtime/labels/set-file.ts';

/** The folder for label sets in a shared file. */
export const SETS = 'sets';
const SET_FILE = /^sets\/([^/]+)\.json$/;
/** Which sets were taken from an unpacked file, and by which names. Files in archives cannot begin with a dot. */
const ADOPTED = '.adopted-sets.json';
/** How many labels are changed before others get a turn. */
const AT_ONCE = 1000;

/** The set with other places of its pictures. @param change returns null for a place that the set shall not know */
async function withPlaces(
  set: SetContent,
  change: (path: string) => Promise<string | null> | string | null,
): Promise<SetContent> {
  const labels = new Map<string, Label>();
  for (const label of set.labels.values()) {
    labels.set(label.hash, { ...label, path: label.path === null ? null : await change(label.path) });
    if (labels.size % AT_ONCE === 0) await turn();
  }
  return { ...set, labels };
}

/**
 * A set as a file of a shared workflow. Pictures that are shared too are named as there; samples and stored pictures stay what they
 * are; of all others only the hash is given on, because a path would name folders of its maker.
 * @param placeOf where a file is in the shared workflow, by its absolute path
 */
export async function packedSet(
  set: SetContent,
  name: string,
  placeOf: (absolute: string) => string | undefined,
  resolve: (path: string) => Promise<string>,
): Promise<Uint8Array> {
  const moved = await withPlaces(set, async (path) => {
    if (/^(sample|asset):/.test(path)) return path;
    const absolute = await resolve(path).catch(() => undefined);
    return (absolute && placeOf(absolute)) ?? null;
  });
  const parts: Uint8Array[] = [];
  for await (const part of setText(moved, name)) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * Takes the label sets of an unpacked workflow into the data folder, and lets the workflow name them. A set with the same labels is
 * used as it is; one of the same name with other labels stays, and the new one gets another name. The sets of the same
 * unpacked file are taken once.
 * @param written the folder of the unpacked file as workflows write it
 * @throws PatchbayError `labels.unreadable`
 */
export async function adoptSets(
  { folder, workflow: text }: { readonly folder: string; readonly workflow: string },
  written: string,
  params: PathParams,
  store: Pick<LabelStore, 'adopt' | 'get'>,
): Promise<{ readonly workflow: string; readonly sets: readonly AdoptedSet[] }> {
  const { workflow } = parseWorkflow(text);
  const files = workflow ? pathsOf(workflow, params).filter((path) => SET_FILE.test(path)) : [];
  if (!workflow || files.length === 0) return { workflow: text, sets: [] };
  const marker = join(folder, ADOPTED);
  const before = new Map<string, string>(
    await readRegular(marker, 'utf8')
      .then((json) => Object.entries(JSON.parse(json) as Record<string, string>))
      .catch((): [string, string][] => []),
  );
  const taken = new Map<string, AdoptedSet>();
  for (const file of files) {
    const path = join(folder, ...file.split('/'));
    const name = SET_FILE.exec(file)![1]!.normalize('NFC');
    const known = before.get(file);
    if (known !== undefined && (await store.get(known).catch(() => undefined))) {
      taken.set(file, { name, as: known });
      continue;
    }
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    const set = await withPlaces(await parseSet(await readRegular(path), name), (own) =>
      /^(sample|asset):/.test(own) ? own : own.startsWith('files/') ? `${written}/${own}` : null,
    );
    taken.set(file, { name, as: await store.adopt(name, set) });
  }
  await writeFileAtomic(
    marker,
    Buffer.from(JSON.stringify(Object.fromEntries([...taken].map(([file, { as }]) => [file, as])))),
  );
  const moved = withPaths(workflow, params, (path) => taken.get(path)?.as ?? path);
  return { workflow: serializeWorkflow(moved), sets: [...taken.values()] };
}
