import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CollectionsNotice } from '../../server/contract/collections.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { patchbay } from '../cli/cli.ts';
import { addition, range, service, signal } from '../collections/given.ts';
import { keepingWorkflow } from './keeping-workflow.ts';
import { connect, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const at = (name: string) => `/api/collections/${encodeURIComponent(name)}`;

const run = async (workflow: Workflow) => {
  const saved = await server.call('POST', '/api/workflows', { workflow });
  return server.call('POST', `/api/workflows/${saved.json.id}/run`, {});
};

test('a run keeps pictures; the collection is told, listed, renamed, deleted and restored', async () => {
  const notices: CollectionsNotice[] = [];
  const client = connect(server);
  client.socket.on('collections:changed', (notice: CollectionsNotice) => notices.push(notice));
  const { status, json } = await run(keepingWorkflow('Früchte'));
  expect(status).toBe(200);
  const { added } = json.outputs.changes;
  expect(added).toBeGreaterThan(3);
  await expect
    .poll(() => notices, { timeout: 10_000 })
    .toContainEqual({ name: 'Früchte', version: 1, change: 'created' });

  const { json: list } = await server.call('GET', '/api/collections');
  expect(list.items).toMatchObject([
    {
      name: 'Früchte',
      version: 1,
      pictures: added,
      encoders: [{ encoder: 'builtin/color-layout', count: added }],
    },
  ]);
  expect(list.items[0].bytes).toBeGreaterThan(1000);
  expect((await server.call('GET', at('Früchte'))).json.versions).toMatchObject([
    { version: 1, added, removed: 0 },
  ]);

  const again = await run(keepingWorkflow('Früchte'));
  expect(again.json.outputs.changes).toMatchObject({ added: 0, same: added, version: 1 });

  expect(await server.call('PUT', at('Früchte'), { name: 'Obst' })).toMatchObject({
    status: 200,
    json: { name: 'Obst' },
  });
  expect((await server.call('GET', at('Früchte'))).status).toBe(404);
  expect((await server.call('PUT', at('Obst'), { name: '../x' })).status).toBe(422);
  const preview = await server.call('GET', '/api/trash/preview?kind=collection&key=Obst');
  expect(preview.json).toMatchObject({ kind: 'collection', title: 'Obst' });
  const gone = await server.call('DELETE', at('Obst'));
  expect(gone).toMatchObject({ status: 200, json: { kind: 'collection', key: 'Obst' } });
  expect((await server.call('GET', '/api/collections')).json.items).toEqual([]);
  expect((await server.call('DELETE', at('Obst'))).json.error.code).toBe('collection.not-found');
  expect((await server.call('POST', `/api/trash/${gone.json.id}/restore`)).status).toBe(200);
  expect((await server.call('GET', at('Obst'))).json.pictures).toBe(added);
  expect(notices.map(({ change }) => change)).toEqual(
    expect.arrayContaining(['created', 'renamed', 'deleted']),
  );
  client.socket.close();
}, 60_000);

test('what is known of a collection is checked before a run, and again after it changed', async () => {
  const workflow = (filter: string): Workflow => ({
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'open', type: 'collection/open', params: { collection: 'Later', filter } },
      { id: 'view', type: 'view/table' },
    ],
    edges: [{ from: { node: 'open', port: 'table' }, to: { node: 'view', port: 'rows' } }],
  });
  const check = async (filter = '') =>
    (await server.call('POST', '/api/validate', { workflow: workflow(filter) })).json;
  expect((await check()).problems).toMatchObject([
    { code: 'collection.not-found', nodeId: 'open', param: 'collection' },
  ]);
  await service(join(server.data, 'collections')).save('Later', addition(range(0, 3)), { signal });
  const known = await check();
  expect(known.problems).toEqual([]);
  expect(known.info.open.embeddings).toMatchObject({ count: 3, space: { encoder: 'clip' } });
  expect((await check('nothing = 1')).problems).toMatchObject([
    { code: 'filter.no-column', param: 'filter' },
  ]);
});

test('the command line lists, shows and deletes collections, also while the server runs', async () => {
  const { data } = server;
  await service(join(data, 'collections')).save('Mine', addition(range(0, 4)), { signal });
  expect((await patchbay(['collections'], { data })).stdout).toMatch(
    /^Mine +4 pictures, .*version 1 of .*clip$/m,
  );
  expect((await patchbay(['collections', 'show', 'Mine'], { data })).stdout).toContain('4 added, 0 changed');
  const gone = (await patchbay(['collections', 'delete', 'Mine', '--json'], { data })).json<{ id: string }>();
  expect((await patchbay(['collections', 'show', 'Mine'], { data })).code).not.toBe(0);
  await patchbay(['trash', 'restore', gone.id], { data });
  expect((await patchbay(['collections', 'show', 'Mine', '--json'], { data })).json()).toMatchObject({
    pictures: 4,
  });
}, 60_000);

test('an older version is restored over HTTP and on the command line', async () => {
  const { data } = server;
  const store = service(join(data, 'collections'));
  await store.save('Turned', addition(range(0, 4)), { signal });
  await store.save('Turned', addition(range(3, 5), { others: 'all' }), { signal });
  const back = await server.call('POST', `${at('Turned')}/versions/1/restore`);
  expect(back).toMatchObject({ status: 200, json: { version: 3, pictures: 4 } });
  for (const [version, answer] of [
    ['9', [404, 'collection.no-version']],
    ['0', [422, 'collection.bad-version']],
    ['x', [422, 'collection.bad-version']],
  ] as const) {
    const { status, json } = await server.call('POST', `${at('Turned')}/versions/${version}/restore`);
    expect([status, json.error.code]).toEqual(answer);
  }
  const restored = await patchbay(['collections', 'restore', 'Turned', '2'], { data });
  expect(restored.stdout).toContain('as in version 2: 2 pictures. This is version 4.');
  expect((await patchbay(['collections', 'show', 'Turned'], { data })).stdout).toContain(
    'version 2 restored',
  );
  expect((await patchbay(['collections', 'restore', 'Turned', '7'], { data })).stderr).toContain('version 7');
}, 60_000);
