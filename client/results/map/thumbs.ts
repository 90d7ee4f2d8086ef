import type { ViewItem } from '../../../server/contract/view.ts';
import { sharpThumbnailUrl } from '../../ui/api/files.ts';

/** How many pictures stay loaded, the last used ones. */
const MOST = 1500;

/** The pictures of maps, by their address; null where one cannot be loaded. */
const loaded = new Map<string, HTMLImageElement | null>();

/**
 * The picture of an item, if it is there. Otherwise it is loaded, and `onLoad` is called when it has come.
 * @param edge the side of the square that it is drawn in, in CSS pixels
 */
export function thumbOf(item: ViewItem, edge: number, onLoad: () => void): HTMLImageElement | undefined {
  if (!item.picture) return undefined;
  const address = sharpThumbnailUrl(item.picture, edge);
  const known = loaded.get(address);
  if (known !== undefined) {
    loaded.delete(address);
    loaded.set(address, known);
    if (known?.complete) return known.naturalWidth > 0 ? known : undefined;
    known?.addEventListener('load', onLoad, { once: true });
    return undefined;
  }
  const image = new Image();
  image.decoding = 'async';
  loaded.set(address, image);
  image.addEventListener('load', onLoad, { once: true });
  image.addEventListener('error', () => loaded.set(address, null), { once: true });
  image.src = address;
  for (const oldest of loaded.keys()) {
    if (loaded.size <= MOST) break;
    loaded.delete(oldest);
  }
  return undefined;
}
