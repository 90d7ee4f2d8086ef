import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { patchbay, root, scratch } from './cli.ts';

const fruit = join(root, 'workflows/samples/pictures/fruit');

/** A folder with pictures of fruit and a file that is not a picture. */
function mixedFolder(): string {
  const folder = join(scratch('mixed'), 'mine');
  cpSync(fruit, folder, { recursive: true });
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  return folder;
}

describe('what a run says besides its results', () => {
  test('what was left out stands at its node in the document', async () => {
    const { code, json } = await patchbay([
      'run',
      'find-duplicates',
      '--input',
      `folder=${mixedFolder()}`,
      '--json',
    ]);
    expect(code).toBe(0);
    const left = Object.values(json().nodes).flatMap(
      (node) => (node as { skipped?: { path: string }[] }).skipped ?? [],
    );
    expect(left.map(({ path }) => path)).toContain('broken.png');
  });

  test('files that nodes wrote are named, in the document and on the terminal', async () => {
    const out = scratch('out');
    const { json } = await patchbay(['run', 'dataset-statistics', '--json', '--out', out]);
    const { files } = json() as unknown as { files: { path: string; bytes: number }[] };
    expect(files).toHaveLength(1);
    expect(readFileSync(files[0]!.path).byteLength).toBe(files[0]!.bytes);
    const { stdout } = await patchbay(['run', 'dataset-statistics', '--out', out]);
    expect(stdout).toContain(`saved ${files[0]!.path}`);
  });

  test('scores of a similarity are in the document', async () => {
    const { json } = await patchbay(['run', 'similarity-matrix', '--json', '--input', `folder=${fruit}`]);
    const { dims, values, queries } = json().outputs.similarity;
    expect(dims).toEqual([queries.length, queries.length]);
    expect(values).toHaveLength(dims[0]);
    for (const [i, row] of (values as number[][]).entries()) {
      expect(row[i]).toBeCloseTo(1, 5);
      expect(Math.max(...row)).toBeLessThanOrEqual(1);
    }
  });

  test('a result that cannot be written costs only itself: partial, exit 3', async () => {
    const out = join(scratch('out'), 'file');
    writeFileSync(out, 'in the way');
    const { code, json } = await patchbay(['run', 'lora-projection', '--json', '--out', out]);
    expect(code).toBe(3);
    expect(json().status).toBe('partial');
    expect(json().outputs.matches.length).toBeGreaterThan(0);
    expect(json().problems[0]!.message).toContain(out);
  });

  test('an unknown option is a document too under --json', async () => {
    const { code, json } = await patchbay(['run', 'find-similar-images', '--inputs', 'x', '--json']);
    expect(code).toBe(2);
    expect(json().problems[0]!.message).toContain('--inputs');
  });

  test('labels are aligned by the cells they take, Chinese ones too', async () => {
    const { stdout } = await patchbay([
      'run',
      'zero-shot-labels',
      '--input',
      `folder=${fruit}`,
      '--input',
      'labels=["猫","banana"]',
    ]);
    const rows = stdout.split('\n').filter((line) => /\.png +(猫|banana) /.test(line));
    expect(rows.length).toBeGreaterThan(5);
    const cells = (text: string) => [...text].reduce((sum, char) => sum + (char === '猫' ? 2 : 1), 0);
    expect(new Set(rows.map(cells)).size).toBe(1);
    expect(stdout).toMatch(/in all: /);
  });
});

describe('finding out what a workflow takes', () => {
  test('starters are listed, and each can be described', async () => {
    const listed = (await patchbay(['starters', '--json'])).json<{ id: string }[]>();
    expect(listed.map(({ id }) => id)).toContain('search-by-text');
    for (const { id } of listed) {
      const { inputs, outputs } = (await patchbay(['describe', id, '--json'])).json<{
        inputs: { name: string }[];
        outputs: object[];
      }>();
      expect(inputs.map(({ name }) => name)).toContain('folder');
      expect(outputs.length).toBeGreaterThan(0);
    }
  });

  test('a model is added, listed, and removed again; its folder stays', async () => {
    const data = scratch('data');
    const folder = join(scratch('models'), 'my-clip');
    mkdirSync(folder, { recursive: true });
    cpSync(join(root, 'test/fixtures/oracles/clip'), folder, { recursive: true });
    const ids = async () =>
      (await patchbay(['models', '--json'], { data })).json<{ id: string }[]>().map(({ id }) => id);
    expect((await patchbay(['models', 'add', folder], { data })).code).toBe(0);
    expect(await ids()).toContain('my-clip');
    expect((await patchbay(['models', 'remove', 'my-clip'], { data })).code).toBe(0);
    expect(await ids()).not.toContain('my-clip');
    expect(existsSync(join(folder, 'config.json'))).toBe(true);
    const refused = await patchbay(['models', 'remove', 'emoji-clip'], { data });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/emoji-clip/);
  });
});
