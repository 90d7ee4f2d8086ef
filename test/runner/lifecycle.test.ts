import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bench, childrenOf, isAlive, misbehave, pictures, until } from './kit.ts';

const onLinux = process.platform === 'linux';
if (!onLinux) console.warn('skipped: what needs a list of processes, which only Linux has as files');

interface Surroundings {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly env: Record<string, string>;
  readonly pid: number;
}

async function surroundings({ run }: ReturnType<typeof bench>): Promise<Surroundings> {
  const { outputs } = await run(misbehave('surroundings')).done;
  const { rows } = outputs['fault.table'] as { rows: { value: string }[] };
  return JSON.parse(rows[0]!.value) as Surroundings;
}

test('a process works in an empty folder and knows no secrets', async () => {
  process.env.SOME_API_KEY = 'secret';
  process.env.NODE_OPTIONS = '';
  const world = bench();
  const { cwd, files, env } = await surroundings(world);
  delete process.env.SOME_API_KEY;
  delete process.env.NODE_OPTIONS;
  expect(files).toEqual([]);
  expect(cwd.startsWith(world.dataFolder)).toBe(true);
  expect(env.PATH).toBe(process.env.PATH);
  expect(Object.keys(env)).not.toContain('SOME_API_KEY');
  expect(Object.keys(env)).not.toContain('NODE_OPTIONS');
});

test('a process is replaced after so many runs, and no run notices', async () => {
  const world = bench({ limits: { runsPerChild: 3 } });
  const pids = new Set<number>();
  for (let turn = 0; turn < 8; turn++) {
    pids.add((await surroundings(world)).pid);
    const { pid } = world.supervisor.status();
    if (turn % 3 === 2) await until(() => world.supervisor.status().pid !== pid);
  }
  expect(pids.size).toBe(3);
  expect(world.supervisor.status().restarts).toBe(0);
  const living = [...pids].filter(isAlive);
  await until(() => living.every((pid) => !isAlive(pid) || pid === world.supervisor.status().pid));
});

test('a process that has grown is replaced when it rests', async () => {
  const world = bench({ limits: { rssBytes: 900e6 } });
  const { pid } = await surroundings(world);
  expect((await world.run(misbehave('keep', { number: 400 })).done).status).toBe('completed');
  await until(() => !isAlive(pid));
  expect((await surroundings(world)).pid).not.toBe(pid);
  expect(world.supervisor.status().restarts).toBe(0);
});

test('another one is warm behind it', async () => {
  const world = bench();
  await world.supervisor.models();
  const [first, second, ...more] = world.log.filter(({ event }) => event === 'ready').map(({ pid }) => pid);
  expect(more).toEqual([]);
  expect((await surroundings(world)).pid).toBe(first);
  await world.run(misbehave('abort')).done;
  expect((await surroundings(world)).pid).toBe(second);
});

test('what a process writes is read, however much', async () => {
  const world = bench();
  expect((await world.run(misbehave('talk', { number: 1_000_000 })).done).status).toBe('completed');
});

test('close ends runs and processes, and leaves no folders', async () => {
  const world = bench();
  await world.supervisor.models();
  const pids = world.log.flatMap(({ event, pid }) => (event === 'ready' ? [pid!] : []));
  const run = world.run(misbehave('hold'));
  await run.saw('nodeStarted');
  const waiting = world.supervisor.thumbnail(join(pictures, 'tall.png'), 32).catch((error: unknown) => error);
  await world.supervisor.close();
  expect((await run.done).problems).toMatchObject([{ code: 'runner.closed' }]);
  await waiting;
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readdirSync(join(world.dataFolder, 'runner'))).toEqual([]);
  expect((await world.run(misbehave('nothing')).done).problems).toMatchObject([{ code: 'runner.closed' }]);
  await expect(world.supervisor.models()).rejects.toMatchObject({ code: 'runner.closed' });
});

test('folders of servers that were killed are removed by the next one', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-runner-'));
  const { pid } = spawnSync(process.execPath, ['--version']);
  const [dead, alive] = [`${pid}-1`, `${process.ppid}-1`].map((name) => join(dataFolder, 'runner', name));
  for (const folder of [dead!, alive!]) mkdirSync(folder, { recursive: true });
  bench({ dataFolder });
  await until(() => !existsSync(dead!));
  expect(existsSync(alive!)).toBe(true);
});

test.skipIf(!onLinux).each(['wait', 'hold'])(
  'no process outlives a server that is killed: %s',
  async (how) => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-orphan-'));
    const script = join(import.meta.dirname, 'orphan-parent.mjs');
    const server = spawn(process.execPath, [script, dataFolder, join(import.meta.dirname, 'nodes'), how]);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const children = childrenOf(server.pid!);
    expect(children.length).toBeGreaterThanOrEqual(2);
    server.kill('SIGKILL');
    await until(() => children.every((pid) => !isAlive(pid)));
  },
);

test('Ctrl+C in a terminal is for the server to answer, not for its processes', async () => {
  const world = bench();
  const run = world.run(misbehave('wait', { number: 700 }));
  await run.saw('nodeStarted');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.kill(world.supervisor.status().pid!, signal);
  expect((await run.done).status).toBe('completed');
});

test('the supervisor loads no native code that could take its process down', () => {
  const script = `
    const { createSupervisor } = await import('./dist/server/runner/supervisor.js');
    if (typeof createSupervisor !== 'function') throw new Error('nothing was loaded');
    console.log(JSON.stringify(process.report.getReport().sharedObjects));`;
  const root = join(import.meta.dirname, '../..');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  });
  expect(stderr.toString()).toBe('');
  const loaded = JSON.parse(stdout.toString()) as string[];
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.filter((path) => path.includes('node_modules'))).toEqual([]);
});
