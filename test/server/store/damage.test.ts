import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { fault, ranking, scratch, spawnServer, startServer } from '../server.ts';

const dist = join(import.meta.dirname, '../../../dist/server');

/** Runs code in a process of its own, because a process keeps a database that it has opened. */
function apart(code: string, ...args: string[]): string {
  const url = (name: string) => JSON.stringify(pathToFileURL(join(dist, 'store', name)).href);
  const imports = `import { openDatabase } from ${url('sqlite.js')}; import { openJournal } from ${url('journal.js')};`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', `${imports}${code}`, ...args], {
    encoding: 'utf8',
  });
}

const inJournal = (folder: string, sql: string) =>
  apart('openDatabase(process.argv[1]).exec(process.argv[2])', join(folder, 'journal.db'), sql);

/** Changes one byte of a stored text, as a failing disk does, to one that no UTF-8 text contains. */
function flip(folder: string, table: string, column: string, where = '1', at = 3): void {
  const bytes = `CAST(${column} AS BLOB)`;
  inJournal(
    folder,
    `UPDATE ${table} SET ${column} = CAST(substr(${bytes}, 1, ${at}) || x'ff' || substr(${bytes}, ${at + 2}) AS TEXT)
      WHERE ${where} AND length(${bytes}) > ${at}`,
  );
}

/** What `patchbay doctor` says, with its exit code. */
function doctor(folder: string, ...options: string[]) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(dist, 'cli.js'), 'doctor', '--data', folder, '--json', ...options],
    { encoding: 'utf8' },
  );
  return { status, ...JSON.parse(stdout) };
}

/** A data folder with an ended run, a waiting one and a saved workflow, made by a real server. */
async function lived(): Promise<{ data: string; over: string; waiting: string; workflow: string }> {
  const server = await startServer();
  const over = await server.ended((await server.submit(ranking)).id);
  await server.call('POST', '/api/queue/pause');
  const waiting = await server.submit(fault('nothing'));
  const saved = await server.call('POST', '/api/workflows', { workflow: ranking });
  await server.kill('SIGTERM');
  // A server that ran for a minute, as on a slow machine, has taken one.
  rmSync(join(server.data, 'snapshots'), { recursive: true, force: true });
  return { data: server.data, over: over.id, waiting: waiting.id, workflow: saved.json.id };
}

const TEXTS = [
  ['runs', 'id'],
  ['runs', 'status'],
  ['runs', 'name'],
  ['runs', 'lane'],
  ['runs', 'problem'],
  ['events', 'body'],
  ['run_workflows', 'body'],
  ['run_outcomes', 'body'],
  ['workflows', 'id'],
  ['workflows', 'name'],
  ['workflow_revisions', 'body'],
  ['settings', 'value'],
] as const;

test('a damaged byte in any stored text ends neither the server nor its next start, and the rest goes on', async () => {
  const { data: origin } = await lived();
  for (const [table, column] of TEXTS) {
    const data = join(scratch(), 'data');
    cpSync(origin, data, { recursive: true });
    flip(data, table, column);
    const server = await startServer({ data });
    const list = await server.call('GET', '/api/runs');
    expect(list.status, `${table}.${column}`).toBe(200);
    for (const { id } of list.json.items) {
      expect((await server.call('GET', `/api/runs/${id}`)).status).toBe(200);
      const { json } = await server.call('GET', `/api/runs/${id}/events`);
      expect(json.items.map(({ seq }: { seq: number }) => seq)).toEqual(
        json.items.map((_: unknown, i: number) => i + 1),
      );
    }
    const { items } = (await server.call('GET', '/api/workflows')).json;
    for (const { id } of items)
      expect((await server.call('GET', `/api/workflows/${id}`)).status).toBe(
        table === 'workflow_revisions' ? 500 : 200,
      );
    await server.call('POST', '/api/queue/resume');
    expect((await server.ended((await server.submit(fault('nothing'))).id)).status).toBe('completed');
    const { json: queue } = await server.call('GET', '/api/queue');
    expect(queue.queuedTotal).toBe(0);
    expect(await server.kill('SIGTERM')).toBe(0);
  }
}, 180_000);

