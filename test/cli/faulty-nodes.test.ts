import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startServer } from '../server/server.ts';
import { patchbay, root, scratch } from './cli.ts';

/** A node without inputs, whose `run` is this code. `ctx` is its context. */
const node = (run: string, output = 'texts', first = '') => `import { defineNode, port } from 'patchbay/sdk';
${first}
export default defineNode({
  title: 'Own node',
  description: 'A node of a user.',
  inputs: {},
  params: {},
  outputs: { out: port.${output}({ help: 'Its result.' }) },
  cache: 'never',
  run: async ({ ctx }) => { ${run} },
});
`;

const words = (text: string) =>
  `return { out: { kind: 'texts', items: [{ kind: 'text', text: ${text} }] } };`;

/** A project with node files, and a function that runs one of them. */
function project(files: Readonly<Record<string, string>>) {
  const folder = scratch('project');
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'patchbay'), 'junction');
  write('package.json', '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) write(`nodes/my/${path}`, text);
  const workflow = (type: string) => ({
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: [{ id: 'own', type: `my/${type}` }],
    edges: [],
    outputs: [{ name: 'out', node: 'own', port: 'out' }],
  });
  const env = { PATCHBAY_NODES: join(folder, 'nodes') };
  const run = (type: string, extra: Readonly<Record<string, string>> = {}) => {
    write(`${type}.json`, JSON.stringify(workflow(type)));
    return patchbay(['run', join(folder, `${type}.json`), '--json'], {
      env: { ...env, ...extra },
      cwd: folder,
    });
  };
  return { folder, env, workflow, run };
}

describe('a broken node file', () => {
  const own = () =>
    project({
      'good.js': node(words("'fine'")),
      'syntax.js': `import { defineNode } from 'patchbay/sdk';\n\nexport default defineNode({ title: 'A' b });\n`,
      'thrown.js': `const x = 1;\nconst y = 2;\nthrow new Error('not today');\n`,
      'helped.js': `import './helper/deep.mjs';\n`,
      'helper/deep.mjs': `// a comment\nundefinedName();\n`,
      'deep-syntax.js': `import './helper/bad.mjs';\n`,
      'helper/bad.mjs': `// a comment\nexport const = 3;\n`,
      'missing.js': `// a comment\nimport 'nowhere-at-all';\n`,
      'ports.js': node(words("'x'")).replace("port.texts({ help: 'Its result.' })", 'null'),
    });

  test.each([
    ['syntax', /syntax\.js could not be loaded: SyntaxError: .* \(line 3\)/],
    ['thrown', /thrown\.js could not be loaded: Error: not today \(line 3\)/],
    ['helped', /helped\.js could not be loaded: ReferenceError: .*deep\.mjs, line 2\)/],
    ['deep-syntax', /deep-syntax\.js could not be loaded: SyntaxError: .*bad\.mjs, line 2\)/],
    ['missing', /missing\.js could not be loaded: .*nowhere-at-all.* \(line 2\)/],
    ['ports', /ports\.js could not be loaded: TypeError/],
  ])('is named with its line when a workflow uses it: %s', async (type, sentence) => {
    const { run } = own();
    const { code, json } = await run(type);
    expect(code).toBe(2);
    expect(json().problems).toMatchObject([{ code: 'node-file.not-loaded', nodeId: 'own' }]);
    expect(json().problems[0]!.message).toMatch(sentence);
  });

  test('does not stop other workflows, on the command line and on a server', async () => {
    const { run, env, workflow } = own();
    const { code, stderr, json } = await run('good');
    expect(code, stderr).toBe(0);
    expect(json().outputs.out[0].text).toBe('fine');
    expect(stderr).toMatch(/syntax\.js could not be loaded/);

    const server = await startServer({ env });
    const ran = await server.ended((await server.submit(workflow('good'))).id);
    expect(ran.status).toBe('completed');
    const refused = await server.call('POST', '/api/runs', { workflow: workflow('thrown') });
    expect(refused.status).toBe(400);
    expect(refused.json.error.problems[0].message).toMatch(/thrown\.js .*not today \(line 3\)/);
    const health = (await server.call('GET', '/api/health')).json;
    expect(health.problems.map(({ code }: { code: string }) => code)).toContain('node-file.not-loaded');
    expect(server.log()).toMatch(/helped\.js could not be loaded/);
  });
});

test.each([
  ['process.exit(0);', 'usage.ended-by-node'],
  [
    "setTimeout(() => { throw new Error('late'); }, 20); await new Promise(() => setTimeout(() => {}, 5000));",
    'usage.internal',
  ],
])('a node that ends the process is a failure with one document: %s', async (code, problem) => {
  const { run } = project({ 'ends.js': node(code) });
  const ended = await run('ends');
  expect(ended.code).toBe(1);
  expect(ended.json()).toMatchObject({ status: 'failed', problems: [{ code: problem }] });
});

