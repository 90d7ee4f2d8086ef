import { safeName } from '../../../nodes/sdk/file-names.ts';
import type { ViewItem } from '../../../server/contract/view.ts';

/** The last part of a path. */
export const baseName = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;

/**
 * The identity of a picture or text: the same in every view of every result, as `itemKey` in the sdk. Two items with the same
 * key are the same file, stored picture or text.
 */
export function keyOf({ picture, file, title, isPicture }: ViewItem): string {
  if (!isPicture) return `text:${title}`;
  if (picture && 'asset' in picture) return `asset:${picture.asset}`;
  if (file !== undefined) return `file:${file}`;
  return picture ? `ref:${picture.ref}` : `title:${title}`;
}

/** The path of a picture, for people and for workflows. A stored picture is named by its content. */
export function pathOf({ picture, file, title }: ViewItem): string {
  if (picture && 'asset' in picture) return `asset:${picture.asset}/${safeName(baseName(title))}`;
  return file ?? title;
}
