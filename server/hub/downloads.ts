import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CancelledError, type Message, messageOf, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { type Download, precisionSchema } from '../contract/models.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import { type FetchProgress, type FetchWorld, fetchModel } from './fetch-model.ts';
import { stagingFolder } from './fetched.ts';
import { withHint } from './meant.ts';
import { folderName, parseRepo, type RepoRef } from './names.ts';
import { catalogued, type ModelWish } from './plan.ts';
import { Rate, secondsLeft } from './rate.ts';

/** How many models are downloaded at the same time; the others wait. */
const AT_ONCE = 2;
/** How many finished downloads the list keeps. */
const MAX_ENDED = 20;

/** Settings of {@link openDownloads}. */
export interface DownloadsOptions extends FetchWorld {
  /** Called, often, when something in the list has changed. */
  readonly onChange: () => void;
  /** Called when all files of a model are in its folder. The download ends when the promise does. */
  readonly onFetched: (id: string) => Promise<void>;
}

/** The downloads of a server, one per model. They continue when no client is connected. */
export interface Downloads {
  list(): Download[];
  /** Starts or continues a download. Returns the active one if there is one. @throws PatchbayError `hub.repo-id` */
  start(wish: ModelWish): Promise<Download>;
  /** Stops a download and keeps its files. Removes an ended one from the list, with its files. @throws PatchbayError `hub.no-download` */
  cancel(key: string): Promise<void>;
  close(): Promise<void>;
}

interface Job {
  readonly key: string;
  readonly wish: ModelWish;
  readonly control: AbortController;
  readonly rate: Rate;
  state: Download['state'];
  title: string;
  progress: FetchProgress;
  problem?: Message;
  ended?: Promise<void>;
}

const EMPTY: FetchProgress = { state: 'waiting', doneBytes: 0, totalBytes: 0, fetchedBytes: 0 };
const wishSchema = z.object({
  repo: z.string(),
  revision: z.string().optional(),
  precision: precisionSchema.optional(),
  title: z.string().optional(),
  doneBytes: z.number().optional(),
  totalBytes: z.number().optional(),
});

const isOver = ({ state }: Job) => state === 'done' || state === 'failed' || state === 'stopped';

function shown({ key, wish, state, title, progress, problem, rate }: Job): Download {
  const { plan, doneBytes, totalBytes } = progress;
  const bytesPerSecond = state === 'downloading' ? rate.perSecond() : 0;
  return {
    ...{ key, id: plan?.id ?? wish.repo, title: plan?.title ?? title, repo: plan?.repo ?? wish.repo, state },
    revision: plan?.revision ?? wish.revision ?? null,
    precision: plan?.precision ?? wish.precision ?? null,
    ...{ doneBytes, totalBytes, bytesPerSecond },
    secondsLeft: secondsLeft(doneBytes, totalBytes, bytesPerSecond) ?? null,
    problem: problem ?? null,
  };
}

/** Opens the downloads of a data folder. Downloads that an earlier server left unfinished are listed as stopped. */
export async function openDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { dataFolder, catalog, onChange } = options;
  const jobs = new Map<string, Job>();
  const noteOf = (repo: string) => join(stagingFolder(dataFolder, repo), 'download.json');
  for (const job of await readStopped(dataFolder)) jobs.set(job.key, job);

  const note = async ({ wish, title, progress }: Job) => {
    const { doneBytes, totalBytes, plan } = progress;
    const path = noteOf(wish.repo);
    // Deleted together with this folder when the download is complete.
    await makeFolder(dirname(path));
    await writeFile(path, JSON.stringify({ ...wish, title: plan?.title ?? title, doneBytes, totalBytes }));
  };

  async function work(job: Job): Promise<void> {
    const { control, wish, rate } = job;
    try {
      await note(job);
      let noted = false;
      const manifest = await fetchModel(wish, options, control.signal, (progress) => {
        job.progress = progress;
        job.state = progress.state;
        rate.add(progress.fetchedBytes);
        if (progress.plan && progress.totalBytes > 0 && !noted) {
          noted = true;
          void note(job).catch(() => {});
        }
        onChange();
      });
      await options.onFetched(manifest.id);
      job.state = 'done';
    } catch (error) {
      job.state = error instanceof CancelledError ? 'stopped' : 'failed';
      if (job.state === 'stopped') await note(job).catch(() => {});
      else if (error instanceof PatchbayError) job.problem = messageOf(error);
      else job.problem = hubMessage('hub.failed', { model: wish.repo, reason: String(error) });
    }
    onChange();
    next();
  }

  function next(): void {
    const all = [...jobs.values()];
    const waiting = all.filter((job) => !isOver(job) && !job.ended);
    const free = AT_ONCE - all.filter((job) => !isOver(job) && job.ended).length;
    for (const job of waiting.slice(0, Math.max(0, free))) job.ended = work(job);
    const ended = all.filter((job) => job.state === 'done');
    for (const { key } of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) jobs.delete(key);
  }

  function parsed(text: string): RepoRef {
    try {
      return parseRepo(text);
    } catch (error) {
      throw error instanceof PatchbayError ? withHint(error, text, catalog) : error;
    }
  }

  return {
    list: () => [...jobs.values()].map(shown),
    async start(wish) {
      const known = catalogued(wish, catalog);
      const ref = known?.repo === undefined ? parsed(wish.repo) : { repo: known.repo };
      const key = folderName(ref.repo);
      const present = jobs.get(key);
      if (present && !isOver(present)) return shown(present);
      await present?.ended;
      const job: Job = {
        key,
        wish: { ...ref, ...wish, repo: ref.repo },
        ...{
          control: new AbortController(),
          rate: new Rate(),
          state: 'waiting',
          title: present?.title ?? known?.title ?? ref.repo,
        },
        progress: present && !isOver(present) ? present.progress : EMPTY,
      };
      jobs.delete(key);
      jobs.set(key, job);
      next();
      onChange();
      return shown(job);
    },
    async cancel(key) {
      const job = jobs.get(key);
      if (!job) throw new PatchbayError(hubMessage('hub.no-download'));
      if (isOver(job)) {
        jobs.delete(key);
        if (job.state !== 'done')
          await rm(stagingFolder(dataFolder, job.wish.repo), { recursive: true, force: true });
      } else {
        job.control.abort();
        if (job.ended) await job.ended;
        else job.state = 'stopped';
      }
      onChange();
    },
    async close() {
      for (const job of jobs.values()) if (!isOver(job)) job.control.abort();
      await Promise.all([...jobs.values()].map(({ ended }) => ended));
    },
  };
}

/** The downloads that were active when a server ended. */
async function readStopped(dataFolder: string): Promise<Job[]> {
  const folder = join(dataFolder, 'downloads');
  const names: string[] = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const parsed = wishSchema.parse(
          JSON.parse(await readRegular(join(folder, name, 'download.json'), 'utf8')),
        );
        const { title, doneBytes = 0, totalBytes = 0, ...wish } = parsed;
        if (folderName(parseRepo(wish.repo).repo) !== name) return [];
        const job: Job = {
          ...{
            key: name,
            wish,
            control: new AbortController(),
            rate: new Rate(),
            state: 'stopped',
            title: title ?? wish.repo,
          },
          progress: { ...EMPTY, doneBytes, totalBytes },
        };
        return [job];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}
