import { baseName, safeName } from '../../../nodes/sdk/file-names.ts';
import type { ViewItem } from '../../../server/contract/view.ts';

/** The path of a picture, for people and for workflows. A stored picture is named by its content. */
export function pathOf({ picture, file, title }: ViewItem): string {
  if (picture && 'asset' in picture) return `asset:${picture.asset}/${safeName(baseName(title))}`;
  return file ?? title;
}
