import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach } from 'vitest';
import type { WatchAnswer } from '../../server/contract/live.ts';
import type { RunDetail, RunEvent, RunSummary } from '../../server/contract/run.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { fixtureModels, rememberModels } from '../model-facts.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/server/cli.js');
if (!existsSync(cli)) throw new Error('The server is not built: `npm run build` first.');

/** Makes a new folder. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'patchbay-server-'));

/** An answer with its body as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads into whatever the route answers.
export type Answer<T = any> = { readonly status: number; readonly headers: Headers; readonly json: T };

/** A server like that of a user: its own process and its own data folder. */
export interface TestServer {
  readonly url: string;
  readonly data: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** All lines of its log so far. */
  log(): string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  submit(workflow: Workflow, options?: object, headers?: Record<string, string>): Promise<RunSummary>;
  /** Resolves with a run when it has ended. */
  ended(id: string): Promise<RunDetail>;
  /** Ends the server like a power cut, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly data?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Whether it runs until the last test of the file has ended. */
  readonly keep?: boolean;
}

const running = new Set<TestServer>();
const kept = new Set<TestServer>();
const end = (servers: Set<TestServer>) => Promise.all([...servers].map((server) => server.kill('SIGKILL')));
afterEach(() => end(running));
afterAll(() => end(kept));

/** Starts `patchbay serve`. If it does not start, returns what it printed. */
export async function spawnServer(
  options: StartOptions = {},
): Promise<TestServer | { code: number | null; output: string }> {
  const data = options.data ?? scratch();
  if (options.data === undefined) rememberModels(data);
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--port', '0', '--data', data, '--device', 'cpu', ...(options.args ?? [])],
    {
      env: {
        ...process.env,
        PATCHBAY_NODES: [join(root, 'test/runner/nodes'), join(root, 'test/server/nodes')].join(delimiter),
        PATCHBAY_MODELS: fixtureModels,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string | undefined>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const found = /Patchbay is at (http\S+)\n/.exec(out)?.[1];
      if (found) resolve(found);
    });
    void gone.then(() => resolve(undefined));
  });
  if (url === undefined) return { code: await gone, output: out + log };

  const call: TestServer['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text };
  };
  const server: TestServer = {
    url,
    data,
    pid: child.pid as number,
    process: child,
    log: () => log,
    call,
    async submit(workflow, wishes = {}, headers = {}) {
      const { status, json } = await call('POST', '/api/runs', { workflow, ...wishes }, headers);
      if (status >= 300) throw new Error(`${status} ${JSON.stringify(json)}`);
      return json;
    },
    async ended(id) {
      for (;;) {
        const { json } = await call('GET', `/api/runs/${id}`);
        if (json.finishedAt !== null) return json;
        await sleep(20);
      }
    },
    async kill(signal = 'SIGKILL') {
      running.delete(server);
      kept.delete(server);
      child.kill(signal);
      return gone;
    },
  };
  (options.keep ? kept : running).add(server);
  return server;
}

/** Starts a server. @throws if it does not start */
export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const server = await spawnServer(options);
  if ('output' in server) throw new Error(`The server ended with ${server.code}: ${server.output}`);
  return server;
}

let shared: Promise<TestServer> | undefined;

/**
 * The server that all tests of a file share, because a start costs seconds of both cores. Each call gives it back without
 * runs, saved workflows, category sets and trash, and with an open queue, so no test depends on an earlier one. Caches and
 * uploads stay. A test that needs other options, an empty cache or a new data folder starts its own server.
 */
export async function sharedServer(): Promise<TestServer> {
  const before = await shared?.catch(() => undefined);
  if (before && kept.has(before) && before.process.exitCode === null && before.process.signalCode === null) {
    await empty(before);
    return before;
  }
  // Stored before it has started, because a test that times out meanwhile must not make the next one start a second.
  shared = startServer({ keep: true });
  return shared;
}

