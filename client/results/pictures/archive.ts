import { baseName } from '../../../nodes/sdk/file-names.ts';
import type { ViewItem } from '../../../server/contract/view.ts';
import { archiveUrl } from '../../ui/api/files.ts';
import { downloadFrom } from '../../ui/browser-files.ts';
import { t } from '../../ui/strings/index.ts';

/** Whether pictures have categories, so that they can go into one folder for each. */
export const haveCategories = (items: readonly ViewItem[]): boolean =>
  items.some(({ label }) => label !== undefined);

/**
 * Downloads pictures as one archive: as they are named, or in one folder for each category.
 * @param name the name of the archive, with `.zip`
 */
export async function downloadPictures(
  items: readonly ViewItem[],
  name: string,
  inFolders: boolean,
): Promise<void> {
  const folderOf = ({ label }: ViewItem) => (label ?? t('pictures.noCategory')).replaceAll(/[\\/]/g, '_');
  const pictures = items.flatMap((item) =>
    item.picture
      ? [{ name: inFolders ? `${folderOf(item)}/${baseName(item.title)}` : item.title, ...item.picture }]
      : [],
  );
  downloadFrom(await archiveUrl(name.replace(/\.zip$/, ''), pictures), name);
}
