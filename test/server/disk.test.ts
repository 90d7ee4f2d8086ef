import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ranking, startServer, type TestServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-disk-'));
let isMounted = false;

beforeAll(() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    console.warn(
      'disk.test.ts: no small disk can be mounted here (needs root on Linux); its test is skipped.',
    );
  }
});
afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', folder]);
});

test('a full disk is told as 507, leaves nothing half written, and is over by itself', async ({ skip }) => {
  if (!isMounted) skip('no small disk can be mounted here');
  const server: TestServer = await startServer({ data: folder });
  const { id } = await server.submit(ranking);
  await server.ended(id);
  const ballast = join(folder, 'ballast');
  for (let i = 0, free = true; free; i++) {
    try {
      writeFileSync(`${ballast}${i}`, Buffer.alloc(16 * 1024));
    } catch {
      free = false;
    }
  }
  const form = () => {
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(200_000)]), 'big.bin');
    return { method: 'POST', body };
  };
  const upload = await fetch(new URL('/api/assets', server.url), form());
  expect(upload.status).toBe(507);
  expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  // The journal may still have a page or two free.
  const codes: number[] = [];
  for (let i = 0; i < 200 && codes.at(-1) !== 507; i++)
    codes.push((await server.call('POST', '/api/workflows', { workflow: ranking })).status);
  expect(codes.at(-1)).toBe(507);
  expect((await server.call('GET', '/api/health')).json.status).toBe('degraded');
  // What is answered with an error has not happened, in the memory of the server as little as on the disk.
  const isPaused = async () => (await server.call('GET', '/api/queue')).json.paused;
  let paused = await isPaused();
  for (let i = 0; i < 50; i++) {
    const { status } = await server.call('POST', `/api/queue/${paused ? 'resume' : 'pause'}`);
    expect([200, 507]).toContain(status);
    if (status === 200) paused = !paused;
    expect(await isPaused()).toBe(paused);
  }
  expect((await server.call('GET', `/api/runs/${id}`)).json.status).toBe('completed');

  for (const name of readdirSync(folder)) if (name.startsWith('ballast')) rmSync(join(folder, name));
  await expect
    .poll(async () => (await server.call('GET', '/api/health')).json.status, { timeout: 5000 })
    .toBe('ok');
  expect((await server.call('POST', '/api/queue/resume')).status).toBe(200);
  expect((await fetch(new URL('/api/assets', server.url), form())).status).toBe(201);
  expect((await server.call('POST', '/api/workflows', { workflow: ranking })).status).toBe(201);
  expect((await server.ended((await server.submit(ranking, { useCache: false })).id)).status).toBe(
    'completed',
  );
});
