import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runnerEnvironment } from '../../server/runner/environment.ts';
import { ranking, startServer } from '../server/server.ts';
import { patchbay, scratch } from './cli.ts';

/** New folders where a library could leave files, as variables, and a list of the files in them. */
function watched() {
  const outer = scratch('watched');
  const [home, cache, temporary, cwd] = ['home', 'cache', 'tmp', 'cwd'].map((name) => {
    const folder = join(outer, name);
    mkdirSync(folder);
    return folder;
  }) as [string, string, string, string];
  return {
    cwd,
    env: {
      HOME: home,
      USERPROFILE: home,
      LOCALAPPDATA: cache,
      XDG_CACHE_HOME: cache,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      // A user's own setting does not turn it on.
      ORT_DISABLE_TELEMETRY: '0',
    },
    files: () =>
      readdirSync(outer, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => entry.name),
  };
}

/** The variables that a process of Linux started with. */
function environmentOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The processes that a process started, as Linux lists them. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

describe('ONNX Runtime reports nothing and keeps nothing', () => {
  test('the command line leaves no file outside its own folders', async () => {
    const { cwd, env, files } = watched();
    const { code, stderr } = await patchbay(['run', 'search-by-text', '--input', 'text=fruit', '--json'], {
      cwd,
      env,
    });
    expect(code, stderr).toBe(0);
    expect(files()).toEqual([]);
  });

  test('the command that tries devices leaves no file', async () => {
    const { cwd, env, files } = watched();
    expect((await patchbay(['devices'], { cwd, env })).code).toBe(0);
    expect(files()).toEqual([]);
  });

  test('a server and its runners leave no file, and its runners start with the variable', async () => {
    const { env, files } = watched();
    const server = await startServer({ env });
    const run = await server.submit(ranking);
    expect((await server.ended(run.id)).status).toBe('completed');
    const { json } = await server.call('POST', '/v1/embeddings', { model: 'emoji-clip', input: ['fruit'] });
    expect(json.data).toHaveLength(1);
    expect(files()).toEqual([]);
    if (process.platform !== 'linux') return;
    const runners = childrenOf(server.pid);
    expect(runners.length).toBeGreaterThan(0);
    for (const runner of runners) expect(environmentOf(runner).ORT_DISABLE_TELEMETRY).toBe('1');
  });

  test('a runner gets the variable whatever the server has', () => {
    expect(runnerEnvironment({}).ORT_DISABLE_TELEMETRY).toBe('1');
    expect(runnerEnvironment({ ORT_DISABLE_TELEMETRY: '0' }).ORT_DISABLE_TELEMETRY).toBe('1');
  });
});
