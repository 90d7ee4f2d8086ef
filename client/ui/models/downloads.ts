import { create } from 'zustand';
import type { RouteBody } from '../../../server/contract/http.ts';
import type { Download } from '../../../server/contract/models.ts';
import { startDownload, stopDownload } from '../api/models.ts';
import { messageOf, told } from '../strings/told.ts';
import { tell } from '../tell.ts';
import { loadModels, useModels } from './models.ts';

/** All downloads, as last reported by the server. */
export const useDownloads = create<{ readonly items: readonly Download[] }>(() => ({ items: [] }));

/** Stores the downloads that the server reports. */
export const setDownloads = (items: readonly Download[]): void => useDownloads.setState({ items });

/** Models were added or removed. Components that list or check them load them again. */
export function modelsChanged(): void {
  void loadModels().then(() => useModels.setState(({ changes }) => ({ changes: changes + 1 })));
}

/** Whether a text has the form of a hub repository: owner/name. */
export const isRepoId = (text: string): boolean =>
  /^[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i.test(text) && !text.startsWith('builtin/');

/** Whether a download is running or waiting. */
export const isActive = ({ state }: Download): boolean =>
  state === 'waiting' || state === 'resolving' || state === 'downloading';

function complain(error: unknown): void {
  tell('error', told(messageOf(error)));
}

/** Starts or resumes a download and shows an error if that fails. Resolves to whether it started. */
export async function fetchModel(wish: RouteBody<'startDownload'>): Promise<boolean> {
  try {
    const begun = await startDownload(wish);
    useDownloads.setState(({ items }) => ({
      items: [...items.filter(({ key }) => key !== begun.key), begun],
    }));
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

/** Stops a download, or removes one that has ended from the list. */
export async function endDownload(key: string): Promise<void> {
  await stopDownload(key).catch(complain);
}
