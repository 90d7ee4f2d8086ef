import type { Label, LabelPicture, LabelPicturesPage } from '../contract/labels.ts';
import type { SetContent } from '../runtime/labels/set-file.ts';
import type { PictureFinder } from './import.ts';
import { placesOf } from './places.ts';

/** Whether a set has a picture: it says something about it, or knows where it is. */
const has = ({ category, not, path }: Label): boolean => category !== null || not.length > 0 || path !== null;

/** The name of a picture for people. */
function titleOf({ path, hash }: Label): string {
  if (path === null) return hash.slice(0, 12);
  const [, asset, name] = /^asset:([0-9a-f]{64})(?:\/(.+))?$/.exec(path) ?? [];
  return asset === undefined ? path : (name ?? asset.slice(0, 12));
}

/**
 * A page of the pictures of a set, with or without a category, in the order in which the set first saw them.
 * @param from how many to pass over
 * @param refOf makes the `ref` of an absolute path
 */
export async function setPictures(
  set: SetContent,
  { from, limit }: { readonly from: number; readonly limit: number },
  finder: Pick<PictureFinder, 'resolve' | 'hashes' | 'written'>,
  refOf: (file: string) => string,
): Promise<LabelPicturesPage> {
  const all = [...set.labels.values()].filter(has);
  const page = all.slice(from, from + limit);
  const places = await placesOf(page, finder);
  const items = page.map((label, i): LabelPicture => {
    const file = places[i];
    const own = { hash: label.hash, title: titleOf(label) };
    if (file === undefined) return { ...own, path: label.path };
    if (file.startsWith('asset:')) return { ...own, path: label.path, asset: label.hash };
    return { ...own, path: finder.written(file), file, ref: refOf(file) };
  });
  const next = from + limit < all.length ? String(from + limit) : null;
  return { items, next, total: all.length };
}
