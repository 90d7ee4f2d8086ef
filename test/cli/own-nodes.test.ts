import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NodeDescriptor } from '../../nodes/sdk/index.ts';
import { patchbay, root, scratch } from './cli.ts';

/** The node that the README tells how to add. */
const documented = /```ts\n(?<code>\/\/ nodes\/compare\/threshold\.ts\n.*?)```/s.exec(
  readFileSync(join(root, 'README.md'), 'utf8'),
)!.groups!.code!;

/** A folder of nodes in a project that has Patchbay installed. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = scratch('project');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'patchbay'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'nodes', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'nodes', path), text);
  }
  return join(folder, 'nodes');
}

// It has no types to be taken out: what stands there is JavaScript.
const script = documented.replace('../sdk/index.ts', 'patchbay/sdk');
const own = project({ 'compare/threshold.js': script });

/** Search by text, whose matches go through the new node. */
function workflow(): string {
  const starter = JSON.parse(readFileSync(join(root, 'workflows/search-by-text.json'), 'utf8'));
  const file = join(scratch('workflow'), 'above.json');
  const saved = {
    ...starter,
    nodes: [...starter.nodes, { id: 'above', type: 'compare/threshold', params: { score: 0.3 } }],
    edges: [
      ...starter.edges,
      { from: { node: 'top', port: 'matches' }, to: { node: 'above', port: 'matches' } },
    ],
    inputs: [...starter.inputs, { name: 'score', node: 'above', param: 'score' }],
    outputs: [{ name: 'above', node: 'above', port: 'matches' }],
  };
  writeFileSync(file, JSON.stringify(saved));
  return file;
}

describe('the node of the README', () => {
  test('stands there as the formatter has it', () => {
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const formatted = spawnSync(process.execPath, [biome, 'format', '--stdin-file-path=threshold.ts'], {
      cwd: root,
      input: documented,
      encoding: 'utf8',
    });
    expect(formatted.stdout).toBe(documented);
  });

  test('is listed with its help, and with words that it is searched by', async () => {
    const { json } = await patchbay(['nodes', '--json'], { env: { PATCHBAY_NODES: own } });
    const found = json<NodeDescriptor[]>().find(({ type }) => type === 'compare/threshold')!;
    expect(found).toMatchObject({ title: 'Keep above', params: [{ name: 'score', default: 0.5 }] });
    expect(found.keywords!.length).toBeGreaterThanOrEqual(3);
  });

  test('is checked, described and run headless, its params set by name', async () => {
    const file = workflow();
    expect((await patchbay(['validate', file], { env: { PATCHBAY_NODES: own } })).code).toBe(0);
    const { inputs } = (await patchbay(['describe', file, '--json'], { env: { PATCHBAY_NODES: own } })).json<{
      inputs: { name: string; type: string; value: unknown }[];
    }>();
    expect(inputs.at(-1)).toMatchObject({ name: 'score', type: 'number', value: 0.3 });
    const ran = await patchbay(['run', file, '--input', 'score=0.45', '--json'], {
      env: { PATCHBAY_NODES: own },
    });
    expect(ran.code).toBe(0);
    const scores = ran
      .json()
      .outputs.above.flatMap(({ results }: { results: { score: number }[] }) =>
        results.map(({ score }) => score),
      );
    expect(scores.length).toBeGreaterThan(0);
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.45);
  });
});

describe('a folder of nodes that cannot be used is told in a sentence, with the file', () => {
  test.each([
    ['that is not there', () => join(scratch('none'), 'missing'), /missing.* cannot be read/],
    [
      'with a file that is no node',
      () => project({ 'a/b.js': 'export default 1;' }),
      /b\.js has no node definition/,
    ],
    [
      'with a file that does not load',
      () => project({ 'a/b.js': 'import "nowhere-at-all";' }),
      /b\.js cannot be loaded/,
    ],
    [
      'with a type that ships',
      () => project({ 'compare/top-k.js': script }),
      /Two nodes have the type "compare\/top-k"/,
    ],
  ])('%s', async (_, folder, sentence) => {
    const { code, stderr } = await patchbay(['nodes'], { env: { PATCHBAY_NODES: folder() } });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('should not');
  });
});
