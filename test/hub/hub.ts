import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** A file of a repository, and whether the hub stores it with LFS. */
interface Stored {
  readonly bytes: Buffer;
  readonly lfs: boolean;
}

/** The requests, in order. */
export interface Seen {
  readonly where: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
  readonly encoding: string | undefined;
}

/** Makes requests fail. It is called for every request and returns true if it has answered. */
export type Trouble = (
  request: IncomingMessage,
  response: ServerResponse,
  file: { path: string; bytes: Buffer },
) => boolean;

/** A server that behaves like the hub, with files on a second origin like a CDN, and that can misbehave like a network. */
export interface TestHub {
  readonly url: string;
  readonly cdn: string;
  readonly commit: string;
  readonly seen: Seen[];
  /** Repositories by id, files by path. */
  readonly repos: Map<string, Map<string, Stored>>;
  /** Called before a file is sent, by the CDN or, for plain files, by the hub. */
  trouble: Trouble | undefined;
  /** Called before the hub answers a HEAD request. */
  headTrouble: Trouble | undefined;
  /** Lists only names, as some mirrors do. */
  namesOnly: boolean;
  /** Repositories that need a token or an accepted licence. */
  readonly closed: Map<string, 'private' | 'gated'>;
  /** The number of bytes sent in bodies. */
  sent: number;
  close(): Promise<void>;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const gitSha1 = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Bytes that compress badly and do not repeat; equal seeds give equal bytes. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** The files of a folder as a repository: graphs with LFS, the others plain. */
export function repoOf(folder: string): Map<string, Stored> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile() && !/expected|tokens\.json/.test(name))
      .map((name) => [name, { bytes: readFileSync(join(folder, name)), lfs: /\.onnx/.test(name) }]),
  );
}

/** A repository with the files of an encoder, filled with noise. */
export function noisyRepo(size = 3_000_000): Map<string, Stored> {
  const plain = (text: string): Stored => ({ bytes: Buffer.from(text), lfs: false });
  return new Map([
    ['config.json', plain('{"model_type":"clip"}')],
    ['preprocessor_config.json', plain('{}')],
    ['README.md', plain('# not wanted')],
    ['onnx/vision_model.onnx', { bytes: noise(size, 7), lfs: true }],
    ['onnx/vision_model_quantized.onnx', { bytes: noise(size >> 2, 8), lfs: true }],
    ['onnx/text_model.onnx', { bytes: noise(size >> 1, 9), lfs: true }],
    ['onnx/text_model_quantized.onnx', { bytes: noise(size >> 3, 10), lfs: true }],
  ]);
}

const hubs = new Set<TestHub>();
afterEach(async () => {
  for (const hub of hubs) await hub.close();
});

const listen = (server: Server) =>
  new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });

/** Sends bytes like a server that supports ranges. */
export function give(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  headers: Record<string, string> = {},
): void {
  const [, range, until] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const from = range === undefined ? 0 : Number(range);
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const body = bytes.subarray(from, until ? Number(until) + 1 : undefined);
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'content-length': String(body.length),
    ...(range !== undefined && {
      'content-range': `bytes ${from}-${from + body.length - 1}/${bytes.length}`,
    }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Starts a hub with its CDN. @param keep whether it runs until the test closes it */
export async function startHub(
  repos: ReadonlyMap<string, Map<string, Stored>> = new Map(),
  keep = false,
): Promise<TestHub> {
  const commit = 'c0ffee'.padEnd(40, '0');
  const note = (where: Seen['where'], { method = '', url = '', headers }: IncomingMessage) =>
    hub.seen.push({
      where,
      method,
      path: url,
      range: headers.range,
      token: headers.authorization,
      encoding: headers['accept-encoding'] as string | undefined,
    });
  const counted = (response: ServerResponse) => {
    const write = response.write.bind(response);
    const end = response.end.bind(response);
    const count = (part: unknown) => {
      if (part instanceof Uint8Array) hub.sent += part.length;
    };
    response.write = ((part: Uint8Array, ...rest: []) => {
      count(part);
      return write(part, ...rest);
    }) as typeof response.write;
    response.end = ((part: Uint8Array, ...rest: []) => {
      count(part);
      return end(part, ...rest);
    }) as typeof response.end;
  };

  const cdn = createServer((request, response) => {
    note('cdn', request);
    counted(response);
    const hash = (request.url ?? '').slice(1).split('?')[0];
    for (const files of hub.repos.values())
      for (const [path, { bytes }] of files)
        if (sha256(bytes) === hash) {
          if (!hub.trouble?.(request, response, { path, bytes })) give(request, response, bytes);
          return;
        }
    response.writeHead(404).end();
  });
  const cdnUrl = await listen(cdn);

  const server = createServer((request, response) => {
    note('hub', request);
    counted(response);
    const fail = (status: number, code: string) =>
      void response.writeHead(status, { 'x-error-code': code }).end();
    const url = new URL(request.url ?? '', 'http://hub');
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(url.pathname);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const repo = api?.[1] ?? file?.[1] ?? '';
    const files = hub.repos.get(repo);
    if (!files) return fail(request.headers.authorization ? 404 : 401, 'RepoNotFound');
    const closed = hub.closed.get(repo);
    if (closed === 'private' && !request.headers.authorization) return fail(401, 'RepoNotFound');
    if (closed === 'gated' && file) return fail(request.headers.authorization ? 403 : 401, 'GatedRepo');
    const revision = decodeURIComponent(api?.[2] ?? file?.[2] ?? '');
    if (revision !== 'main' && revision !== commit) return fail(404, 'RevisionNotFound');
    if (api) {
      const siblings = [...files].map(([rfilename, { bytes, lfs }]) => {
        if (hub.namesOnly) return { rfilename };
        const size = bytes.length;
        return {
          rfilename,
          size,
          blobId: gitSha1(bytes),
          ...(lfs && { lfs: { sha256: sha256(bytes), size } }),
        };
      });
      response.setHeader('content-type', 'application/json');
      return void response.end(
        JSON.stringify({ id: repo, sha: commit, cardData: { license: 'mit' }, siblings }),
      );
    }
    const path = decodeURIComponent(file?.[3] ?? '');
    const found = files.get(path);
    if (!found) return fail(404, 'EntryNotFound');
    const { bytes, lfs } = found;
    if (request.method === 'HEAD' && hub.headTrouble?.(request, response, { path, bytes })) return;
    response.setHeader('x-repo-commit', commit);
    if (!lfs) {
      if (request.method === 'GET' && hub.trouble?.(request, response, { path, bytes })) return;
      return give(request, response, bytes, { etag: `"${gitSha1(bytes)}"` });
    }
    const hash = sha256(bytes);
    response.writeHead(302, {
      'x-linked-etag': `"${hash}"`,
      'x-linked-size': String(bytes.length),
      etag: '"pointer"',
      location: `${cdnUrl}/${hash}?signature=s`,
    });
    response.end();
  });
  const url = await listen(server);

  const hub: TestHub = {
    ...{
      url,
      cdn: cdnUrl,
      commit,
      seen: [],
      repos: new Map(repos),
      closed: new Map(),
      sent: 0,
      namesOnly: false,
    },
    trouble: undefined,
    headTrouble: undefined,
    async close() {
      hubs.delete(hub);
      for (const one of [server, cdn]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
  if (!keep) hubs.add(hub);
  return hub;
}
