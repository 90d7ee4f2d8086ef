import { expect, test } from 'vitest';
import { ranking, startServer } from '../server/server.ts';
import { patchbay, scratch } from './cli.ts';

test('the runs of a server can be listed and compared after it, and while it runs the command says where they are', async () => {
  const data = scratch('data');
  expect(await patchbay(['runs'], { data })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No runs yet\./),
  });
  const server = await startServer({ data });
  const run = await server.ended((await server.submit(ranking)).id);
  const other = await server.ended((await server.submit(ranking)).id);
  const busy = await patchbay(['runs', 'compare', run.id, other.id], { data });
  expect(busy).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`The server at ${new URL(server.url).origin}/ uses the data folder`),
  });
  expect(busy.stderr).not.toContain('--data');
  await server.kill('SIGTERM');
  const list = await patchbay(['runs', '--json'], { data });
  expect(list.json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toEqual([other.id, run.id]);
  expect(await patchbay(['runs', 'compare', run.id, other.id], { data })).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(await patchbay(['runs', 'compare', run.id, 'absent'], { data })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('absent'),
  });
  expect((await patchbay(['runs', '--search', 'zebra'], { data })).stdout).toBe('No run has these words.\n');
});
