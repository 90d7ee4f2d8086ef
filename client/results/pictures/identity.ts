import { baseName, safeName } from '../../../nodes/sdk/file-names.ts';
import type { LabelChange } from '../../../server/contract/labels.ts';
import type { ViewItem } from '../../../server/contract/view.ts';

/** The path of a picture, for people and for workflows. A stored picture is named by its content. */
export function pathOf({ picture, file, title }: ViewItem): string {
  if (picture && 'asset' in picture) return `asset:${picture.asset}/${safeName(baseName(title))}`;
  return file ?? title;
}

/** The sha256 of a stored picture; undefined for a file, whose content only the server knows. */
export const assetOf = ({ picture }: ViewItem): string | undefined =>
  picture && 'asset' in picture && /^[0-9a-f]{64}$/.test(picture.asset) ? picture.asset : undefined;

/** How a change of a category set names a picture. */
export function namedInChange(item: ViewItem): Pick<LabelChange, 'hash' | 'ref' | 'path'> {
  const hash = assetOf(item);
  if (hash !== undefined) return { hash, path: pathOf(item) };
  const { picture } = item;
  return picture && 'ref' in picture ? { ref: picture.ref } : { path: pathOf(item) };
}