/** Ends all runs of a server and deletes what its users have saved. */
async function empty({ call, ended }: TestServer): Promise<void> {
  const done = async (method: string, path: string) => {
    const answer = await call(method, path);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.json)}`);
    return answer.json;
  };
  const each = (ids: readonly string[], act: (id: string) => Promise<unknown>) =>
    Promise.all(ids.map((id) => act(encodeURIComponent(id))));
  const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id);
  await done('POST', '/api/queue/clear');
  await done('POST', '/api/queue/resume');
  await each((await done('GET', '/api/queue')).running, async (id) => {
    await done('POST', `/api/runs/${id}/cancel`);
    await ended(id);
  });
  for (const kind of ['runs', 'workflows']) {
    const list = async () => ids(await done('GET', `/api/${kind}?limit=500`));
    for (let found = await list(); found.length > 0; found = await list())
      await each(found, (id) => done('DELETE', `/api/${kind}/${id}`));
  }
  const { items: sets } = await done('GET', '/api/label-sets');
  await each(
    sets.map(({ name }: { name: string }) => name),
    (name) => done('DELETE', `/api/label-sets/${name}`),
  );
  await done('DELETE', '/api/trash');
}

/** A client that watches runs and stores the events it receives. */
export interface Client {
  readonly socket: Socket;
  readonly events: RunEvent[];
  watch(runId: string, afterSeq?: number): Promise<WatchAnswer>;
  /** Resolves when a matching event has come. */
  saw(matches: (event: RunEvent) => boolean): Promise<RunEvent>;
  close(): void;
}

const clients = new Set<Client>();
afterEach(() => {
  for (const client of clients) client.close();
});

/** Connects like the editor. */
export function connect(server: Pick<TestServer, 'url'>, options: object = {}): Client {
  const socket = io(server.url, { transports: ['websocket'], reconnection: false, ...options });
  const events: RunEvent[] = [];
  const looking = new Set<() => void>();
  socket.on('run:events', (batch: readonly RunEvent[]) => {
    events.push(...batch);
    for (const look of looking) look();
  });
  const client: Client = {
    socket,
    events,
    watch: (runId, afterSeq = 0) => socket.emitWithAck('run:watch', { runId, afterSeq }),
    saw: (matches) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(matches);
          if (!found) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
      }),
    close() {
      clients.delete(client);
      socket.close();
    },
  };
  clients.add(client);
  return client;
}

/** A workflow of one node that takes a while or misbehaves. */
export function fault(how: string, params: { number?: number; text?: string } = {}): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    name: how,
    nodes: [{ id: 'fault', type: 'fault/misbehave', params: { how, ...params } }],
    edges: [],
  };
}

/** The engine sends at most this many warnings for one node. */
const WARNINGS_A_NODE = 40;

/** A workflow with a number of warnings, each of them an event. */
export function warnings(times: number, options: { size?: number; pause?: number } = {}): Workflow {
  const length = Math.ceil(times / WARNINGS_A_NODE);
  const params = { times: WARNINGS_A_NODE, ...options };
  return {
    format: 'patchbay',
    version: 1,
    nodes: Array.from({ length }, (_, i) => ({ id: `warn${i}`, type: 'test/warn', params })),
    edges: Array.from({ length: length - 1 }, (_, i) => ({
      from: { node: `warn${i}`, port: 'texts' },
      to: { node: `warn${i + 1}`, port: 'after' },
    })),
  };
}

/** Sample pictures, ranked by an encoder without weights. */
export const ranking: Workflow = {
  format: 'patchbay',
  version: 1,
  name: 'ranking',
  nodes: [
    { id: 'gallery', type: 'image/load-folder', params: { path: 'sample:pictures/drinks' } },
    { id: 'encoder', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
    { id: 'vectors', type: 'encode/image' },
  ],
  edges: [
    { from: { node: 'gallery', port: 'images' }, to: { node: 'vectors', port: 'images' } },
    { from: { node: 'encoder', port: 'encoder' }, to: { node: 'vectors', port: 'encoder' } },
  ],
  inputs: [{ name: 'folder', node: 'gallery', param: 'path' }],
};
