import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MANIFEST, type ModelManifest } from '../../models/manifest.ts';
import type { TrashEntry, TrashList } from '../../server/contract/trash.ts';
import { fault, startServer } from '../server/server.ts';
import { patchbay, root, scratch } from './cli.ts';

const REPO = 'someone/tiny';

/** A data folder with a downloaded model of one file. @returns the folder of the model and the data folder */
function withModel(data = scratch('data')): { data: string; model: string } {
  const model = join(data, 'models', 'someone--tiny');
  mkdirSync(model, { recursive: true });
  const manifest: ModelManifest = {
    version: 1,
    id: REPO,
    repo: REPO,
    commit: '0'.repeat(40),
    title: 'Tiny',
    family: 'clip',
    revision: 'main',
    license: 'mit',
    files: [{ path: 'config.json', bytes: 2, sha256: '0'.repeat(64) }],
  };
  writeFileSync(join(model, MANIFEST), JSON.stringify(manifest));
  writeFileSync(join(model, 'config.json'), '{}');
  return { data, model };
}

describe('patchbay models remove', () => {
  test('without a terminal, moves the model to the trash and says how to restore it', async () => {
    const { data, model } = withModel();
    const removed = await patchbay(['models', 'remove', REPO], { data });
    expect(removed).toMatchObject({ code: 0 });
    expect(removed.stdout).toMatch(
      /^Deleted someone\/tiny \(2 files, .*B\)\. For 7 days, "patchbay trash restore/,
    );
    expect(existsSync(model)).toBe(false);
    const [, id = ''] = /trash restore (\w+)"/.exec(removed.stdout) ?? [];
    expect((await patchbay(['trash'], { data })).stdout).toMatch(
      new RegExp(`^${id} +model +Tiny \\(2 files, `),
    );
    // Downloaded again meanwhile.
    withModel(data);
    expect(await patchbay(['trash', 'restore', id], { data })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The model Tiny cannot be restored, because it was downloaded again'),
    });
    rmSync(model, { recursive: true });
    const restored = await patchbay(['trash', 'restore', id], { data });
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Restored the model Tiny') });
    expect(readdirSync(model).sort()).toEqual(['config.json', 'patchbay.json']);
  });

  test('on a terminal, asks and says how much goes; yes is needed, or --yes', () => {
    const { data, model } = withModel();
    const cli = join(root, 'dist/server/cli.js');
    /** Runs the command on a terminal of its own and types an answer. */
    const onTerminal = (command: string, answer: string) =>
      spawnSync('script', ['-qefc', `"${process.execPath}" "${cli}" ${command}`, '/dev/null'], {
        input: answer,
        encoding: 'utf8',
        env: { ...process.env, PATCHBAY_DATA: data },
      });
    if (spawnSync('script', ['--version']).status !== 0) return;
    const kept = onTerminal(`models remove ${REPO}`, 'n\n');
    expect(kept.stdout).toMatch(
      /Delete someone\/tiny \(2 files, .*B\)\? It can be restored for 7 days\. \[y\/N\]/,
    );
    expect(kept.status).toBe(130);
    expect(existsSync(model)).toBe(true);
    expect(onTerminal(`models remove ${REPO} --yes`, '').stdout).not.toContain('[y/N]');
    expect(existsSync(model)).toBe(false);
    expect(onTerminal('trash empty', 'n\n').stdout).toMatch(/Delete 1 entry \(2 files, .*\) for good\?/);
    expect(readdirSync(join(data, 'trash'))).toHaveLength(1);
    expect(onTerminal('trash empty', 'y\n').stdout).toMatch(/Deleted 1 entry .* for good/);
    expect(readdirSync(join(data, 'trash'))).toHaveLength(0);
  });
});

describe('patchbay trash', () => {
  test('says what an empty trash is for, and refuses what it does not have', async () => {
    const data = scratch('data');
    expect((await patchbay(['trash'], { data })).stdout).toMatch(/^The trash is empty\. Deleted runs/);
    expect(await patchbay(['trash', 'restore', 'nothing'], { data })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The trash has nothing with the id nothing.'),
    });
    expect(existsSync(join(data, 'journal.db'))).toBe(false);
  });

  test('is emptied without a terminal with --yes only', async () => {
    const { data } = withModel();
    await patchbay(['models', 'remove', REPO], { data });
    expect(await patchbay(['trash', 'empty'], { data })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Add --yes'),
    });
    expect((await patchbay(['trash', 'list', '--json'], { data })).json<TrashList>().items).toHaveLength(1);
    const emptied = await patchbay(['trash', 'empty', '--yes', '--json'], { data });
    expect(emptied.json<TrashList>().items).toMatchObject([{ kind: 'model', key: REPO, files: 2 }]);
    expect((await patchbay(['trash', '--json'], { data })).json<TrashList>().items).toEqual([]);
  });

  test('restores a run when no server runs, and says where to do it while one does', async () => {
    const server = await startServer();
    const { data } = server;
    const { id } = await server.ended((await server.submit(fault('nothing'))).id);
    const folder = join(data, 'outputs', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.txt'), 'a');
    const entry: TrashEntry = (await server.call('DELETE', `/api/runs/${id}`)).json;
    expect(await patchbay(['trash', 'restore', entry.id], { data })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Restore "nothing" in the studio under "Recently deleted"'),
    });
    await server.kill('SIGKILL');
    expect((await patchbay(['trash', 'restore', entry.id, '--json'], { data })).json<TrashEntry>()).toEqual(
      entry,
    );
    expect(readdirSync(folder)).toEqual(['a.txt']);
    const next = await startServer({ data });
    expect((await next.call('GET', `/api/runs/${id}`)).json.status).toBe('completed');
  });
});
