import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, hostname } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { PatchbayError } from '../nodes/sdk/index.ts';
import { openLibrary } from './collections/library.ts';
import type { Problem } from './contract/basics.ts';
import type { Health } from './contract/http.ts';
import { storageMessage } from './contract/messages/storage.ts';
import { pathParamsOf, setParamsOf } from './contract/path-params.ts';
import type { RunSummary } from './contract/run.ts';
import { dataFolder as usualDataFolder } from './data-folder.ts';
import { createApp } from './http/app.ts';
import { takeCrashReports } from './http/crash-reports.ts';
import { filesBelow } from './http/files/contained.ts';
import { createBrowser, type Places } from './http/files/places.ts';
import { createReceiver } from './http/files/receive.ts';
import { createThumbnails } from './http/files/thumbnails.ts';
import { createUploader } from './http/files/uploads.ts';
import { followDownloads } from './http/follow-downloads.ts';
import { followFolders } from './http/follow-folders.ts';
import { createGate, type Gate } from './http/gate/gate.ts';
import { serveLive } from './http/live/live.ts';
import { type LoopGap, watchLoop } from './http/loop-gap.ts';
import { createNotices } from './http/notices.ts';
import { describeApi, type OpenApi } from './http/openapi.ts';
import { createQueue } from './http/queue.ts';
import { createRecorder } from './http/recorder.ts';
import { keepNewestRuns } from './http/retention.ts';
import { aboutRoutes } from './http/routes/about.ts';
import { collectionRoutes } from './http/routes/collections.ts';
import { embeddingRoutes } from './http/routes/embeddings.ts';
import { fileRoutes } from './http/routes/files.ts';
import { labelRoutes } from './http/routes/labels.ts';
import { modelRoutes } from './http/routes/models.ts';
import { movesRoutes } from './http/routes/moves.ts';
import { runRoutes } from './http/routes/runs.ts';
import { sharingRoutes } from './http/routes/sharing.ts';
import { trashRoutes } from './http/routes/trash.ts';
import { workflowRoutes } from './http/routes/workflows.ts';
import { type AccessPolicy, isLoopback, isShared } from './http/security.ts';
import { createShowFolder } from './http/show-folder.ts';
import { endSlowBodies } from './http/slow-bodies.ts';
import { loadStarters, STARTER } from './http/starters.ts';
import { openLabelStore } from './labels/store.ts';
import { loadAllNodes } from './load-nodes.ts';
import { errorFields, type Log } from './log.ts';
import { packageRoot, version } from './package-root.ts';
import { createReferences } from './results/references.ts';
import { runnerEnvironment } from './runner/environment.ts';
import type { Supervisor } from './runner/supervisor.ts';
import { createAssetStore } from './runtime/files/assets.ts';
import { writeFileAtomic } from './runtime/files/atomic.ts';
import { makeFolder } from './runtime/files/make-folder.ts';
import { movesOf, noMoves } from './runtime/files/moves.ts';
import { createPathResolver } from './runtime/files/paths.ts';
import { PICTURE_EXTENSIONS } from './runtime/images/formats.ts';
import { trainedLogits } from './runtime/models/trained/trained-logits.ts';
import { serverNotePath, serverOf } from './server-note.ts';
import { lockFolder, watchFolder } from './store/folder-guard.ts';
import { type Journal, openJournal } from './store/journal.ts';
import { describeDeletion } from './trash/deletion.ts';
import { expireTrash } from './trash/expiry.ts';
import { openTrash } from './trash/trash.ts';

