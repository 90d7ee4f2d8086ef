import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { toHttpError } from '../../server/http/http-error.ts';
import { fault, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const upload = async (path: string) => {
  const body = new FormData();
  body.append('file', new Blob(['text']), 'a.txt');
  const response: Response = await fetch(new URL(`/api/files?path=${encodeURIComponent(path)}`, server.url), {
    method: 'POST',
    body,
  });
  return { status: response.status, error: ((await response.json()) as { error?: { code: string } }).error };
};

test('a NUL in any text of a request is refused by name, or left out, and is never an error of the server', async () => {
  const workflow = fault('nothing');
  const nul = 'a\0b';
  for (const options of [{ series: nul }, { workflowId: nul }]) {
    const { status, json } = await server.call('POST', '/api/runs', { workflow, ...options });
    expect([status, json.error.code]).toEqual([400, 'request.invalid-value']);
    expect(json.error.message).toContain(Object.keys(options)[0]);
  }
  const named = { ...workflow, name: nul, description: nul };
  expect((await server.call('POST', '/api/workflows', { workflow: named })).status).toBe(201);
  expect((await server.call('POST', '/api/runs', { workflow: named })).status).toBe(202);
  const odd = {
    ...workflow,
    nodes: [{ id: nul, type: nul }],
    inputs: [{ name: nul, node: nul, param: nul }],
  };
  for (const path of ['/api/runs', '/api/validate', '/api/workflows'])
    expect((await server.call('POST', path, { workflow: odd, inputs: undefined })).status).toBeLessThan(500);
  for (const path of [
    '/api/runs?workflowId=%00',
    '/api/runs?cursor=%00',
    '/api/files?path=%00',
    '/api/files?path=a%00b',
    '/api/models/%00',
  ])
    expect((await server.call('GET', path)).status, path).toBeLessThan(500);
});

test('an upload below a file, or with a name that no disk takes, is refused with what to do', async () => {
  expect((await upload('note.txt')).status).toBe(201);
  expect(await upload('note.txt/below.txt')).toMatchObject({
    status: 409,
    error: { code: 'upload.below-file', args: { path: 'note.txt' } },
  });
  expect(await upload('note.txt/far/below.txt')).toMatchObject({
    status: 409,
    error: { code: 'upload.below-file' },
  });
  const long = '水'.repeat(199);
  for (const path of [long, `${long}/a.txt`, `folder/${long}.txt`])
    expect(await upload(path)).toMatchObject({ status: 400, error: { code: 'upload.name-too-long' } });
  expect((await upload('水'.repeat(60))).status).toBe(201);
});

test('an error of the system becomes an answer that names the file without its folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-edge-'));
  writeFileSync(join(folder, 'file'), '');
  const thrown = (path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      return error;
    }
  };
  const answer = (error: unknown, writes?: boolean) => {
    const { status, code, message } = toHttpError(error, writes);
    expect(message).not.toContain(folder);
    return [status, code];
  };
  expect(answer(thrown(join(folder, 'none')))).toEqual([404, 'file.not-found']);
  expect(answer(thrown(folder))).toEqual([409, 'file.not-a-file']);
  expect(answer(thrown(join(folder, 'file', 'below')))).toEqual([404, 'file.not-found']);
  expect(answer(thrown(join(folder, 'x'.repeat(300))))).toEqual([400, 'upload.name-too-long']);
  const locked = Object.assign(new Error('no'), { code: 'EACCES', path: join(folder, 'secret.png') });
  expect(answer(locked)).toEqual([403, 'file.unreadable']);
  expect(answer(locked, true)).toEqual([503, 'storage.unwritable']);
  const sqlite = (code: string) => Object.assign(new Error('no'), { code });
  expect(answer(sqlite('SQLITE_FULL'), true)).toEqual([507, 'storage.full']);
  expect(answer(sqlite('SQLITE_IOERR_WRITE'), true)).toEqual([503, 'storage.unwritable']);
  expect(answer(sqlite('SQLITE_CORRUPT_INDEX'))).toEqual([500, 'storage.corrupt']);
  expect(answer(new TypeError('no'))).toEqual([500, 'server.internal']);
});
