import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunDocument, root, scratch } from './cli.ts';

function call(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status}:\n${result.stderr}`);
  return result.stdout;
}

test('the packed package, installed elsewhere, runs a workflow', { timeout: 300_000 }, () => {
  const folder = scratch('package');
  call('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{ "name": "elsewhere", "private": true }');
  call(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', archive],
    folder,
    { ONNXRUNTIME_NODE_INSTALL: 'skip' },
  );
  const text = call('npx', ['--no-install', 'patchbay', 'run', 'find-similar-images', '--json'], folder, {
    PATCHBAY_DATA: scratch('data'),
  });
  const document = JSON.parse(text) as RunDocument;
  expect(document.status).toBe('completed');
  expect(document.outputs.matches[0].results[0].item.label).toBe('animals');
  const listed = call('npx', ['--no-install', 'patchbay', 'nodes', '--json'], folder);
  expect((JSON.parse(listed) as unknown[]).length).toBeGreaterThan(30);
});
