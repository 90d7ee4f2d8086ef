import type { MouseEvent } from 'react';
import { useTabs } from '../../document/tabs.ts';
import { menuPoint } from './act.ts';
import { PICTURE_ACTIONS } from './actions.ts';
import { createArea } from './area.ts';
import { openPictureMenu } from './menu.ts';
import { NO_PAGES } from './pages.ts';

/** What can be done with a picture that is not part of a result. */
const FOR_FILES = new Set(['copyPath', 'copyPicture', 'showInFolder', 'download']);
const without = new Set(PICTURE_ACTIONS.map(({ id }) => id).filter((id) => !FOR_FILES.has(id)));

/** Opens the menu of pictures for a file of the server's computer. */
export function openFileMenu(
  { name, path, ref }: { readonly name: string; readonly path: string; readonly ref: string },
  event: MouseEvent<HTMLElement>,
): void {
  event.preventDefault();
  event.stopPropagation();
  const place = { tab: useTabs.getState().active ?? '', nodeId: '' };
  const area = createArea({ ...place, isSelectable: false, pages: () => NO_PAGES, open: () => {}, without });
  const item = { title: name, isPicture: true, picture: { ref }, file: path };
  openPictureMenu({ place, area, items: [{ item }] }, menuPoint(event));
}
