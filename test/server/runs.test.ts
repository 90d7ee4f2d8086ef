import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect, fault, ranking, sharedServer, startServer } from './server.ts';

test('a run is submitted, watched and read; its events are one unbroken sequence', async () => {
  const server = await startServer();
  const client = connect(server);
  const { id } = await server.submit(ranking);
  expect(await client.watch(id)).toMatchObject({ ok: true });
  await client.saw(({ type }) => type === 'runFinished');
  expect(client.events.map(({ seq }) => seq)).toEqual(client.events.map((_, i) => i + 1));
  expect(client.events[0]).toMatchObject({ type: 'runQueued', runId: id });
  expect(client.events.at(-1)).toMatchObject({ type: 'runFinished', status: 'completed' });
  const run = await server.ended(id);
  expect(run).toMatchObject({ status: 'completed', lastSeq: client.events.length, attempts: 1 });
  expect(run.nodes.vectors).toMatchObject({ status: 'done', cache: { hit: false } });
  expect(run.outputs['vectors.embeddings']).toMatchObject({ dims: [24, 58] });
  const { json } = await server.call('GET', `/api/runs/${id}/events?after=2`);
  expect(json.items).toEqual(client.events.slice(2));
});

test('a second run takes its results from the cache, unless told to skip it', async () => {
  const server = await sharedServer();
  await server.ended((await server.submit(ranking)).id);
  const second = await server.ended((await server.submit(ranking)).id);
  expect(second.useCache).toBe(true);
  expect(second.nodes.vectors).toMatchObject({ status: 'cached', cache: { hit: true } });
  const third = await server.ended((await server.submit(ranking, { useCache: false })).id);
  expect(third.useCache).toBe(false);
  expect(Object.hasOwn(third, 'cache')).toBe(false);
  expect(third.nodes.vectors).toMatchObject({ status: 'done', cache: { reason: 'off' } });
});

test('what can run of a workflow runs if the request says so; otherwise it is refused', async () => {
  const server = await sharedServer();
  const stray = { id: 'stray', type: 'encode/image' };
  const wall = { id: 'wall', type: 'view/gallery' };
  const withStray = { ...ranking, nodes: [...ranking.nodes, stray] };
  const refused = await server.call('POST', '/api/runs', { workflow: withStray });
  expect(refused.status).toBe(400);
  expect(refused.json.error.problems).toMatchObject([{ code: 'input.missing' }, { code: 'input.missing' }]);

  const complete = await server.ended((await server.submit(withStray, { partial: true })).id);
  expect(complete).toMatchObject({ status: 'completed', partial: true, problems: [] });
  expect(complete.nodes.stray).toMatchObject({ status: 'skipped', error: { code: 'node.connect-first' } });

  const withWall = { ...ranking, nodes: [...ranking.nodes, wall] };
  const partly = await server.ended((await server.submit(withWall, { partial: true })).id);
  expect(partly).toMatchObject({ status: 'partial', problems: [{ code: 'input.missing', nodeId: 'wall' }] });

  const nothing = { ...ranking, nodes: [wall], edges: [], inputs: [], outputs: [] };
  const none = await server.call('POST', '/api/runs', { workflow: nothing, partial: true });
  expect(none).toMatchObject({ status: 400, json: { error: { problems: [{ nodeId: 'wall' }] } } });
});

test('a model that is not blocked cannot be unblocked', async () => {
  const server = await sharedServer();
  const { status, json } = await server.call('POST', '/api/models/nobody/unblock');
  expect([status, json.error.code]).toEqual([404, 'model.not-blocked']);
});

test('the old name of a field is refused by its name and not passed over', async () => {
  const server = await sharedServer();
  for (const [path, body] of [
    ['/api/runs', { workflow: ranking, cache: false }],
    ['/api/workflows/starter:find-similar-images/run', { cache: false }],
  ] as const) {
    const { status, json } = await server.call('POST', path, body);
    expect(status).toBe(400);
    expect(json.error.message).toContain('cache');
  }
});

test('a run to a node runs what that node needs and nothing else', async () => {
  const server = await sharedServer();
  const run = await server.ended((await server.submit(ranking, { targets: ['gallery'] })).id);
  expect(Object.keys(run.nodes)).toEqual(['gallery']);
});

test('one key names one run; with another request it is refused', async () => {
  const server = await sharedServer();
  const body = { workflow: ranking };
  const headers = { 'idempotency-key': 'k-1' };
  const first = await server.call('POST', '/api/runs', body, headers);
  const second = await server.call('POST', '/api/runs', body, headers);
  expect([first.status, second.status]).toEqual([202, 200]);
  expect(second.json.id).toBe(first.json.id);
  const third = await server.call('POST', '/api/runs', { workflow: fault('nothing') }, headers);
  expect(third.status).toBe(409);
  expect(third.json.error.code).toBe('run.idempotency-conflict');
  const same = { workflow: ranking, useCache: false };
  const both = await Promise.all(
    [1, 2, 3, 4].map(() => server.call('POST', '/api/runs', same, { 'idempotency-key': 'k-2' })),
  );
  expect(new Set(both.map(({ json }) => json.id)).size).toBe(1);
  expect((await server.call('GET', '/api/runs')).json.items).toHaveLength(2);
});

