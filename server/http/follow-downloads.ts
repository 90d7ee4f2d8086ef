import { catalog } from '../hub/catalog.ts';
import { type Downloads, openDownloads } from '../hub/downloads.ts';
import { hubSettings } from '../hub/settings.ts';
import type { ReadTrained } from '../hub/trained.ts';
import type { Notices } from './notices.ts';

/** Fetches models in this process, and tells whoever listens. @param refresh looks again which models there are */
export function followDownloads(
  dataFolder: string,
  notices: Notices,
  refresh: () => Promise<void>,
  readTrained: ReadTrained,
): Promise<Downloads> {
  return openDownloads({
    dataFolder,
    catalog,
    readTrained,
    // Read each time: a token may come while the server runs.
    get settings() {
      return hubSettings();
    },
    onChange: notices.downloadsChanged,
    async onFetched() {
      await refresh();
      notices.modelsChanged();
    },
  });
}
