import { beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

test('every workflow that ships can run as it is: nothing the models say gets lost on the way', async () => {
  const { json: list } = await server.call('GET', '/api/starters');
  expect(list.items.length).toBeGreaterThanOrEqual(6);
  for (const { id } of list.items) {
    const { json } = await server.call('GET', `/api/workflows/${encodeURIComponent(id)}`);
    const checked = await server.call('POST', '/api/validate', { workflow: json.workflow });
    expect(checked.json.problems, id).toEqual([]);
  }
});
