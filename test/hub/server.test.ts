import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Download } from '../../server/contract/models.ts';
import { patchbay } from '../cli/cli.ts';
import { connect, scratch, startServer, type TestServer } from '../server/server.ts';
import { repoOf, startHub, type TestHub, type Trouble } from './hub.ts';

// Some tests start two servers, one after the other.
vi.setConfig({ testTimeout: 120_000 });

const REPO = 'someone/tiny-clip';
const hubOf = () =>
  startHub(new Map([[REPO, repoOf(join(import.meta.dirname, '../fixtures/oracles/clip'))]]));
const path = `/api/models/${encodeURIComponent(REPO)}`;
const serve = (hub: TestHub, data = scratch()) =>
  startServer({ data, env: { HF_ENDPOINT: hub.url, HF_HOME: join(data, 'none'), PATCHBAY_MODELS: '' } });

/** Sends a few bytes of a graph and then nothing. */
const stalls: Trouble = (request, response, { path: name, bytes }) => {
  if (!name.endsWith('.onnx')) return false;
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from ? 206 : 200, {
    'content-length': String(bytes.length - from),
    ...(from && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.write(bytes.subarray(from, from + 2000));
  return true;
};

/** Whether the 2000 bytes of a graph that were sent are on disk. */
function hasPart({ data }: TestServer): boolean {
  const files = join(data, 'downloads', 'someone--tiny-clip', 'files');
  if (!existsSync(files)) return false;
  return readdirSync(files).some(
    (name) => name.endsWith('.part') && statSync(join(files, name)).size === 2000,
  );
}

/** Collects what a socket receives about downloads, and waits for a state. */
function follow(server: TestServer) {
  const { socket } = connect(server);
  const told: Download[] = [];
  const looking = new Set<() => void>();
  socket.on('downloads:changed', (downloads: Download[]) => {
    told.push(...downloads);
    for (const look of looking) look();
  });
  let changes = 0;
  socket.on('models:changed', () => {
    changes += 1;
    for (const look of looking) look();
  });
  const until = (isTrue: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isTrue()) return;
        looking.delete(look);
        resolve();
      };
      looking.add(look);
      look();
    });
  return {
    told,
    until,
    socket,
    changes: () => changes,
    state: (...states: Download['state'][]) => until(() => told.some(({ state }) => states.includes(state))),
  };
}

const embed = (server: TestServer) =>
  server.call('POST', '/v1/embeddings', { model: REPO, input: ['a'] }).then(({ status }) => status);

