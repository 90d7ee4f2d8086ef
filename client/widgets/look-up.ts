import { useEffect, useState } from 'react';
import type { FolderMessage } from '../../server/protocol.ts';
import type { PictureSource } from '../results/read-item.ts';
import { browse } from '../ui/api/files.ts';

/** How long an answer is taken for the present state, in milliseconds. */
const FRESH_MS = 20_000;
/** Most answers that are kept. */
const MAX_KEPT = 200;

const kept = new Map<string, { readonly at: number; readonly answer: Promise<FolderMessage | null> }>();

/** What is at a path, or null where nothing can be seen; asked for once by many fields. */
export function lookUp(path: string): Promise<FolderMessage | null> {
  const known = kept.get(path);
  if (known && Date.now() - known.at < FRESH_MS) return known.answer;
  const answer = browse(path).catch(() => null);
  kept.delete(path);
  kept.set(path, { at: Date.now(), answer });
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string);
  return answer;
}

/** What is at a path: undefined while it is looked up, null where nothing can be seen. Waits until typing pauses. */
export function useLookUp(path: string): FolderMessage | null | undefined {
  const [found, setFound] = useState<{ path: string; answer: FolderMessage | null }>();
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

const ASSET = /^asset:([0-9a-f]{64})(?:\/(.+))?$/;

/** What an uploaded picture is called: undefined for the path of any other one, empty where its name is not known. */
export function uploadedName(path: string): string | undefined {
  const found = ASSET.exec(path);
  return found ? (found[2] ?? '') : undefined;
}

/** How the picture at a path can be shown: undefined while it is looked up, null where it cannot. */
export function usePicture(path: string): PictureSource | null | undefined {
  const hash = ASSET.exec(path)?.[1];
  const found = useLookUp(hash === undefined ? path : '');
  if (hash !== undefined) return { asset: hash };
  if (found === undefined) return undefined;
  const ref = found?.files.length === 1 && found.folders.length === 0 ? found.files[0]?.ref : undefined;
  return ref === undefined ? null : { ref };
}
