import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypes from 'openapi-typescript';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../readme.ts';
import { ranking, scratch, startServer, type TestServer } from './server.ts';

let server: TestServer;
let text: string;
beforeAll(async () => {
  server = await startServer({ keep: true });
  text = JSON.stringify((await server.call('GET', '/api/openapi.json')).json);
});

test('a linter of OpenAPI finds nothing wrong with the description', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const found = await lintFromString({ source: text, absoluteRef: '/openapi.json', config });
  const problems = found
    // `/api/models/downloads/{key}` and `/api/models/{id}/verify` have no method in common.
    .filter(({ ruleId }) => ruleId !== 'no-ambiguous-paths')
    .map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
  expect(problems).toEqual([]);
});

test('a schema that refers to itself has its own name, and no field is closed to those who send it', () => {
  const { schemas } = JSON.parse(text).components;
  expect(schemas.Json).toEqual({});
  expect(schemas.MessageArg.anyOf).toContainEqual({ $ref: '#/components/schemas/Message' });
  expect(schemas.Message.properties.args.additionalProperties).toEqual({
    $ref: '#/components/schemas/MessageArg',
  });
  expect(schemas.Problem.properties.args.additionalProperties).toEqual({
    $ref: '#/components/schemas/MessageArg',
  });
  expect(text).not.toContain('"readOnly"');
});

/** A client of a few lines, as somebody would write it on the generated types; every mistake in it must not compile. */
const CLIENT = `
import type { components, paths } from './api.ts';

type Schema = components['schemas'];
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : undefined;
type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? JsonOf<R[S]> : never }[keyof R];
type AnswerOf<O> = O extends { responses: infer R } ? Success<R> : never;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;

export function createClient(base: string) {
  return async function call<P extends keyof paths, M extends keyof paths[P] & string>(
    method: M,
    path: P,
    params: Record<string, string>,
    body: BodyOf<paths[P][M]>,
  ): Promise<AnswerOf<paths[P][M]>> {
    const address = path.replace(/\\{(\\w+)\\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const response = await fetch(new URL(address, base), {
      method: method.toUpperCase(),
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json = await response.json();
    if (response.ok) return json as AnswerOf<paths[P][M]>;
    const { error } = json as Schema['Error'];
    throw new Error(error.code + ': ' + (error.problems ?? []).map(({ message }) => message).join(' '));
  };
}

export async function use(base: string, workflow: Schema['RunRequest']['workflow']) {
  const call = createClient(base);
  const run: Schema['Run'] = await call('post', '/api/runs', {}, { workflow, useCache: false });
  let detail: Schema['RunDetail'];
  do detail = await call('get', '/api/runs/{id}', { id: run.id }, undefined);
  while (detail.finishedAt === null);
  const { items } = await call('get', '/api/models', {}, undefined);
  const refused = await call('post', '/api/runs', {}, { workflow: { ...workflow, nodes: [], edges: workflow.edges } })
    .then(() => '', (error: Error) => error.message);
  return {
    run,
    status: detail.status,
    useCache: detail.useCache,
    partial: detail.partial,
    vectors: detail.outputs['vectors.embeddings'],
    models: items.map(({ id, towers }) => ({ id, towers })),
    refused,
  };
}

export async function mistakes() {
  const call = createClient('');
  // @ts-expect-error: a run has a workflow.
  await call('post', '/api/runs', {}, { useCache: true });
  // @ts-expect-error: there is no such route.
  await call('get', '/api/nothing', {}, undefined);
  const run = await call('get', '/api/runs/{id}', { id: 'x' }, undefined);
  // @ts-expect-error: a run has no such field.
  run.cache;
  // @ts-expect-error: no run has this status.
  run.status === 'finished';
}
`;

test('a client with generated types compiles and uses the server', { timeout: 120_000 }, async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'api.ts'), await openapiTypes(JSON.parse(text)));
  writeFileSync(join(folder, 'client.ts'), CLIENT);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: 'es2023',
        lib: ['es2023', 'dom'],
        module: 'nodenext',
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: true,
        noUncheckedIndexedAccess: true,
        types: [],
        outDir: 'out',
      },
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);

  const { use } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'out/client.js')).href)) as {
    use: (base: string, workflow: unknown) => Promise<Record<string, unknown>>;
  };
  const used = await use(server.url, ranking);
  expect(used).toMatchObject({
    run: { name: 'ranking' },
    status: 'completed',
    useCache: false,
    vectors: { dims: [24, 58] },
    models: expect.arrayContaining([{ id: 'builtin/color-layout', towers: expect.anything() }]),
    refused: expect.stringMatching(/^workflow\.invalid: \S/),
  });
});
