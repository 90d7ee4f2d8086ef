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
  // Code that is compiled and data that is cached once is not growth.
  await batch(150);
  const before = (await health()).rssBytes;
  await batch(300);
  const after = await health();
  expect((after.rssBytes - before) / 300).toBeLessThan(50 * 1024);
  const { runner } = after;
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(() => process.kill(runner.pid, 0)).toThrow();
});