describe('a server that downloads', () => {
  test('reports progress; a downloaded model works at once, is verified, and can be deleted', async () => {
    const hub = await hubOf();
    const server = await serve(hub);
    const { state, told, until, changes } = follow(server);
    expect(await embed(server)).toBe(404);
    const begun = await server.call('POST', '/api/models/downloads', { repo: REPO });
    expect(begun).toMatchObject({ status: 202, json: { key: 'someone--tiny-clip', repo: REPO } });
    await state('done');
    const last = told.at(-1)!;
    expect(last).toMatchObject({ id: REPO, precision: 'fp32', problem: null });
    expect(last.doneBytes).toBe(last.totalBytes);
    await until(() => changes() > 0);

    const { items } = (await server.call('GET', '/api/models')).json;
    expect(items.find(({ id }: { id: string }) => id === REPO)).toMatchObject({
      family: 'clip',
      license: 'mit',
      bytes: last.totalBytes,
      precisions: ['fp32'],
      fetched: { repo: REPO, commit: hub.commit },
    });
    expect(await embed(server)).toBe(200);
    expect((await server.call('POST', `${path}/verify`)).json).toMatchObject({ id: REPO, ok: true });
    const { size } = statSync(join(server.data, 'models', 'someone--tiny-clip', 'patchbay.json'));
    const { status, json: entry } = await server.call('DELETE', path);
    expect([status, entry]).toEqual([
      200,
      expect.objectContaining({ kind: 'model', key: REPO, bytes: last.totalBytes + size }),
    ]);
    expect(await embed(server)).toBe(404);
    expect((await server.call('POST', `/api/trash/${entry.id}/restore`)).json).toEqual(entry);
    expect(await embed(server)).toBe(200);
    expect((await server.call('DELETE', path)).status).toBe(200);
    expect(await embed(server)).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(409);
    expect((await server.call('POST', `${path}/verify`)).status).toBe(404);
  });

  test('continues without a client, downloads each model once, and lists downloads for returning clients', async () => {
    const hub = await hubOf();
    hub.trouble = stalls;
    const server = await serve(hub);
    const first = follow(server);
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    await first.until(() => first.told.some(({ doneBytes }) => doneBytes > 0));
    first.socket.close();
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    const listed = (await server.call('GET', '/api/models/downloads')).json.items;
    expect(listed).toMatchObject([{ repo: REPO, state: 'downloading' }]);
    const second = follow(server);
    await second.state('downloading');
  });

  test('and two command lines that want the same model download each file once', async () => {
    const hub = await hubOf();
    const server = await serve(hub);
    const { state } = follow(server);
    const env = { HF_ENDPOINT: hub.url, HF_HOME: join(server.data, 'none') };
    const add = () => patchbay(['models', 'add', REPO], { data: server.data, env });
    const others = [add(), add()];
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    const ended = await Promise.all(others);
    await state('done');
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const gets = hub.seen.filter(({ where, method }) => where === 'cdn' && method === 'GET');
    expect(gets.length).toBe(new Set(gets.map(({ path: name }) => name)).size);
    expect(await embed(server)).toBe(200);
  });

  test('stops on request, keeps the part, and continues from it', async () => {
    const hub = await hubOf();
    hub.trouble = stalls;
    const server = await serve(hub);
    const { told, until } = follow(server);
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    const graph = () => hub.seen.filter(({ where, method }) => where === 'cdn' && method === 'GET');
    await until(() => hasPart(server));
    expect((await server.call('DELETE', '/api/models/downloads/someone--tiny-clip')).status).toBe(204);
    await until(() => told.at(-1)?.state === 'stopped');
    hub.trouble = undefined;
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    await until(() => told.at(-1)?.state === 'done');
    expect(graph().some(({ range }) => range === 'bytes=2000-')).toBe(true);
  });

  test('that was killed lists its unfinished downloads and continues them on request', async () => {
    const hub = await hubOf();
    hub.trouble = stalls;
    const data = scratch();
    const server = await serve(hub, data);
    const { until } = follow(server);
    await server.call('POST', '/api/models/downloads', { repo: REPO });
    await until(() => hasPart(server));
    await server.kill();
    hub.trouble = undefined;
    const again = await serve(hub, data);
    expect((await again.call('GET', '/api/models/downloads')).json.items).toMatchObject([
      { repo: REPO, state: 'stopped', title: 'tiny-clip' },
    ]);
    const { state } = follow(again);
    await again.call('POST', '/api/models/downloads', { repo: REPO });
    await state('done');
    expect(hub.seen.some(({ range }) => range === 'bytes=2000-')).toBe(true);
    expect(await embed(again)).toBe(200);
  });

  test('reports a failed download with a sentence and removes it on request', async () => {
    const hub = await hubOf();
    const server = await serve(hub);
    const { state, told } = follow(server);
    expect((await server.call('POST', '/api/models/downloads', { repo: '../etc' })).status).toBe(400);
    expect((await server.call('POST', '/api/models/downloads', {})).status).toBe(400);
    expect((await server.call('DELETE', '/api/models/downloads/nothing')).status).toBe(404);
    await server.call('POST', '/api/models/downloads', { repo: 'someone/nothing' });
    await state('failed');
    expect(told.at(-1)?.problem).toMatchObject({
      code: 'hub.no-repo',
      message: expect.stringContaining('someone/nothing'),
    });
    await server.call('DELETE', '/api/models/downloads/someone--nothing');
    expect((await server.call('GET', '/api/models/downloads')).json.items).toEqual([]);
    expect(existsSync(join(server.data, 'downloads', 'someone--nothing'))).toBe(false);
  });

  test('a workflow with a broken model folder gets the reason, and the model is still listed', async () => {
    const data = scratch();
    mkdirSync(join(data, 'models', 'mine', 'onnx'), { recursive: true });
    writeFileSync(join(data, 'models', 'mine', 'config.json'), '{"model_type":"clip"}');
    const server = await serve(await hubOf(), data);
    const workflow = {
      ...{ format: 'patchbay', version: 1, name: 'Mine', edges: [] },
      nodes: [
        {
          ...{ id: 'encoder', type: 'encode/load-encoder', params: { model: 'mine' } },
          position: { x: 0, y: 0 },
        },
      ],
    };
    const { json } = await server.call('POST', '/api/validate', { workflow });
    expect(json.problems).toMatchObject([
      {
        code: 'model.unusable',
        message: expect.stringMatching(
          /^The model mine cannot be used\. It has no graph: onnx\/model.onnx .* is missing/,
        ),
      },
    ]);
    const { items } = (await server.call('GET', '/api/models')).json;
    expect(items.find(({ id }: { id: string }) => id === 'mine').problem).toMatchObject({
      code: 'model.unusable',
      args: { reason: { code: 'model.no-graph' } },
    });
  });
});
