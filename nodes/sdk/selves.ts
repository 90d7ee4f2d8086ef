import type { NodeContext } from './context.ts';
import { isImage, itemKey } from './items.ts';
import type { ImageItem, Similarity } from './values.ts';

/**
 * Returns for each query the position of the same item in the gallery: the same file, or else the first picture with the same bytes.
 * A query often comes from another node than the gallery, for example as an upload of one of its pictures.
 * @param onCopy hears of each query that is another file with the same bytes
 */
export async function selves(
  { queries, gallery }: Similarity,
  { images, signal }: Pick<NodeContext, 'images' | 'signal'>,
  onCopy?: (query: ImageItem, copy: ImageItem) => void,
): Promise<(row: number) => number | undefined> {
  // If both sides are the same list, a picture that is listed twice must find its own row and not that of its copy.
  if (queries === gallery) return (row) => row;
  // Only the places of the queries are kept, because a gallery is usually much longer.
  const wanted = new Set(queries.map(itemKey));
  const places = new Map<string, number>();
  for (const [index, item] of gallery.entries()) {
    const key = itemKey(item);
    if (wanted.has(key) && !places.has(key)) places.set(key, index);
  }
  const others = queries.filter(isImage).filter((query) => !places.has(itemKey(query)));
  if (others.length > 0) {
    // Pictures with the same bytes have the same size, so only those of the gallery are hashed.
    const sizes = new Set(others.map(({ source }) => source.size));
    const alike = [...gallery.entries()].filter(
      (entry): entry is [number, ImageItem] => isImage(entry[1]) && sizes.has(entry[1].source.size),
    );
    if (alike.length > 0) {
      const hashes = await images.hashes([...others, ...alike.map(([, item]) => item)], { signal });
      const byHash = new Map<string, number>();
      for (const [at, [index]] of alike.entries()) {
        const hash = hashes[others.length + at];
        if (hash !== undefined && !byHash.has(hash)) byHash.set(hash, index);
      }
      for (const [at, query] of others.entries()) {
        const index = byHash.get(hashes[at] ?? '');
        if (index === undefined) continue;
        places.set(itemKey(query), index);
        const copy = gallery[index];
        if (copy && isImage(copy)) onCopy?.(query, copy);
      }
    }
  }
  return (row) => {
    const query = queries[row];
    return query && places.get(itemKey(query));
  };
}
