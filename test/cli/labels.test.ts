import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LabelSet } from '../../server/contract/labels.ts';
import { startServer } from '../server/server.ts';
import { patchbay, root, scratch } from './cli.ts';

const SAMPLES = join(root, 'workflows/samples/pictures');

describe('patchbay labels', () => {
  test('imports a folder into a new set, and lists, shows and exports it', async () => {
    const data = scratch('data');
    expect((await patchbay(['labels'], { data })).stdout).toContain('There are no category sets.');
    const imported = await patchbay(['labels', 'import', 'Food', SAMPLES], { data });
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toMatch(
      /^\d+ pictures got a category, 0 had it already\. \d+ new categories\.\n$/,
    );
    expect((await patchbay(['labels', 'list'], { data })).stdout).toMatch(
      /^Food +\d+ categories, \d+ pictures\n$/,
    );
    const set = (await patchbay(['labels', 'show', 'Food', '--json'], { data })).json<LabelSet>();
    const fruit = set.categories.find(({ name }) => name === 'fruit')!;
    expect(fruit.count).toBeGreaterThan(0);
    const shown = await patchbay(['labels', 'show', 'Food'], { data });
    expect(shown.stdout).toMatch(new RegExp(`^fruit +${fruit.count}`, 'm'));
    expect(shown.stdout).toMatch(/^Food: .*, revision 1\.$/m);

    const cwd = scratch('cwd');
    await patchbay(['labels', 'export', 'Food', 'food.csv'], { data, cwd });
    const csv = readFileSync(join(cwd, 'food.csv'));
    expect(csv.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const banana = createHash('sha256')
      .update(readFileSync(join(SAMPLES, 'fruit/banana-fluent.png')))
      .digest('hex');
    expect(csv.toString()).toContain(`sample:pictures/fruit/banana-fluent.png,fruit,`);
    expect(csv.toString()).toContain(banana);
    const printed = await patchbay(['labels', 'export', 'Food', '--format', 'metadata-jsonl'], { data });
    expect(printed.stdout).toContain('{"file_name":"fruit/banana-fluent.png","label":"fruit"}\n');

    // The table comes back in another data folder, where only the hashes are known.
    const other = scratch('data');
    expect(
      await patchbay(['labels', 'import', 'Copy', join(cwd, 'food.csv')], { data: other }),
    ).toMatchObject({ code: 0 });
    const copy = (await patchbay(['labels', 'show', 'Copy', '--json'], { data: other })).json<LabelSet>();
    expect(copy.labelled).toBe(set.labelled);
    expect(copy.categories.map(({ name, count }) => [name, count])).toEqual(
      set.categories.map(({ name, count }) => [name, count]),
    );
  }, 120_000);

  test('names what it leaves out, and ends with 3; a file that it cannot read makes no set', async () => {
    const data = scratch('data');
    const cwd = scratch('cwd');
    writeFileSync(
      join(cwd, 'mine.csv'),
      `path,category\n${join(SAMPLES, 'fruit/banana-fluent.png')},fruit\nnothing.png,fruit\n`,
    );
    const imported = await patchbay(['labels', 'import', 'Mine', 'mine.csv'], { data, cwd });
    expect(imported).toMatchObject({
      code: 3,
      stdout: '1 picture got a category, 0 had it already. 1 new category.\n',
    });
    expect(imported.stderr).toMatch(/^Left out nothing\.png \(line 3\): .*\.\n$/);
    writeFileSync(join(cwd, 'bad.csv'), 'a,b\n1,2\n');
    const bad = await patchbay(['labels', 'import', 'Bad', 'bad.csv'], { data, cwd });
    expect(bad).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No column of bad.csv has the pictures.'),
    });
    expect(existsSync(join(data, 'labels', 'Bad.json'))).toBe(false);
    const missing = await patchbay(['labels', 'show', 'Mien'], { data });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean "Mine"?') });
  }, 60_000);

  test('reads beside a server, also what is only in the log, and imports only without one', async () => {
    const server = await startServer();
    const { json } = await server.call('POST', '/api/label-sets', {
      name: 'Pets',
      categories: [{ name: 'cat' }],
    });
    const category = json.categories[0].id;
    await server.call('POST', '/api/label-sets/Pets/changes', {
      changes: [{ hash: 'a'.repeat(64), category }],
    });
    expect(existsSync(join(server.data, 'labels', 'Pets.changes.jsonl'))).toBe(true);
    const listed = await patchbay(['labels'], { data: server.data });
    expect(listed.stdout).toMatch(/^Pets +1 category, 1 picture\n$/);
    expect(existsSync(join(server.data, 'labels', 'Pets.changes.jsonl'))).toBe(true);
    const refused = await patchbay(['labels', 'import', 'Pets', SAMPLES], { data: server.data });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('data folder');
    const workflow = {
      format: 'patchbay',
      version: 1,
      nodes: [
        { id: 'load', type: 'image/load-folder', params: { path: SAMPLES } },
        { id: 'set', type: 'label/label-set', params: { set: 'Pets' } },
      ],
      edges: [{ from: { node: 'load', port: 'images' }, to: { node: 'set', port: 'images' } }],
      outputs: [{ name: 'open', node: 'set', port: 'unlabelled' }],
    };
    const run = await patchbay(['run', '-', '--json'], {
      data: server.data,
      stdin: JSON.stringify(workflow),
    });
    expect(run.code).toBe(0);
    expect(run.json().outputs.open.items.length).toBeGreaterThan(100);
  }, 120_000);
});
