import { beforeAll, expect, test } from 'vitest';
import { fault, ranking, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const create = async (workflow: object = ranking) =>
  (await server.call('POST', '/api/workflows', { workflow })).json as { id: string; revision: number };

test('a workflow is saved, read, changed, listed and deleted; its earlier revisions stay readable', async () => {
  const made = await server.call('POST', '/api/workflows', { workflow: ranking });
  expect(made.status).toBe(201);
  const { id } = made.json;
  expect(made.headers.get('location')).toBe(`/api/workflows/${id}`);
  expect((await server.call('GET', `/api/workflows/${id}`)).json).toMatchObject({
    revision: 1,
    workflow: ranking,
  });
  const renamed = { ...ranking, name: 'renamed' };
  const saved = await server.call('PUT', `/api/workflows/${id}`, { workflow: renamed, revision: 1 });
  expect(saved.json).toMatchObject({ id, revision: 2, name: 'renamed' });
  expect((await server.call('GET', `/api/workflows/${id}`)).json.workflow).toEqual(renamed);
  expect((await server.call('GET', `/api/workflows/${id}?revision=1`)).json.workflow).toEqual(ranking);
  const { json: revisions } = await server.call('GET', `/api/workflows/${id}/revisions`);
  expect(revisions.items.map(({ revision }: { revision: number }) => revision)).toEqual([2, 1]);
  const { json: list } = await server.call('GET', '/api/workflows');
  expect(list.items[0]).toMatchObject({ id, name: 'renamed', nodes: 3 });
  expect(await server.call('DELETE', `/api/workflows/${id}`)).toMatchObject({
    status: 200,
    json: { kind: 'workflow', key: id },
  });
  expect((await server.call('GET', `/api/workflows/${id}`)).status).toBe(404);
  expect((await server.call('DELETE', `/api/workflows/${id}`)).status).toBe(404);
});

test('of two who save over one revision, one wins and the other is told', async () => {
  const { id } = await create();
  const answers = await Promise.all(
    ['a', 'b'].map((name) =>
      server.call('PUT', `/api/workflows/${id}`, { workflow: { ...ranking, name }, revision: 1 }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const loser = answers.find(({ status }) => status === 409);
  expect(loser?.json.error).toMatchObject({ code: 'workflow.conflict', revision: 2 });
  const winner = answers.find(({ status }) => status === 200);
  expect((await server.call('GET', `/api/workflows/${id}`)).json.name).toBe(winner?.json.name);
  expect((await server.call('DELETE', `/api/workflows/${id}?revision=1`)).status).toBe(409);
});

test('a saved workflow is an endpoint: named inputs go in, results come out', async () => {
  const { id } = await create();
  const run = await server.call('POST', `/api/workflows/${id}/run`, {
    inputs: { folder: 'sample:pictures/fruit' },
  });
  expect(run.status).toBe(200);
  expect(run.json).toMatchObject({ status: 'completed', workflowId: id, workflowRevision: 1 });
  expect(run.json.outputs['vectors.embeddings'].items[0].path).toMatch(/banana/);
  const listed = await server.call('GET', `/api/runs?workflowId=${id}`);
  expect(listed.json.items.map((one: { id: string }) => one.id)).toEqual([run.json.id]);
  const stray = await server.call('POST', `/api/workflows/${id}/run`, { inputs: { fodler: 'x' } });
  expect(stray.status).toBe(400);
  expect(stray.json.error.problems[0]).toMatchObject({ code: 'run.input', expected: 'folder' });
  const wrong = await server.call('POST', `/api/workflows/${id}/run`, { inputs: { folder: 5 } });
  expect(wrong.json.error.problems[0]).toMatchObject({ nodeId: 'gallery', param: 'path' });
  expect((await server.call('POST', '/api/workflows/wf_none/run', {})).status).toBe(404);
  await server.call('POST', '/api/queue/pause');
  const held = await server.call('POST', '/api/workflows/starter:search-by-text/run', {});
  expect([held.status, held.json.status]).toEqual([202, 'queued']);
  await server.call('POST', '/api/queue/resume');
  expect((await server.ended(held.json.id)).status).toBe('completed');
});

test('an endpoint answers at once when asked to, and when its time is over', async () => {
  const { id } = await create(fault('wait', { number: 400 }));
  const async = await server.call('POST', `/api/workflows/${id}/run`, { mode: 'async' });
  expect(async.status).toBe(202);
  expect(['queued', 'running']).toContain(async.json.status);
  const late = await server.call('POST', `/api/workflows/${id}/run`, { timeout: 0.1 });
  expect(late.status).toBe(202);
  expect((await server.ended(late.json.id)).status).toBe('completed');
});

test('a workflow that ships is an endpoint too, and cannot be changed', async () => {
  const { json } = await server.call('GET', '/api/starters');
  expect(json.items.length).toBeGreaterThan(0);
  const id = 'starter:find-duplicates';
  const { json: starter } = await server.call('GET', `/api/workflows/${id}`);
  expect(starter.workflow.format).toBe('patchbay');
  const run = await server.call('POST', '/api/workflows/starter:search-by-text/run', {
    inputs: { text: 'fruit' },
  });
  expect(run.json).toMatchObject({ status: 'completed', workflowId: 'starter:search-by-text' });
  expect(JSON.stringify(run.json.outputs)).toMatch(/apple|banana|grapes/);
  const put = await server.call('PUT', `/api/workflows/${id}`, { workflow: ranking, revision: 1 });
  expect([put.status, put.json.error.code]).toEqual([403, 'workflow.read-only']);
  expect((await server.call('DELETE', `/api/workflows/${id}`)).status).toBe(403);
});

test('texts that are scripts stay texts', async () => {
  const nasty = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>\u2028{{7*7}}';
  const workflow = { ...ranking, name: nasty, notes: [{ id: 'n', text: nasty, position: { x: 0, y: 0 } }] };
  const { id } = await create(workflow);
  const answer = await fetch(new URL(`/api/workflows/${id}`, server.url));
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(((await answer.json()) as { workflow: object }).workflow).toEqual(workflow);
  const missing = await fetch(new URL(`/api/workflows/${encodeURIComponent(nasty)}`, server.url));
  expect(missing.headers.get('content-type')).toMatch(/^application\/json/);
  const page = await fetch(new URL('/api/docs', server.url));
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  expect(await page.text()).not.toContain('<script');
});

test('a precision that a model does not come in is told before any run', async () => {
  const encoder = (precision: string) => ({
    format: 'patchbay',
    version: 1,
    name: 'x',
    nodes: [
      {
        id: 'm',
        type: 'encode/load-encoder',
        params: { model: 'emoji-clip', precision },
        position: { x: 0, y: 0 },
      },
    ],
    edges: [],
  });
  const problems = async (precision: string) =>
    (await server.call('POST', '/api/validate', { workflow: encoder(precision) })).json.problems;
  expect(await problems('fp32')).toEqual([]);
  expect(await problems('fp16')).toMatchObject([{ code: 'model.no-precision', param: 'precision' }]);
});
