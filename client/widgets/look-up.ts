import { useEffect, useState } from 'react';
import type { FolderListing } from '../../server/contract/http.ts';
import type { PathFacts } from '../../server/contract/sharing.ts';
import type { PictureSource } from '../../server/contract/view.ts';
import { useRunFact } from '../runs/store.ts';
import { browse, inspectPaths } from '../ui/api/files.ts';
import { folderText } from '../ui/strings/workflow-text.ts';

/** How long an answer counts as current, in milliseconds. */
const FRESH_MS = 20_000;
/** The most answers to keep. */
const MAX_KEPT = 200;

const kept = new Map<string, { readonly at: number; readonly answer: Promise<FolderListing | null> }>();

/** The contents of a path, or null if it cannot be read. Fields with the same path share one request. */
export function lookUp(path: string): Promise<FolderListing | null> {
  const known = kept.get(path);
  if (known && Date.now() - known.at < FRESH_MS) return known.answer;
  const answer = browse(path).catch(() => null);
  kept.delete(path);
  kept.set(path, { at: Date.now(), answer });
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string);
  return answer;
}

/** The contents of a path: undefined while loading, null if it cannot be read. Waits for a pause in typing. */
export function useLookUp(path: string): FolderListing | null | undefined {
  const [found, setFound] = useState<{ path: string; answer: FolderListing | null }>();
  useEffect(() => {
    if (path === '') return;
    let gone = false;
    const timer = setTimeout(
      () => void lookUp(path).then((answer) => !gone && setFound({ path, answer })),
      kept.has(path) ? 0 : 250,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [path]);
  if (path === '') return null;
  return found?.path === path ? found.answer : undefined;
}

/** What is in a folder and in the folders directly in it. */
export interface FolderFacts {
  readonly pictures: readonly { readonly path: string; readonly name: string; readonly ref: string }[];
  /** The number of pictures, at least. */
  readonly count: number;
  /** Whether there are more pictures than counted. */
  readonly more: boolean;
  readonly folders: readonly string[];
}

/** The most folders to look into. */
const MAX_FOLDERS = 24;

const picturesOf = ({ files }: FolderListing) =>
  files.flatMap(({ path, name, ref }) => (ref === undefined ? [] : [{ path, name, ref }]));

async function factsOf(folder: FolderListing): Promise<FolderFacts> {
  const inside = await Promise.all(folder.folders.slice(0, MAX_FOLDERS).map(({ path }) => lookUp(path)));
  const listings = [folder, ...inside.filter((one) => one !== null)];
  const pictures = listings.flatMap(picturesOf);
  const isPart = folder.folders.length > MAX_FOLDERS || inside.some((one) => one && one.folders.length > 0);
  const more = isPart || listings.some((one) => one.more);
  return {
    pictures,
    count: pictures.length,
    more,
    folders: folder.folders.map(({ path, name }) => folderText(path, name)),
  };
}

/**
 * Why the contents of a path are not shown before a run: there is nothing, Patchbay may not read it, it is of the other kind, or it
 * lies outside of what can be browsed. Undefined while this is not known. It is looked up again when a run ends, which may have found
 * that a file was moved.
 */
export function useWhyUnseen(path: string, isUnseen: boolean): PathFacts['kind'] | undefined {
  const [found, setFound] = useState<{ path: string; kind: PathFacts['kind'] }>();
  const ended = useRunFact((run) => (run?.complete ? run.id : undefined));
  useEffect(() => {
    if (!isUnseen || path === '') return;
    let gone = false;
    void inspectPaths([path]).then(
      ([fact]) => !gone && fact && setFound({ path, kind: fact.kind }),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [path, isUnseen, ended]);
  return isUnseen && found?.path === path ? found.kind : undefined;
}

/** What is in a folder: undefined while loading, null if it cannot be read. */
export function useFolderFacts(path: string): FolderFacts | null | undefined {
  const folder = useLookUp(path);
  const [found, setFound] = useState<{ folder: FolderListing; facts: FolderFacts }>();
  useEffect(() => {
    if (!folder) return;
    let gone = false;
    void factsOf(folder).then((facts) => !gone && setFound({ folder, facts }));
    return () => {
      gone = true;
    };
  }, [folder]);
  if (!folder) return folder;
  // While another folder loads, the strip stays empty instead of showing the one before.
  return found?.folder === folder ? found.facts : undefined;
}

const ASSET = /^asset:([0-9a-f]{64})(?:\/(.+))?$/;

/** The original name of an uploaded picture. Undefined for other paths; empty if the name is unknown. */
export function uploadedName(path: string): string | undefined {
  const found = ASSET.exec(path);
  return found ? (found[2] ?? '') : undefined;
}

/** Where to load the picture at a path: undefined while loading, null if it cannot be shown. */
export function usePicture(path: string): PictureSource | null | undefined {
  const hash = ASSET.exec(path)?.[1];
  const found = useLookUp(hash === undefined ? path : '');
  if (hash !== undefined) return { asset: hash };
  if (found === undefined) return undefined;
  const ref = found?.files.length === 1 && found.folders.length === 0 ? found.files[0]?.ref : undefined;
  return ref === undefined ? null : { ref };
}
