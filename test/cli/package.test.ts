import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunDocument, root, scratch } from './cli.ts';

/** The environment of a user's shell: without what npm and this repository's `.npmrc` add for scripts of this project. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|ONNXRUNTIME_)/i.test(name));
  return {
    ...Object.fromEntries(own),
    // Nothing answers here, so an install script that downloads something fails.
    GLOBAL_AGENT_HTTP_PROXY: 'http://127.0.0.1:9',
    GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9',
  };
}

function attempt(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...ownEnvironment(), ...env },
    shell: process.platform === 'win32',
  });
}

function call(...all: Parameters<typeof attempt>): string {
  const result = attempt(...all);
  if (result.status !== 0)
    throw new Error(`${all[0]} ${all[1].join(' ')} ended with ${result.status}:\n${result.stderr}`);
  return result.stdout;
}

/** A project of its own with the packed package, installed as a user installs it. */
function installed(): string {
  const folder = scratch('package');
  call('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{ "name": "elsewhere", "private": true, "type": "module" }');
  const install = (source: string) =>
    ['install', '--no-audit', '--no-fund', '--loglevel=error', source, `./${archive}`] as const;
  const { status, stderr } = attempt('npm', install('--offline'), folder);
  // On a machine whose npm has never seen these packages, they come from the registry. Install scripts still get nothing.
  if (status !== 0 && /ENOTCACHED/.test(stderr)) call('npm', install('--prefer-offline'), folder);
  else expect(status, stderr).toBe(0);
  return folder;
}

/** Ten lines that a user writes. */
const NODE = `import { defineNode, param, port } from 'patchbay/sdk';

export default defineNode({
  title: 'Keep above',
  description: 'Keeps the matches whose score reaches a value.',
  inputs: { matches: port.matches({ help: 'The matches to filter.' }) },
  params: { score: param.number({ default: 0.5, help: 'The lowest score to keep.' }) },
  outputs: { count: port.metrics({ help: 'How many are left.' }) },
  run: ({ inputs, params }) => ({
    count: { kind: 'metrics', values: { left: inputs.matches.results.filter(({ results }) => results.some(({ score }) => score >= params.score)).length } },
  }),
});
`;

test('the packed package, installed elsewhere without a network, runs a workflow and types nodes', {
  timeout: 300_000,
}, () => {
  const folder = installed();
  const data = { PATCHBAY_DATA: scratch('data') };
  const text = call(
    'npx',
    ['--no-install', 'patchbay', 'run', 'find-similar-images', '--json'],
    folder,
    data,
  );
  const document = JSON.parse(text) as RunDocument;
  expect(document.status).toBe('completed');
  expect(document.outputs.matches[0].results[0].item.label).toBe('animals');
  const listed = call('npx', ['--no-install', 'patchbay', 'nodes', '--json'], folder);
  expect((JSON.parse(listed) as unknown[]).length).toBeGreaterThan(30);

  const source = join(folder, 'nodes/my/keep-above.ts');
  mkdirSync(dirname(source), { recursive: true });
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    types: [],
    rootDir: 'nodes',
    outDir: 'built',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['nodes'] }));
  const compile = (code: string) => {
    writeFileSync(source, code);
    return attempt(join(root, 'node_modules/.bin/tsc'), [], folder);
  };
  const { status, stdout } = compile(NODE);
  expect(status, stdout).toBe(0);
  expect(compile(NODE.replace('params.score', 'params.skore')).stdout).toContain(
    "Property 'skore' does not exist",
  );
  const nodes = call('npx', ['--no-install', 'patchbay', 'nodes'], folder, {
    PATCHBAY_NODES: join(folder, 'built'),
  });
  expect(nodes).toContain('my/keep-above');
});