test('the queue keeps its order, lets some go first, pauses, and forgets what is cleared', async () => {
  const server = await sharedServer();
  await server.call('POST', '/api/queue/pause');
  const names = ['a', 'b', 'c', 'd'];
  const ids: string[] = [];
  for (const text of names) ids.push((await server.submit(fault('nothing', { text }))).id);
  const front = await server.submit(fault('nothing', { text: 'front' }), { front: true });
  await server.call('POST', `/api/runs/${ids[3]}/front`);
  await server.call('POST', `/api/runs/${ids[1]}/cancel`);
  const { json: queue } = await server.call('GET', '/api/queue');
  expect(queue).toEqual({
    paused: true,
    running: [],
    queued: [ids[3], front.id, ids[0], ids[2]],
    queuedTotal: 4,
  });
  await server.call('POST', '/api/queue/resume');
  const done = await Promise.all([ids[3], front.id, ids[0], ids[2]].map((id) => server.ended(id as string)));
  const started = done.map(({ startedAt }) => startedAt as string);
  expect(started).toEqual([...started].sort());
  expect((await server.ended(ids[1] as string)).status).toBe('cancelled');

  await server.call('POST', '/api/queue/pause');
  const waiting = [await server.submit(ranking), await server.submit(ranking)];
  expect((await server.call('POST', '/api/queue/clear')).json).toEqual({ cancelled: 2 });
  for (const { id } of waiting) expect((await server.ended(id)).status).toBe('cancelled');
  expect((await server.call('POST', `/api/runs/${waiting[0]?.id}/front`)).status).toBe(409);
});

test('a run under way is cancelled by its id within a second, deaf or not, and the next one works', async () => {
  const server = await sharedServer();
  for (const how of ['wait', 'deaf', 'hold']) {
    const client = connect(server);
    const { id } = await server.submit(fault(how));
    await client.watch(id);
    await client.saw(({ type }) => type === 'nodeStarted');
    // Waits until the node blocks its process.
    await sleep(50);
    const { json } = await server.call('POST', `/api/runs/${id}/cancel`);
    expect(json.status).toBe('cancelled');
    expect(client.events.filter(({ type }) => type === 'runFinished')).toHaveLength(1);
  }
  expect((await server.ended((await server.submit(ranking)).id)).status).toBe('completed');
});

test('pages are disjoint, ordered, stable while runs come, and end', async () => {
  const server = await sharedServer();
  await server.call('POST', '/api/queue/pause');
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push((await server.submit(fault('nothing'))).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { json } = await server.call('GET', `/api/runs?limit=3${query}`);
    seen.push(...json.items.map(({ id }: { id: string }) => id));
    cursor = json.next;
    await server.submit(fault('nothing'));
  } while (cursor !== null);
  expect(seen).toEqual([...ids].reverse());
  await server.call('POST', `/api/runs/${ids[2]}/cancel`);
  const cancelled = await server.call('GET', '/api/runs?status=cancelled,failed');
  expect(cancelled.json.items.map(({ id }: { id: string }) => id)).toEqual([ids[2]]);
  expect((await server.call('GET', '/api/runs?cursor=nonsense')).status).toBe(400);
  expect((await server.call('GET', '/api/runs?status=lost')).status).toBe(400);
  expect((await server.call('GET', '/api/runs/run_none')).status).toBe(404);
});

test('a run that cannot work is refused with all its problems, each in its place', async () => {
  const server = await sharedServer();
  const broken = structuredClone(ranking);
  broken.nodes[0]!.params = { path: 5 };
  broken.nodes[1]!.params = { model: 'no-such-model' };
  broken.nodes.push({ id: 'x', type: 'compare/no-such-node' });
  const { status, json } = await server.call('POST', '/api/runs', { workflow: broken });
  expect(status).toBe(400);
  expect(json.error.code).toBe('workflow.invalid');
  const places = json.error.problems.map(({ nodeId }: { nodeId: string }) => nodeId);
  expect(new Set(places)).toEqual(new Set(['gallery', 'encoder', 'x']));
  const validated = await server.call('POST', '/api/validate', { workflow: ranking });
  expect(validated.json.problems).toEqual([]);
  expect(validated.json.info.vectors.embeddings).toMatchObject({ dims: 58 });
});

test('only a run that has ended can be forgotten', async () => {
  const server = await sharedServer();
  await server.call('POST', '/api/queue/pause');
  const { id } = await server.submit(ranking);
  expect((await server.call('DELETE', `/api/runs/${id}`)).status).toBe(409);
  await server.call('POST', `/api/runs/${id}/cancel`);
  expect(await server.call('DELETE', `/api/runs/${id}`)).toMatchObject({
    status: 200,
    json: { kind: 'run', key: id, files: 0 },
  });
  expect((await server.call('GET', `/api/runs/${id}`)).status).toBe(404);
});
