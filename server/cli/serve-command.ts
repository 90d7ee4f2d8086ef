import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { usageMessage } from '../contract/messages/usage.ts';
import { dataFolder, modelFolders, nodeFolders } from '../data-folder.ts';
import { isShared } from '../http/security.ts';
import { startServer } from '../index.ts';
import { createLog, errorFields, type Log } from '../log.ts';
import { createSupervisor } from '../runner/supervisor.ts';
import type { DeviceChoice } from '../runtime/index.ts';
import { openBrowser } from './open-browser.ts';
import { printLine } from './print.ts';
import { givenToken } from './token.ts';
import { EXIT, UsageError } from './usage.ts';

/** The options of `patchbay serve`. */
export interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly allowHost: readonly string[];
  readonly readFrom: readonly string[];
  readonly device: DeviceChoice;
  readonly maxUpload: string;
  readonly keepRuns: string;
  /** Opens the studio in a browser if there is a desktop. */
  readonly open?: boolean;
}

/** How long a stopping server waits for runs and callers, in milliseconds. */
const STOP_MS = 10_000;

function wholeNumber(text: string, option: string, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max))
    throw UsageError.of(usageMessage('usage.whole-number', { option, most: max, got: text }));
  return value;
}

/** Resolves at the first signal to stop. A second signal ends the process at once. */
function stopSignal(log: Log): Promise<void> {
  return new Promise((done) => {
    let asked = false;
    const stop = (signal: string) => {
      if (asked) process.exit(EXIT.cancelled);
      asked = true;
      log.info('stopping', { signal });
      done();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', stop);
  });
}

/** For a server that listens on all addresses: those by which other computers of the network reach it, without the token. */
export function networkAddresses(
  host: string,
  { port }: { readonly port: string },
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  const found = Object.values(interfaces).flatMap((one) => one ?? []);
  return found
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => `http://${address}:${port}/`);
}

/** Serves until it is told to stop. @returns the exit code */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const log = createLog(process.stderr);
  const token = givenToken(options, process.env);
  // Runners inherit the environment, and nodes of other authors run there.
  delete process.env.PATCHBAY_TOKEN;
  const env = { ...process.env, ...(options.data !== undefined && { PATCHBAY_DATA: resolve(options.data) }) };
  const data = dataFolder(env);
  const readFrom = options.readFrom.map((folder) => resolve(folder));
  const missing = readFrom.find((folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory());
  if (missing !== undefined) throw UsageError.of(usageMessage('usage.read-from', { folder: missing }));
  // If only this computer reaches the server, workflows can read every file of the user. Otherwise they can read uploads,
  // outputs, samples and the given folders.
  const confined = readFrom.length > 0 || isShared(options.host, options.allowHost);
  const roots = confined ? [join(data, 'files'), join(data, 'outputs'), ...readFrom] : undefined;
  const supervise = () =>
    createSupervisor({
      roots,
      dataFolder: data,
      modelFolders: modelFolders(env),
      nodeFolders: nodeFolders(env),
      device: options.device,
      log: ({ event, pid, message }) =>
        (event === 'ended' ? log.warn : log.info)(`runner ${event}`, { pid, detail: message }),
    });
  // An error in one request must not end the work of all others.
  process.on('uncaughtException', (error) => log.error('unexpected', errorFields(error)));
  process.on('unhandledRejection', (error) => log.error('unexpected', errorFields(error)));
  const stopped = stopSignal(log);
  const server = await startServer({
    host: options.host,
    port: wholeNumber(options.port, '--port', 65_535),
    dataFolder: data,
    token,
    allowedHosts: options.allowHost,
    maxUploadBytes: wholeNumber(options.maxUpload, '--max-upload', 100_000) * 1024 * 1024,
    keepRuns: wholeNumber(options.keepRuns, '--keep-runs', 999_999),
    nodeFolders: nodeFolders(env),
    readFrom: confined ? readFrom : undefined,
    supervise,
    log,
  });
  // Logs keep what is printed, so a token from a file or the environment is left out.
  const isHidden = token !== undefined && options.token === undefined;
  printLine(`Patchbay is at ${isHidden ? `${new URL(server.address).origin}/` : server.address}`);
  for (const address of networkAddresses(options.host, new URL(server.address)))
    printLine(`  also at ${address}`);
  if (options.open) openBrowser(server.address);
  await stopped;
  const late = setTimeout(() => {
    log.warn('something does not end; leaving');
    process.exit(EXIT.completed);
  }, STOP_MS);
  await server.close();
  clearTimeout(late);
  return EXIT.completed;
}