/** The options of a server. */
export interface ServerOptions {
  readonly host: string;
  /** 0 chooses any free port. */
  readonly port: number;
  readonly dataFolder: string;
  /** The token that all clients must send. One is made if others can reach the server. */
  readonly token?: string;
  /** More host names that the server accepts, in addition to IP addresses and the name of this machine. */
  readonly allowedHosts?: readonly string[];
  readonly maxUploadBytes: number;
  /** How many runs are kept, newest first; 0 keeps all. */
  readonly keepRuns: number;
  /** Folders of additional nodes. */
  readonly nodeFolders: readonly string[];
  /** If given, workflows can read only these folders, the samples and the uploads. */
  readonly readFrom?: readonly string[];
  /** Called after this server has locked the data folder. */
  readonly supervise: () => Supervisor;
  readonly log: Log;
}

/** A server that listens. */
export interface PatchbayServer {
  /** The address for people, including the token if there is one. */
  readonly address: string;
  /** Stops the server. Running runs go back into the queue. */
  close(): Promise<void>;
}

const STARTERS = join(packageRoot, 'workflows');
const SAMPLES = join(STARTERS, 'samples');
const CLIENT = join(packageRoot, 'dist', 'client');
const MODELS_EVERY_MS = 30_000;
/** The largest shared workflow of somebody's own computer, and how many times larger it may be than an upload for others. */
const OWN_SHARE_BYTES = 64 * 1024 ** 3;
const UNPACKED_TIMES = 4;
const PROBE_MS = 2000;
const ANSWER_MS = 300;
const SNAPSHOT_AFTER_MS = 5000;
const SNAPSHOT_CHECK_MS = 10 * 60_000;

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const used = cause.code === 'EADDRINUSE';
      const problem = used
        ? storageMessage('server.port-in-use', { port })
        : storageMessage('server.listen', { host, port, reason: cause.code ?? cause.message });
      reject(new PatchbayError(problem, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return server.address() as AddressInfo;
}

/**
 * Locks the folder and opens the journal. The error for a folder in use names the other server, if that one left a note.
 * @returns the journal, and a function that unlocks the folder
 */
async function openOwnJournal(folder: string): Promise<[Journal, () => void]> {
  let unlock = () => {};
  try {
    unlock = await lockFolder(folder);
    return [openJournal(folder), unlock];
  } catch (error) {
    unlock();
    if (!(error instanceof PatchbayError) || error.code !== 'data.in-use') throw error;
    const { pid, address } = await serverOf(folder);
    const who =
      pid === undefined || address === undefined
        ? storageMessage('data.other')
        : storageMessage('data.other-process', { pid, address });
    throw new PatchbayError(storageMessage('data.in-use', { who, path: folder }), { cause: error });
  }
}

/** The secret that signs the names of pictures. It stays the same for a data folder. */
function secretOf(settings: Journal['settings']): string {
  const known = settings.get('secret');
  if (known !== undefined) return known;
  const secret = randomBytes(32).toString('base64url');
  settings.set('secret', secret);
  return secret;
}

function policyOf({ host, token, allowedHosts = [] }: ServerOptions): AccessPolicy {
  const loopback = isLoopback(host);
  const own = loopback ? [] : [hostname().toLowerCase(), host.toLowerCase()];
  return {
    hosts: [...own, ...allowedHosts.map((name) => name.toLowerCase())],
    loopback,
    token: token ?? (isShared(host, allowedHosts) ? randomBytes(24).toString('base64url') : undefined),
  };
}

/** Keeps the list of models of the gate up to date. */
function followModels(
  supervisor: Supervisor,
  gate: Gate,
  settings: Journal['settings'],
  log: Log,
): { refresh: () => Promise<void>; stop: () => void } {
  let stopped = false;
  let last = settings.get('models');
  try {
    if (last !== undefined) gate.setModels(JSON.parse(last));
  } catch {
    // The stored list is damaged. The runner makes another one.
    last = undefined;
  }
  const refresh = async () => {
    try {
      const models = await supervisor.models();
      gate.setModels(models);
      const text = JSON.stringify(models);
      if (text !== last) settings.set('models', text);
      last = text;
    } catch (error) {
      if (stopped) return;
      // Otherwise checks would wait forever. Nodes that name a model say that the list could not be read.
      if (last === undefined) gate.setModels(null);
      log.warn('the models cannot be listed', errorFields(error));
    }
  };
  const timer = setInterval(() => void refresh(), MODELS_EVERY_MS);
  timer.unref();
  void refresh();
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  return { refresh, stop };
}

/** Takes a snapshot of the journal each day. @returns a function that stops it */
function keepSnapshots(journal: Journal, isGone: () => boolean, log: Log): () => void {
  const attempt = () => {
    // A snapshot would make the folder again, and the real one could not be put back.
    if (isGone()) return;
    try {
      journal.snapshot();
    } catch (error) {
      log.warn('a snapshot of the journal cannot be written', errorFields(error));
    }
  };
  // The first one is written after the first clients have their pages.
  const first = setTimeout(attempt, SNAPSHOT_AFTER_MS).unref();
  const timer = setInterval(attempt, SNAPSHOT_CHECK_MS).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}

/**
 * Starts a server on a data folder.
 * @throws PatchbayError `data.in-use`, `data.damaged`, `server.port-in-use`, and others of `storageMessage`
 */
export async function startServer(options: ServerOptions): Promise<PatchbayServer> {
  const { dataFolder, log } = options;
  const started = performance.now();
  const [journal, unlock] = await openOwnJournal(dataFolder);
  const crashed = takeCrashReports(dataFolder);
  const secret = secretOf(journal.settings);

  const files = join(dataFolder, 'files');
  const uploads = join(dataFolder, 'uploads');
  const outputFolder = (runId: string) => join(dataFolder, 'outputs', runId);
  await rm(uploads, { recursive: true, force: true });
  await makeFolder(files);
  // First, because it puts back files that the last server did not finish deleting.
  const trash = openTrash(dataFolder, journal);
  for (const error of await trash.recover()) log.warn('the trash cannot be put in order', errorFields(error));

  const supervisor = options.supervise();
  const [registry, starters] = await Promise.all([loadAllNodes(options.nodeFolders), loadStarters(STARTERS)]);
  const broken = registry.faults.map(({ message }) => message);
  for (const { message } of broken) log.warn('a node file is left out', { message });
  const notices = createNotices();
  const collectionsFolder = join(dataFolder, 'collections');
  const gate = createGate(
    {
      nodeFolders: options.nodeFolders,
      labelFolder: join(dataFolder, 'labels'),
      collections: collectionsFolder,
    },
    log,
    runnerEnvironment(process.env),
  );
  const recorder = createRecorder(journal, notices, log);
  const references = createReferences(secret);
  // The first node that writes makes the output folder, because most runs write nothing.
  const folders = (run: RunSummary) => ({
    workflowFolder: run.workflowId?.startsWith(STARTER) ? STARTERS : files,
    outFolder: outputFolder(run.id),
  });
  const queue = createQueue({
    journal,
    recorder,
    notices,
    log,
    folders,
    crashed,
    supervisor: { ...supervisor, run: (run, onEvent) => supervisor.run({ ...run, secret }, onEvent) },
    files: async (runId) => {
      if (!existsSync(outputFolder(runId))) return [];
      const found = await filesBelow(outputFolder(runId));
      // Otherwise empty folders would pile up.
      if (found.length === 0) await rmdir(outputFolder(runId)).catch(() => undefined);
      return found;
    },
  });
  const labels = openLabelStore(join(dataFolder, 'labels'), {
    onChange: notices.labelsChanged,
    onError: (error) => log.warn('a label set cannot be written', errorFields(error)),
  });
  const collections = openLibrary(collectionsFolder, notices.collectionsChanged);
  const policy = policyOf(options);
  const { readFrom } = options;
  const own = { workflowDir: files, samplesDir: SAMPLES, uploadsDir: files };
  const readRoots = readFrom && [files, join(dataFolder, 'outputs'), ...readFrom];
  const paths = createPathResolver({ ...own, roots: readRoots });
  const isPrivate = !isShared(options.host, options.allowedHosts);
  const showFolder = createShowFolder({
    isPrivate,
    resolve: paths.resolve,
  });
  const assets = createAssetStore(join(dataFolder, 'assets'));
  let loop: LoopGap | undefined;
  const gone = () => storageMessage('data.gone', { path: dataFolder });
  const folder = watchFolder(dataFolder, (isGone) => {
    journal.refuseWrites(isGone ? new PatchbayError(gone()) : undefined);
    if (isGone) log.error('the data folder is gone', { path: dataFolder });
    else log.info('the data folder is back', { path: dataFolder });
  });
  const probing = setInterval(journal.probe, PROBE_MS).unref();
  const problems = (): Problem[] => [
    ...(folder.isGone ? [gone()] : []),
    ...(recorder.failing || journal.isFailing ? [storageMessage('storage.unwritable')] : []),
    ...(journal.hasDamage ? [storageMessage('storage.damaged')] : []),
  ];
  const health = (): Health => ({
    status: folder.isGone ? 'down' : problems().length > 0 ? 'degraded' : 'ok',
    version,
    uptimeMs: Math.round(performance.now() - started),
    loopGapMs: loop?.longest() ?? 0,
    desktop: showFolder.isPossible,
    needsToken: policy.token !== undefined,
    ...(isPrivate && { programFolder: packageRoot }),
    ...(isPrivate &&
      resolve(options.dataFolder) !== usualDataFolder({}) && { dataFolder: resolve(options.dataFolder) }),
    rssBytes: process.memoryUsage.rss(),
    sockets: live.sockets,
    queue: queue.state(),
    runner: { ...supervisor.status(), quarantined: [...supervisor.status().quarantined] },
    problems: [...problems(), ...broken],
  });

  const followers = followFolders({
    root: collectionsFolder,
    ...{ journal, queue, gate, notices, log },
    resolve: (path, workflowId) =>
      createPathResolver({
        ...own,
        workflowDir: workflowId?.startsWith(STARTER) ? STARTERS : files,
        roots: readRoots,
      }).resolve(path),
  });
  const models = followModels(supervisor, gate, journal.settings, log);
  const downloads = await followDownloads(dataFolder, notices, models.refresh, trainedLogits);
  const stopping = new AbortController();
  const removeOutputs = (runId: string) => rm(outputFolder(runId), { recursive: true, force: true });
  const shared = {
    journal,
    queue,
    gate,
    trash,
    refreshModels: models.refresh,
    stopping: stopping.signal,
  };
  const places: Places = { samples: SAMPLES, uploads: files, ...(readFrom ? {} : { home: homedir() }) };
  const routes = [
    ...runRoutes(shared),
    ...workflowRoutes({ ...shared, notices, starters }),
    ...fileRoutes({
      journal,
      trash,
      assets,
      pictureOf: references.open,
      outputFolder,
      showFolder,
      browse: createBrowser({
        places,
        further: readFrom,
        references,
        resolve: createPathResolver({
          ...own,
          roots: [...Object.values(places), ...(readFrom ?? [])],
        }).resolve,
        written: paths.written,
        isPicture: (name) => PICTURE_EXTENSIONS.has(extname(name).slice(1).toLowerCase()),
      }),
      uploads: createUploader({
        folder: files,
        staging: uploads,
        maxBytes: options.maxUploadBytes,
        written: paths.written,
      }),
      receive: createReceiver({ assets, folder: uploads, maxBytes: options.maxUploadBytes }),
      thumbnails: createThumbnails(supervisor, join(dataFolder, 'cache', 'thumbnails')),
    }),
    ...sharingRoutes({
      journal,
      starters,
      outputFolder,
      uploads: files,
      staging: uploads,
      labels,
      paths: {
        ...paths,
        assetPath: assets.path,
        setContent: (name) => labels.content(name).catch(() => undefined),
      },
      params: {
        paths: pathParamsOf(registry.descriptors()),
        sets: setParamsOf(registry.descriptors()),
      },
      maxArchiveBytes: isPrivate ? OWN_SHARE_BYTES : options.maxUploadBytes,
      maxUnpackedBytes: isPrivate ? OWN_SHARE_BYTES : UNPACKED_TIMES * options.maxUploadBytes,
    }),
    ...aboutRoutes({ descriptors: registry.descriptors(), supervisor, health }),
    ...modelRoutes({ dataFolder, supervisor, downloads, notices, trash, refreshModels: models.refresh }),
    ...labelRoutes({
      labels,
      trash,
      pictureOf: references.open,
      refOf: references.of,
      assetPath: assets.path,
      pictures: { ...paths, hashes: supervisor.hashes, pictures: supervisor.pictures },
    }),
    ...collectionRoutes({ collections, followers, trash }),
    ...trashRoutes({
      trash,
      notices,
      labels,
      collections,
      refreshModels: models.refresh,
      describe: (kind, key) => describeDeletion(dataFolder, journal.rows, kind, key),
    }),
    ...movesRoutes(isPrivate ? movesOf(dataFolder) : noMoves),
    ...embeddingRoutes({ supervisor, journal }),
  ];
  let described: OpenApi | undefined;
  // Made for the first reader, because it takes as long as the rest of the start.
  const api = () => {
    described ??= describeApi(routes, version);
    return described;
  };
  const clientFolder = existsSync(join(CLIENT, 'index.html')) ? CLIENT : undefined;
  const http = createServer(
    createApp({
      policy,
      routes,
      api,
      gate,
      log,
      clientFolder,
      refuseWrites: () => (folder.isGone ? gone() : undefined),
    }),
  );
  // Closes connections of clients that send their header or body too slowly.
  http.headersTimeout = 20_000;
  http.requestTimeout = 300_000;
  endSlowBodies(http);
  const live = serveLive(http, { journal, notices, queue, downloads, policy, log });

  const { port } = await listen(http, options.host, options.port).catch(async (error) => {
    models.stop();
    collections.close();
    await supervisor.close();
    throw error;
  });
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  const address = `http://${name}:${port}/`;
  const note = JSON.stringify({ pid: process.pid, address });
  await writeFileAtomic(serverNotePath(dataFolder), Buffer.from(note)).catch(() => undefined);
  await queue.open();
  void followers.sync();
  const stopForgetting = keepNewestRuns({
    journal,
    notices,
    log,
    removeOutputs,
    keep: options.keepRuns,
    outputs: async () => {
      const names: string[] = await readdir(join(dataFolder, 'outputs')).catch(() => []);
      // The trash may be here, if the outputs are on another disk than the data folder.
      return names.filter((name) => !name.startsWith('.'));
    },
  });
  const stopExpiry = expireTrash(trash, log);
  const stopSnapshots = keepSnapshots(journal, () => folder.isGone, log);
  // Started last, because a blocked loop does not matter while the server starts.
  loop = watchLoop();

  let closing: Promise<void> | undefined;
  const close = async () => {
    stopping.abort();
    models.stop();
    collections.close();
    await followers.close();
    loop?.close();
    folder.close();
    clearInterval(probing);
    stopSnapshots();
    await Promise.all([stopForgetting(), stopExpiry()]);
    await Promise.all([queue.close(), downloads.close()]);
    // Answers that are being sent get a moment. A connection that stays open must not hold up the end.
    const late = setTimeout(() => http.closeAllConnections(), ANSWER_MS);
    await live.close();
    clearTimeout(late);
    await labels.close().catch((error) => log.warn('a label set cannot be written', errorFields(error)));
    await Promise.all([gate.close(), supervisor.close()]);
    await rm(serverNotePath(dataFolder), { force: true });
    journal.close();
    unlock();
  };
  return {
    address: policy.token === undefined ? address : `${address}?token=${policy.token}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