test('what a node prints does not get into the results', async () => {
  const { run } = project({
    'loud.js': node(
      `console.log('log'); console.info('info'); console.table([{ a: 1 }]); ${words("'quiet'")}`,
      'texts',
      "console.log('while loading');",
    ),
  });
  const { json, stderr } = await run('loud');
  expect(json().outputs.out[0].text).toBe('quiet');
  for (const text of ['while loading', 'log', 'info']) expect(stderr).toContain(text);
});

test('a node sees the same variables on the command line and on a server', async () => {
  const { run, env, workflow } = project({
    'env.js': node(words('JSON.stringify(Object.keys(process.env).sort())')),
  });
  const mine = { SOME_API_KEY: 'secret', PATCHBAY_NODE_REGION: 'north', OMP_NUM_THREADS: '2' };
  const headless = JSON.parse((await run('env', mine)).json().outputs.out[0].text);
  const server = await startServer({ env: { ...env, ...mine } });
  const ran = await server.ended((await server.submit(workflow('env'))).id);
  const served = JSON.parse((ran.outputs as { out: { text: string }[] }).out[0]!.text);
  expect(headless).toContain('PATCHBAY_NODE_REGION');
  expect(headless).toContain('OMP_NUM_THREADS');
  expect(headless).not.toContain('SOME_API_KEY');
  // Node adds variables to a child process, and the library that decodes pictures adds its folder.
  const own = (names: string[]) => names.filter((name) => !/^(NODE_|VIPSHOME$)/.test(name));
  expect(own(served)).toEqual(own(headless));
});

test('a file that a node writes is listed, even if its result does not show it', async () => {
  const { run } = project({
    'writes.js': node(
      `const file = await ctx.files.write('notes/mine.txt', new TextEncoder().encode('hello')); ${words('file.path')}`,
    ),
  });
  const document = (await run('writes')).json<{
    files: { nodeId: string; path: string; bytes: number }[];
    outputs: { out: { text: string }[] };
  }>();
  expect(document.files).toEqual([{ nodeId: 'own', path: document.outputs.out[0]!.text, bytes: 5 }]);
  expect(existsSync(document.files[0]!.path)).toBe(true);
});

describe('what a node did wrongly is told as what it is', () => {
  const table = (columns: string, rows: string) =>
    node(`return { out: { kind: 'table', columns: ${columns}, rows: ${rows} } };`, 'table');
  const a = "[{ key: 'a', title: 'Count', type: 'number' }]";
  const own = project({
    'bigint.js': table(a, '[[1], [10n]]'),
    'columns.js': table("['a', 'b']", '[[1, 2]]'),
    'type.js': table("[{ key: 'a', title: 'A', type: 'date' }]", '[]'),
    'same.js': table(
      "[{ key: 'a', title: 'A', type: 'text' }, { key: 'a', title: 'B', type: 'text' }]",
      '[]',
    ),
    'length.js': table(a, '[[1, 2]]'),
    'cell.js': table(a, '[[{}]]'),
    'metric.js': node("return { out: { kind: 'metrics', values: { n: 3n } } };", 'metrics'),
    'none.js': node("(await import('node:fs')).readFileSync('/nowhere/at/all.txt');"),
  });

  test.each([
    [
      'bigint',
      'output.wrong-content',
      /Row 2 has the BigInt 10n in the column "Count"\. .*write Number\(value\)/,
    ],
    ['columns', 'output.wrong-content', /Column 1 is "a"\. A column has a key, a title and a type\./],
    ['type', 'output.wrong-content', /Column 1 has .* the type "date"/],
    ['same', 'output.wrong-content', /Two columns have the key "a"/],
    ['length', 'output.wrong-content', /Row 1 has 2 cells, and the table has 1 column\./],
    ['cell', 'output.wrong-content', /Row 1 has an object in the column "Count"/],
    ['metric', 'output.wrong-content', /The metric "n" is 3n\./],
    ['none', 'node.failed', /\/nowhere\/at\/all\.txt was not found \(ENOENT\)\. Check the path\./],
  ])('%s', async (type, wanted, sentence) => {
    const { code, json } = await own.run(type);
    expect(code).toBe(1);
    const [problem] = json().problems;
    expect(problem).toMatchObject({ code: wanted, nodeId: 'own' });
    expect(problem!.message).toMatch(sentence);
  });

  test.skipIf(process.getuid?.() === undefined)('a file without permission', async () => {
    const locked = join(scratch('locked'), 'secret.txt');
    writeFileSync(locked, 'x');
    chmodSync(locked, 0o000);
    // A test may run as root, who may read everything, so the node gives up its rights first.
    const give = process.getuid?.() === 0 ? 'process.setuid(65534);' : '';
    const { run } = project({
      'locked.js': node(`${give} (await import('node:fs')).readFileSync(${JSON.stringify(locked)});`),
    });
    chmodSync(join(locked, '..'), 0o755);
    const [problem] = (await run('locked')).json().problems;
    expect(problem!.message).toContain('You do not have permission to use ');
    expect(problem!.message).toContain(locked);
  });
});
