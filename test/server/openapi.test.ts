import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../readme.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** Every `$ref` below a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

test('the description names every message it refers to, and each route once', async () => {
  const { json: api } = await server.call('GET', '/api/openapi.json');
  expect(api.openapi).toBe('3.1.0');
  const known = new Set(Object.keys(api.components.schemas).map((name) => `#/components/schemas/${name}`));
  const used = references(api);
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((reference) => !known.has(reference))).toEqual([]);
  const ids = Object.values(api.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    (path) => Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('the page shows every path', async () => {
  const { json: api } = await server.call('GET', '/api/openapi.json');
  const { json: page } = await server.call('GET', '/api/docs');
  for (const path of Object.keys(api.paths)) expect(page).toContain(`</span> ${path}</code>`);
});

test('the page of the server lists every route and no other', async () => {
  const { json: api } = await server.call('GET', '/api/openapi.json');
  const routes = Object.entries(api.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const page = readFileSync(join(root, 'server/README.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([A-Z]+ \/[^`]+)` \|/gm)].map(([, listedRoute]) => listedRoute);
  expect(listed.sort()).toEqual(routes.sort());
});

test('the answer to anything else is the one shape of errors', async () => {
  for (const [method, path, status] of [
    ['GET', '/api/nothing', 404],
    ['GET', '/nothing', 404],
    ['DELETE', '/api/health', 405],
    ['GET', '/api/runs/%zz', 400],
    ['PATCH', '/api/runs', 405],
  ] as const) {
    const answer = await server.call(method, path);
    expect(answer.status, `${method} ${path}`).toBe(status);
    expect(answer.json.error).toMatchObject({
      code: expect.any(String),
      message: expect.stringMatching(/\.$/),
    });
  }
});
