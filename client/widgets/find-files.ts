import { useEffect, useState } from 'react';
import type { FolderListing } from '../../server/contract/http.ts';
import { browse } from '../ui/api/files.ts';

/** Pause in typing before the search starts, in milliseconds. */
const QUIET_MS = 200;
/** How many folders are looked at, and how many entries are shown. */
const MOST_FOLDERS = 2000;
const MOST_FOUND = 200;

/** What a search has found so far. */
export interface Finding {
  readonly found: FolderListing;
  /** How many folders were looked at. */
  readonly looked: number;
  readonly isLooking: boolean;
  /** Where an entry is, below the folder of the search; empty for the folder itself. */
  whereOf(path: string): string;
}

const folded = (name: string) => name.normalize('NFC').toLowerCase();

/**
 * Searches a folder, then the folders below it, level by level. Calls `onFound` after each folder.
 * @param list lists a folder, only entries with `find` in their names if it is given
 */
export async function findFiles(
  root: FolderListing,
  query: string,
  list: (path: string, find: string) => Promise<FolderListing>,
  onFound: (found: FolderListing, looked: number) => void,
): Promise<void> {
  const wanted = folded(query.trim());
  const fits = ({ name }: { readonly name: string }) => folded(name).includes(wanted);
  let found: FolderListing = { ...root, folders: [], files: [], more: false };
  const entered = new Set<string>([root.path]);
  const open: string[] = [];
  const take = (all: FolderListing, fitting: FolderListing) => {
    for (const { path } of all.folders) {
      if (!entered.has(path)) open.push(path);
      entered.add(path);
    }
    const folders = [...found.folders, ...fitting.folders.filter(fits)];
    const files = [...found.files, ...fitting.files.filter(fits)];
    const isFull = folders.length + files.length > MOST_FOUND;
    found = {
      ...found,
      folders: folders.slice(0, MOST_FOUND),
      files: files.slice(0, MOST_FOUND),
      more: isFull,
    };
    return isFull;
  };
  // A long folder is not listed whole, so the server filters it.
  const whole = async (all: FolderListing) => take(all, all.more ? await list(all.path, query.trim()) : all);
  let isFull = await whole(root);
  let looked = 1;
  onFound(found, looked);
  for (let path = open.shift(); path !== undefined && !isFull; path = open.shift()) {
    if (looked >= MOST_FOLDERS) {
      found = { ...found, more: true };
      break;
    }
    // A folder that cannot be read is passed over.
    const all = await list(path, '').catch((error: unknown) => {
      if (error instanceof DOMException) throw error;
      return undefined;
    });
    looked += 1;
    if (all) isFull = await whole(all);
    onFound(found, looked);
  }
  onFound(found, looked);
}

/** Searches while the user types; undefined without a query. Another query or folder ends the search before. */
export function useFinding(root: FolderListing | null, query: string): Finding | undefined {
  const [finding, setFinding] = useState<Omit<Finding, 'whereOf'> & { readonly query: string }>();
  useEffect(() => {
    if (root === null || query.trim() === '') return setFinding(undefined);
    const left = new AbortController();
    const empty = { ...root, folders: [], files: [], more: false };
    const tell = (found: FolderListing, looked: number, isLooking: boolean) => {
      if (!left.signal.aborted) setFinding({ query, found, looked, isLooking });
    };
    let last: FolderListing = empty;
    let seen = 0;
    const timer = setTimeout(() => {
      findFiles(
        root,
        query,
        (path, find) => browse(path, left.signal, find),
        (found, looked) => {
          [last, seen] = [found, looked];
          tell(found, looked, true);
        },
      )
        .catch(() => {})
        .finally(() => tell(last, seen, false));
    }, QUIET_MS);
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [root, query]);
  if (finding === undefined || root === null || query.trim() === '') return undefined;
  const { path: base } = root;
  return {
    ...finding,
    whereOf: (path) => {
      const below = path.startsWith(base) ? path.slice(base.length).replace(/^[/\\]/, '') : path;
      return below.split(/[/\\]/).slice(0, -1).join('/');
    },
  };
}