test('a byte that changes in a table but not in its index, or the other way round, holds up no run', async () => {
  const { data: origin, waiting } = await lived();
  inJournal(origin, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const whole = readFileSync(join(origin, 'journal.db'));
  const places: number[] = [];
  for (let at = whole.indexOf(waiting); at !== -1; at = whole.indexOf(waiting, at + 1)) places.push(at);
  // The row, and the index of the ids.
  expect(places.length).toBeGreaterThanOrEqual(2);
  for (const place of places) {
    const data = join(scratch(), 'data');
    cpSync(origin, data, { recursive: true });
    const bytes = Buffer.from(whole);
    bytes[place + 10] = 0xff;
    writeFileSync(join(data, 'journal.db'), bytes);
    const server = await startServer({ data });
    await server.call('POST', '/api/queue/resume');
    expect((await server.ended((await server.submit(fault('nothing'))).id)).status).toBe('completed');
    await expect
      .poll(async () => (await server.call('GET', '/api/queue')).json.queuedTotal, { timeout: 10_000 })
      .toBe(0);
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(doctor(data, '--repair')).toMatchObject({ isHealthy: true });
  }
}, 120_000);

test('a waiting run whose row is damaged fails by name and is marked; the run behind it completes', async () => {
  const { data, waiting } = await lived();
  flip(data, 'runs', 'lane', "status = 'queued'");
  const server = await startServer({ data });
  const { json } = await server.call('GET', `/api/runs/${waiting}`);
  expect(json).toMatchObject({
    status: 'failed',
    problem: { code: 'run.unreadable', args: { id: waiting } },
  });
  expect(json.problems[0].message).toContain(waiting);
});

test('a damaged run that somebody waits for is named as such, and does not hold up the next one', () => {
  const folder = scratch();
  const submit = `const { runs, close } = openJournal(process.argv[1]);
    const run = { workflowText: '{}', name: 'search', lane: 'device', useCache: true };
    const ids = [{ ...run, name: 'long' }, { ...run, front: true }, { ...run, series: 'tab' }, { ...run, lane: 'light', front: true }]
      .map((one) => runs.submit(one).run.id);
    console.log(JSON.stringify(ids));
    close();`;
  const [long, front, tab, light] = JSON.parse(apart(submit, folder));
  flip(folder, 'runs', 'status', `id = '${front}'`);
  const choose = `const { runs, close } = openJournal(process.argv[1]);
    const first = runs.nextInteractive();
    const ended = runs.setAside().map(({ runId, type }) => [runId, type]);
    console.log(JSON.stringify([first, ended, runs.nextInteractive(), runs.next(['device']), runs.next(['light'])]));
    close();`;
  expect(JSON.parse(apart(choose, folder))).toEqual([
    'unreadable',
    [[front, 'runFinished']],
    { id: tab, lane: 'device' },
    { id: long, lane: 'device' },
    { id: light, lane: 'light' },
  ]);
});

test('a damaged workflow is not run with other values than it was saved with', async () => {
  const { data, waiting } = await lived();
  flip(data, 'run_workflows', 'body', '1', 60);
  const server = await startServer({ data });
  await server.call('POST', '/api/queue/resume');
  expect(await server.ended(waiting)).toMatchObject({
    status: 'failed',
    problem: { code: 'run.unreadable' },
  });
  expect((await server.call('GET', '/api/health')).json).toMatchObject({
    status: 'degraded',
    problems: [{ code: 'storage.damaged' }],
  });
});

test('doctor names the damage, repairs it after a snapshot, and then finds none', async () => {
  const { data, over, workflow } = await lived();
  flip(data, 'runs', 'name', `id = '${over}'`);
  flip(data, 'events', 'body', 'seq = 2');
  flip(data, 'run_outcomes', 'body');
  flip(data, 'workflow_revisions', 'body');
  const codes = ['doctor.run', 'doctor.run-result', 'doctor.events', 'doctor.revisions'];
  const before = doctor(data);
  expect(before).toMatchObject({ status: 1, isHealthy: false, repairs: [] });
  expect(before.findings.map(({ code }: { code: string }) => code)).toEqual(codes);
  expect(before.findings[0].message).toContain(over);
  expect(doctor(data, '--repair')).toMatchObject({ status: 0, isHealthy: true });
  expect(doctor(data)).toMatchObject({ status: 0, isHealthy: true, findings: [] });
  expect(readdirSync(join(data, 'snapshots'))).toHaveLength(1);
  const server = await startServer({ data });
  expect((await server.call('GET', `/api/runs/${over}`)).json).toMatchObject({
    status: 'completed',
    name: expect.stringContaining('\ufffd'),
  });
  // It had one revision, and that one was damaged.
  expect((await server.call('GET', `/api/workflows/${workflow}`)).status).toBe(404);
  expect((await server.call('GET', '/api/health')).json.status).toBe('ok');
});

test('a journal that cannot be opened is named, and doctor puts the last snapshot in its place', async () => {
  const { data, over } = await lived();
  apart('openJournal(process.argv[1]).snapshot()', data);
  writeFileSync(join(data, 'journal.db'), Buffer.alloc(8192, 7));
  expect(await spawnServer({ data })).toMatchObject({
    code: 1,
    output: expect.stringContaining('patchbay doctor'),
  });
  expect(doctor(data)).toMatchObject({ status: 1, isHealthy: false, repairs: [] });
  expect(doctor(data, '--repair')).toMatchObject({ status: 0, repairs: [{ code: 'doctor.restored' }] });
  const server = await startServer({ data });
  expect((await server.call('GET', `/api/runs/${over}`)).json.status).toBe('completed');
});

test('a snapshot is taken once a day and before a migration, and three are kept', () => {
  const folder = scratch();
  apart('const one = openJournal(process.argv[1]); one.snapshot(); one.snapshot()', folder);
  expect(readdirSync(join(folder, 'snapshots'))).toHaveLength(1);
  for (const day of ['01', '02', '03', '04'])
    writeFileSync(join(folder, 'snapshots', `journal-2020-01-${day}T00-00-00-000Z.db`), '');
  // A journal as an earlier version wrote it.
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `journal.db${end}`), { force: true });
  inJournal(folder, readFileSync(join(import.meta.dirname, '../../fixtures/journal-4.sql'), 'utf8'));
  apart('openJournal(process.argv[1])', folder);
  const names = readdirSync(join(folder, 'snapshots')).toSorted();
  expect(names).toHaveLength(3);
  expect(names[0]).toBe('journal-2020-01-04T00-00-00-000Z.db');
});
