import { join } from 'node:path';
import { type Message, messageOf, noCollection, PatchbayError } from '../../nodes/sdk/index.ts';
import { parseWorkflow } from '../../workflows/parse.ts';
import { collectionName } from '../contract/kept-name.ts';
import { collectionMessage } from '../contract/messages/collections.ts';
import type { LeftOut, RunRequestBody, RunSummary } from '../contract/run.ts';
import { collectionNames } from '../runtime/collections/manifest.ts';
import { contentsOf, type WatchedFolder, watchFolders } from './folder-watch.ts';
import {
  type Follow,
  foldersOf,
  readFollow,
  removeFollow,
  savingNode,
  workflowFor,
  writeFollow,
} from './follow-file.ts';

/** What following needs from the server. */
export interface FollowDeps {
  /** The folder `collections`. */
  readonly root: string;
  /** Finished runs with their workflows, newest first. */
  readonly runs: () => Iterable<{
    readonly workflowId: string | null;
    readonly workflow: () => string | undefined;
  }>;
  /** Puts a run into the queue. @throws PatchbayError if it is refused */
  readonly start: (request: RunRequestBody) => Promise<RunSummary>;
  /** Resolves with a run when it has ended, or when `signal` fires. */
  readonly ended: (id: string, signal: AbortSignal) => Promise<RunSummary | undefined>;
  /** The pictures that a run left out, each once. */
  readonly leftOut: (id: string) => readonly LeftOut[];
  readonly cancel: (id: string) => Promise<unknown>;
  /** The absolute path of a folder of a workflow. @throws PatchbayError `path.*`, `file.forbidden` */
  readonly resolve: (path: string, workflowId: string | null) => Promise<string>;
  /** The state of a collection has changed. */
  readonly onChange: (name: string) => void;
  readonly onError: (error: unknown) => void;
  /** Times in milliseconds, for tests. */
  readonly quietMs?: number;
  readonly lookMs?: number;
}

/** Collections that follow folders: new pictures are added while the server runs, changed ones saved again, and gone ones removed. */
export interface Followers {
  /**
   * Lets a collection follow the folders of the workflow that saved it last.
   * @throws PatchbayError `collection.not-found`, `collection.no-run`, `collection.no-folder`, `collection.follow-sample`
   */
  follow(name: string): Promise<void>;
  /** @throws PatchbayError `collection.not-found` */
  unfollow(name: string): Promise<void>;
  /** Starts and ends following as the files say: after a collection was renamed, deleted or restored. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing must change for so long before a run begins, so that a copy of many files is one run. */
const QUIET_MS = 2000;
/** How often the folders are looked through for changes that the system did not tell. */
const LOOK_MS = 60_000;
/** A look takes at most this part of the time. */
const SHARE = 50;
/** The most pictures that a problem names. */
const NAMED = 5;
/** The most finished runs that are searched for the one that saved a collection. */
const MOST_RUNS = 500;

/** Whether a collection follows folders now. */
const isOn = (follow: Follow | undefined): follow is Follow =>
  follow !== undefined && follow.state !== 'paused';

/** One collection that follows its folders. */
class Follower {
  readonly #deps: FollowDeps;
  readonly #name: string;
  readonly #folder: string;
  readonly #stop = new AbortController();
  #follow: Follow;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  #isAgain = false;
  #run: string | undefined;

  constructor(deps: FollowDeps, name: string, folder: string, follow: Follow) {
    this.#deps = deps;
    this.#name = name;
    this.#folder = folder;
    this.#follow = follow;
    this.#soon(0);
  }

  /** @param isOver whether the collection follows no longer; otherwise the server stops, and the next one resumes a run */
  async close(isOver: boolean): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#unwatch?.();
    // It would save under the old name, or what nobody wants any more.
    if (isOver && this.#run !== undefined) await this.#deps.cancel(this.#run);
    await this.#working;
  }

  /** Looks after a while, and not before. */
  #soon(ms: number): void {
    if (this.#stop.signal.aborted) return;
    if (this.#isWorking) {
      this.#isAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#working = this.#look();
    }, ms).unref();
  }

  async #look(): Promise<void> {
    this.#isWorking = true;
    this.#isAgain = false;
    const began = performance.now();
    let looked = 0;
    try {
      const folders = await this.#folders();
      // Watched before they are read, so that no change falls between both.
      await this.#watch(folders);
      const contents = await contentsOf(folders, this.#stop.signal);
      looked = performance.now() - began;
      if (contents === this.#follow.seen) {
        const { left } = this.#follow;
        await this.#say(left ? 'problem' : 'current', left);
      } else await this.#add(contents);
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#fail(error);
    } finally {
      this.#isWorking = false;
      const { quietMs = QUIET_MS, lookMs = LOOK_MS } = this.#deps;
      this.#soon(this.#isAgain ? quietMs : Math.max(lookMs, looked * SHARE));
    }
  }

