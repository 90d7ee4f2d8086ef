import { notifications } from '@mantine/notifications';
import { create } from 'zustand';
import type { DownloadMessage } from '../../../server/protocol.ts';
import { type FetchWish, startDownload, stopDownload } from '../api/models.ts';
import { messageOf, told } from '../strings/told.ts';
import { loadModels, useModels } from './models.ts';

/** The models on their way, as the server told last. */
export const useDownloads = create<{ readonly items: readonly DownloadMessage[] }>(() => ({ items: [] }));

/** Takes what the server tells of all downloads. */
export const setDownloads = (items: readonly DownloadMessage[]): void => useDownloads.setState({ items });

/** Others came or went: whoever lists them or checks against them asks again. */
export function modelsChanged(): void {
  void loadModels().then(() => useModels.setState(({ changes }) => ({ changes: changes + 1 })));
}

/** Whether it could be a repository of the hub: owner/name. */
export const isRepoId = (text: string): boolean =>
  /^[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i.test(text) && !text.startsWith('builtin/');

/** Whether a download is under way. */
export const isActive = ({ state }: DownloadMessage): boolean =>
  state === 'waiting' || state === 'resolving' || state === 'downloading';

function complain(error: unknown): void {
  notifications.show({ color: 'red', message: told(messageOf(error)) });
}

/** Begins a download, or goes on with it; what went wrong is told. Resolves to whether it began. */
export async function fetchModel(wish: FetchWish): Promise<boolean> {
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

/** Stops a download, or takes one that has ended off the list. */
export async function endDownload(key: string): Promise<void> {
  await stopDownload(key).catch(complain);
}
