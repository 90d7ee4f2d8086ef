import * as api from '../ui/api/files.ts';
import type { PictureSource } from './read-item.ts';

/** Address of the whole picture. */
export const pictureUrl = (source: PictureSource): string =>
  'asset' in source
    ? `/api/assets/${encodeURIComponent(source.asset)}`
    : `/api/pictures/${encodeURIComponent(source.ref)}`;

/** Address of a small version; `edge` is its longest edge in CSS pixels, doubled where the screen is finer. */
export function thumbnailUrl(source: PictureSource, edge: number): string {
  const fine = typeof devicePixelRatio === 'number' && devicePixelRatio > 1 ? 2 : 1;
  return api.thumbnailUrl(source, Math.min(2048, edge * fine));
}
