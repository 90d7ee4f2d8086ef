import { catalog } from '../hub/catalog.ts';
import { type Downloads, openDownloads } from '../hub/downloads.ts';
import { hubSettings } from '../hub/settings.ts';
import type { ReadTrained } from '../hub/trained.ts';
import type { Notices } from './notices.ts';

/** Opens the downloads of models and notifies listeners of changes. @param refresh updates the list of models */
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
    // Read each time, because a token may be added while the server runs.
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