  async #folders(): Promise<WatchedFolder[]> {
    const { workflow, node, workflowId } = this.#follow;
    return Promise.all(
      foldersOf(workflow, node).map(async ({ path, ...how }) => ({
        ...how,
        path: await this.#deps.resolve(path, workflowId),
      })),
    );
  }

  async #watch(folders: readonly WatchedFolder[]): Promise<void> {
    this.#unwatch?.();
    this.#unwatch = await watchFolders(folders, () => this.#soon(this.#deps.quietMs ?? QUIET_MS));
    if (this.#stop.signal.aborted) this.#unwatch();
  }

  /** Runs the workflow, so that the collection gets what is in the folders now. */
  async #add(contents: string): Promise<void> {
    const { workflowId, node } = this.#follow;
    await this.#say('running', null);
    const { id } = await this.#deps.start({
      workflow: workflowFor(this.#follow, this.#name),
      targets: [node],
      series: `follow ${this.#name}`,
      ...(workflowId !== null && { workflowId }),
    });
    this.#run = id;
    const run = await this.#deps.ended(id, this.#stop.signal);
    this.#run = undefined;
    if (this.#stop.signal.aborted) return;
    // Cancelled by a person: the same is not begun again until something changes.
    this.#follow = { ...this.#follow, seen: contents, left: this.#leftBy(run) };
    const { left } = this.#follow;
    await this.#say(left ? 'problem' : 'current', left);
  }

  /** What a run could not do: it failed, or left pictures out. */
  #leftBy(run: RunSummary | undefined): Message | null {
    const name = this.#name;
    if (run?.status !== 'completed' && run?.status !== 'partial') {
      const reason = run?.problem ?? collectionMessage('collection.follow-ended');
      return collectionMessage('collection.follow-failed', { name, reason });
    }
    const pictures = this.#deps.leftOut(run.id);
    const [first] = pictures;
    if (!first) return null;
    const names = pictures.slice(0, NAMED).map((one) => one.name);
    return collectionMessage('collection.follow-unread', {
      ...{ name, count: pictures.length, first: first.name, reason: first.reason },
      names: pictures.length > NAMED ? [...names, '…'] : names,
    });
  }

  async #fail(error: unknown): Promise<void> {
    const isKnown = error instanceof PatchbayError;
    if (!isKnown) this.#deps.onError(error);
    const reason = isKnown ? messageOf(error) : String((error as Error).message ?? error).slice(0, 200);
    const problem = collectionMessage('collection.follow-failed', { name: this.#name, reason });
    await this.#say('problem', isKnown ? messageOf(error) : problem).catch(this.#deps.onError);
  }

  async #say(state: Follow['state'], problem: Message | null): Promise<void> {
    const known = await readFollow(this.#folder, this.#name);
    // Ended or paused meanwhile, or the collection is gone.
    if (!known || known.state === 'paused' || this.#stop.signal.aborted) return;
    const { seen } = this.#follow;
    this.#follow = { ...this.#follow, state, problem, at: new Date().toISOString() };
    if (known.seen === seen && known.state === state && known.problem?.message === problem?.message) return;
    await writeFollow(this.#folder, this.#follow);
    this.#deps.onChange(this.#name);
  }
}

/** Follows the folders of all collections that do so. */
export function openFollowers(deps: FollowDeps): Followers {
  const { root, runs } = deps;
  /** By the folder of the collection. */
  const followers = new Map<string, Follower>();
  let isClosed = false;
  let last: Promise<void> = Promise.resolve();

  async function find(given: string): Promise<{ name: string; folder: string }> {
    const name = collectionName(given);
    const names = await collectionNames(root);
    const own = names.get(name);
    if (own === undefined) throw new PatchbayError(noCollection(name, names.keys()));
    return { name, folder: join(root, own) };
  }

  async function end(folder: string): Promise<void> {
    const one = followers.get(folder);
    followers.delete(folder);
    await one?.close(true);
  }

  async function syncAll(): Promise<void> {
    const names = await collectionNames(root);
    const present = new Map([...names].map(([name, own]) => [join(root, own), name]));
    for (const folder of followers.keys())
      if (!present.has(folder) || !isOn(await readFollow(folder, '').catch(() => undefined))) {
        await end(folder);
      }
    for (const [folder, name] of present) {
      if (followers.has(folder) || isClosed) continue;
      const follow = await readFollow(folder, name).catch((error: unknown) => {
        deps.onError(error);
        return undefined;
      });
      if (isOn(follow) && !isClosed) followers.set(folder, new Follower(deps, name, folder, follow));
    }
  }
  const sync = () => {
    last = last.then(() => (isClosed ? undefined : syncAll())).catch(deps.onError);
    return last;
  };

  /** The workflow of the newest run that saved a collection. */
  function made(name: string): Pick<Follow, 'workflow' | 'workflowId' | 'node'> | undefined {
    let left = MOST_RUNS;
    for (const { workflowId, workflow: textOf } of runs()) {
      if (left-- === 0) return undefined;
      const text = textOf();
      // Most workflows do not save collections, and need not be read as a whole.
      if (!text?.includes('"collection/save"')) continue;
      const { workflow } = parseWorkflow(text);
      const node = workflow && savingNode(workflow, name);
      if (node) return { workflow, workflowId, node: node.id };
    }
    return undefined;
  }

  return {
    async follow(given) {
      const { name, folder } = await find(given);
      const found = made(name);
      if (!found) throw new PatchbayError(collectionMessage('collection.no-run', { name }));
      const folders = foldersOf(found.workflow, found.node).map(({ path }) => path);
      if (folders.length === 0) throw new PatchbayError(collectionMessage('collection.no-folder', { name }));
      const sample = folders.find((path) => path.startsWith('sample:'));
      if (sample !== undefined)
        throw new PatchbayError(collectionMessage('collection.follow-sample', { name, folder: sample }));
      await end(folder);
      const at = new Date().toISOString();
      await writeFollow(folder, { ...found, seen: null, state: 'running', problem: null, left: null, at });
      await sync();
      deps.onChange(name);
    },
    async unfollow(given) {
      const { name, folder } = await find(given);
      // First, so that it does not write its file again.
      await end(folder);
      await removeFollow(folder);
      await sync();
      deps.onChange(name);
    },
    sync,
    async close() {
      isClosed = true;
      await last;
      await Promise.all([...followers.values()].map((one) => one.close(false)));
    },
  };
}
