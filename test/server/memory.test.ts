import { expect, test } from 'vitest';
import { fault, startServer } from './server.ts';

test('hundreds of runs leave the server as large as it was, and no process behind', async () => {
  const server = await startServer();
  const health = async () => (await server.call('GET', '/api/health')).json;
  const batch = async (runs: number) => {
    const ids: string[] = [];
    for (let i = 0; i < runs; i++) ids.push((await server.submit(fault('nothing'))).id);
    await server.ended(ids.at(-1) as string);
  };
  // Code that is compiled, data that is cached once and a heap that finds its size are not growth: the process takes
  // its last megabytes of that kind somewhere between run 300 and run 900. What leaks, leaks in every batch.
  let after = await health();
  const perRun: number[] = [];
  do {
    const before = after.rssBytes;
    await batch(150);
    after = await health();
    perRun.push((after.rssBytes - before) / 150 / 1024);
  } while (perRun.at(-1)! >= 20 && perRun.length < 10);
  expect(perRun.at(-1), `KiB that a run left behind, in batches of 150: ${perRun}`).toBeLessThan(20);
  const { runner } = after;
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(() => process.kill(runner.pid, 0)).toThrow();
}, 90_000);
