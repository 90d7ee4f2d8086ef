// How a selection names pictures. The studio writes entries, nodes read them.

/** The most pictures in one selection. */
export const MOST_SELECTED = 100_000;

/** A sha256, and after a colon the path of the file. */
const CONTENT = /^([0-9a-f]{64})(?::(.*))?$/is;

/**
 * The entry of a picture in a selection. Its sha256 finds it when it is moved or renamed; its path tells it apart from other files with
 * the same content. A picture whose file cannot be read has only its path, and one that is stored in the studio only its content.
 */
export function selectionEntry({ hash, path }: { readonly hash?: string; readonly path?: string }): string {
  if (hash === undefined) return path ?? '';
  return path === undefined ? hash : `${hash}:${path}`;
}

/** What an entry names: the path of a picture, the sha256 of its content in lower case, or both. */
export function entryNames(entry: string): { readonly hash?: string; readonly path?: string } {
  const [, hash, path] = CONTENT.exec(entry) ?? [];
  if (hash === undefined) return { path: entry };
  return { hash: hash.toLowerCase(), ...(path !== undefined && { path }) };
}

/** Whether an entry names a picture by its content, so that files must be read to find it. */
export const namesContent = (entry: string): boolean => CONTENT.test(entry);

/**
 * Finds the pictures that a selection names. `chosen` are their positions in order; `gone` is how many of `total` entries fit none.
 *
 * - `<sha256>:<path>`, as the studio writes: the picture of this content at this path. If it is not there, it was moved, and its
 *   content finds it: all pictures of this content that no other entry names by their path.
 * - `<sha256>`: all pictures of this content.
 * - `<path>`: the pictures at this path, whatever they contain.
 */
export function chosenBy(
  entries: readonly string[],
  pictures: readonly { readonly path: string; readonly hash: string | undefined }[],
): { readonly chosen: readonly number[]; readonly gone: number; readonly total: number } {
  const placesBy = (keyOf: (at: number) => string | undefined) => {
    const places = new Map<string, number[]>();
    for (const at of pictures.keys()) {
      const key = keyOf(at);
      if (key === undefined) continue;
      const own = places.get(key);
      if (own) own.push(at);
      else places.set(key, [at]);
    }
    return (key: string): readonly number[] => places.get(key) ?? [];
  };
  const atPath = placesBy((at) => pictures[at]?.path);
  const ofContent = placesBy((at) => pictures[at]?.hash?.toLowerCase());
  const chosen = new Set<number>();
  const moved: string[] = [];
  let gone = 0;
  const add = (found: readonly number[]) => {
    if (found.length === 0) gone++;
    for (const at of found) chosen.add(at);
  };
  const unique = new Set(
    entries.map((entry) => entry.replace(CONTENT, (all, hash: string) => hash.toLowerCase() + all.slice(64))),
  );
  for (const entry of unique) {
    const { hash, path } = entryNames(entry);
    if (hash === undefined) add(atPath(entry));
    else if (path === undefined) add(ofContent(hash));
    else {
      const found = ofContent(hash).filter((at) => pictures[at]?.path === path);
      if (found.length > 0) add(found);
      else moved.push(hash);
    }
  }
  const named = new Set(chosen);
  for (const hash of moved) add(ofContent(hash).filter((at) => !named.has(at)));
  return { chosen: [...chosen].sort((a, b) => a - b), gone, total: unique.size };
}
