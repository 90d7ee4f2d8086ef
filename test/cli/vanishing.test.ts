import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patchbay, root, scratch } from './cli.ts';

/** A node that deletes the pictures it is given, all but the first: the folder vanishes while the run reads it. */
const TAKE_AWAY = `import { rmSync } from 'node:fs';
import { defineNode, port } from 'patchbay/sdk';
export default defineNode({
  title: 'Take away',
  description: 'Deletes all pictures but the first.',
  inputs: { images: port.images({ help: 'Pictures.' }) },
  params: {},
  outputs: { images: port.images({ help: 'Pictures.' }) },
  run: ({ inputs }) => {
    for (const item of inputs.images.items.slice(1)) rmSync(item.source.path, { force: true });
    return { images: inputs.images };
  },
});
`;

const WORKFLOW = {
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'pictures', type: 'image/load-folder', params: { path: 'pictures' } },
    { id: 'away', type: 'own/take-away' },
    { id: 'encoder', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
    { id: 'encode', type: 'encode/image' },
  ],
  edges: [
    { from: { node: 'pictures', port: 'images' }, to: { node: 'away', port: 'images' } },
    { from: { node: 'away', port: 'images' }, to: { node: 'encode', port: 'images' } },
    { from: { node: 'encoder', port: 'encoder' }, to: { node: 'encode', port: 'encoder' } },
  ],
};

test('a folder that vanishes during a run ends it as partial, with the number of lost pictures and exit code 3', async () => {
  const folder = scratch('vanishing');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'patchbay'), 'junction');
  mkdirSync(join(folder, 'nodes', 'own'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'nodes', 'own', 'take-away.js'), TAKE_AWAY);
  writeFileSync(join(folder, 'workflow.json'), JSON.stringify(WORKFLOW));
  const pictures = join(folder, 'pictures');
  const samples = join(root, 'workflows/samples/pictures/fruit');
  cpSync(samples, pictures, { recursive: true });
  const options = { data: scratch('data'), env: { PATCHBAY_NODES: join(folder, 'nodes') } };
  const args = ['run', join(folder, 'workflow.json'), '--json'];

  const lost = await patchbay(args, options);
  expect(lost.stderr).toBe('');
  expect(lost.code).toBe(3);
  const { status, problems, nodes } = lost.json();
  expect(status).toBe('partial');
  const count = nodes.encode?.skipped?.length ?? 0;
  expect(count).toBeGreaterThan(1);
  expect(problems).toMatchObject([
    { code: 'run.pictures-lost', nodeId: 'encode', args: { count, total: count + 1 } },
  ]);

  rmSync(pictures, { recursive: true });
  cpSync(samples, pictures, { recursive: true });
  writeFileSync(join(folder, 'nodes', 'own', 'take-away.js'), TAKE_AWAY.replace('.slice(1)', '.slice(1, 1)'));
  const whole = await patchbay(args, options);
  expect(whole.json()).toMatchObject({ status: 'completed', problems: [] });
  expect(whole.code).toBe(0);
  expect(whole.json().nodes.encode).not.toHaveProperty('skipped');
});
