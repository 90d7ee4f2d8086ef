import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patchbay, root, scratch } from './cli.ts';

const starter = () => readFileSync(join(root, 'workflows/find-similar-images.json'), 'utf8');

test('a workflow from stdin is run, checked and described', async () => {
  const { code, stderr, json } = await patchbay(['run', '-', '--input', 'k=2', '--json'], {
    stdin: starter(),
  });
  expect(code, stderr).toBe(0);
  expect(json().outputs.matches[0].results).toHaveLength(2);
  expect((await patchbay(['validate', '-', '--json'], { stdin: starter() })).json()).toEqual({
    valid: true,
    problems: [],
  });
  const described = (await patchbay(['describe', '-', '--json'], { stdin: starter() })).json<{
    name: string;
  }>();
  expect(described.name).toBe(JSON.parse(starter()).name);
});

test('relative paths of a workflow from stdin start in the current folder', async () => {
  const cwd = scratch('cwd');
  copyFileSync(join(root, 'workflows/samples/queries/banana.png'), join(cwd, 'mine.png'));
  const workflow = JSON.stringify({
    format: 'patchbay',
    version: 1,
    nodes: [{ id: 'a', type: 'image/load-image', params: { path: 'mine.png' } }],
    edges: [],
  });
  const { code, stderr } = await patchbay(['run', '-', '--json'], { stdin: workflow, cwd });
  expect(code, stderr).toBe(0);
});

test('a stdin that holds no workflow is refused like a file', async () => {
  expect((await patchbay(['run', '-'], { stdin: '' })).code).toBe(2);
  const { code, stderr } = await patchbay(['run', '-'], {
    stdin: '{"last_node_id":1,"nodes":[],"links":[]}',
  });
  expect(code).toBe(2);
  expect(stderr).toContain('This is a workflow of ComfyUI');
});
