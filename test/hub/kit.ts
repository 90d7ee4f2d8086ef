import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach } from 'vitest';
import type { Catalog } from '../../models/catalog.ts';
import { type FetchProgress, fetchModel } from '../../server/hub/fetch-model.ts';
import { modelFolder } from '../../server/hub/fetched.ts';
import type { ModelWish } from '../../server/hub/plan.ts';
import { type HubSettings, hubSettings } from '../../server/hub/settings.ts';
import type { ReadTrained } from '../../server/hub/trained.ts';
import { gitSha1, sha256, type TestHub } from './hub.ts';

const folders = new Set<string>();
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** A new folder that is deleted after the test. @param where a parent folder on another disk */
export function fresh(where = tmpdir()): string {
  const folder = mkdtempSync(join(where, 'patchbay-hub-'));
  folders.add(folder);
  return folder;
}

export const EMPTY: Catalog = { version: 1, models: [] };

/** A downloader with its own data folder and Hugging Face home. */
export interface Fetcher {
  readonly data: string;
  readonly home: string;
  readonly settings: HubSettings;
  fetch(
    wish: ModelWish | string,
    options?: { signal?: AbortSignal; onProgress?: (progress: FetchProgress) => void },
  ): ReturnType<typeof fetchModel>;
  /** The files of a model's folder, by path. */
  files(repo: string): Promise<Map<string, Buffer>>;
}

/** @param env further environment variables of Hugging Face */
export function fetcher(
  hub: Pick<TestHub, 'url'>,
  {
    env = {},
    catalog = EMPTY,
    tries = 4,
    stallMs = 30_000,
    data = fresh(),
    home = fresh(),
    readTrained,
  }: {
    env?: Record<string, string>;
    catalog?: Catalog;
    tries?: number;
    stallMs?: number;
    data?: string;
    home?: string;
    readTrained?: ReadTrained;
  } = {},
): Fetcher {
  const settings: HubSettings = {
    ...hubSettings({ HF_ENDPOINT: hub.url, HF_HOME: home, ...env }),
    ...{ tries, stallMs, pauseMs: 1 },
  };
  return {
    ...{ data, home, settings },
    fetch: (wish, { signal = new AbortController().signal, onProgress } = {}) =>
      fetchModel(
        typeof wish === 'string' ? { repo: wish } : wish,
        { dataFolder: data, catalog, settings, readTrained },
        signal,
        onProgress,
      ),
    async files(repo) {
      const folder = modelFolder(data, repo);
      const names: string[] = await readdir(folder, { recursive: true }).catch(() => []);
      const found = new Map<string, Buffer>();
      for (const name of names) {
        const path = join(folder, name);
        if ((await stat(path)).isFile()) found.set(name, await readFile(path));
      }
      return found;
    },
  };
}

/** Fills a cache with a repository, as Python's huggingface_hub does. @returns the path of each blob */
export function fillCache(home: string, hub: TestHub, repo: string): Map<string, string> {
  const folder = join(home, 'hub', `models--${repo.replace('/', '--')}`);
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  mkdirSync(join(folder, 'refs'), { recursive: true });
  writeFileSync(join(folder, 'refs', 'main'), hub.commit);
  const blobs = new Map<string, string>();
  for (const [path, { bytes, lfs }] of hub.repos.get(repo)!) {
    const blob = join(folder, 'blobs', lfs ? sha256(bytes) : gitSha1(bytes));
    writeFileSync(blob, bytes);
    const link = join(folder, 'snapshots', hub.commit, path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), blob), link);
    blobs.set(path, blob);
  }
  return blobs;
}
