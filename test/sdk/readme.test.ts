import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NodeDescriptor } from '../../nodes/sdk/index.ts';
import type { ReadView } from '../../server/contract/view.ts';
import { patchbay, scratch } from '../cli/cli.ts';
import { applied, root, shownChanges, shownFiles } from '../readme.ts';

/** What the studio does with a kind of view, as far as this test looks; the sources of the studio have their own types. */
interface StudioKind {
  readonly Body: FunctionComponent<{ view: ReadView; size: 'node'; nodeId: string }>;
  rows?(view: ReadView): unknown;
}

const PAGE = 'nodes/sdk/README.md';
const shown = shownFiles(PAGE);
/** Examples that do not change the SDK. They also run outside this repository. */
const OWN = ['nodes/compare/threshold.ts', 'nodes/text/shorten.ts', 'nodes/view/lengths.ts'];

function call(args: readonly string[], cwd: string, input?: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A workflow with nodes in a row, each an [id, type, params]. `wires` are "from.port to.port". */
function workflow(
  nodes: readonly (readonly [id: string, type: string, params?: object])[],
  wires: readonly string[],
  output: string,
): string {
  const end = (text: string) => ({ node: text.split('.')[0], port: text.split('.')[1] });
  const file = join(scratch('workflow'), 'example.json');
  const saved = {
    format: 'patchbay',
    version: 1,
    nodes: nodes.map(([id, type, params = {}]) => ({ id, type, params })),
    edges: wires.map((wire) => ({
      from: end(wire.split(' ')[0] ?? ''),
      to: end(wire.split(' ')[1] ?? ''),
    })),
    outputs: [{ name: 'result', ...end(output) }],
  };
  writeFileSync(file, JSON.stringify(saved));
  return file;
}

test('the page shows the examples that are run here, as the formatter writes them', () => {
  expect([...shown.keys()].sort()).toEqual(
    [
      ...OWN,
      'nodes/image/average-color.ts',
      'nodes/view/count-pictures.ts',
      'client/results/count-view.tsx',
    ].sort(),
  );
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  for (const [path, text] of shown)
    expect(call([biome, 'format', `--stdin-file-path=${path}`], root, text), path).toBe(text);
});

describe('the nodes of the page, in a project that has Patchbay installed', () => {
  const project = scratch('project');
  const own = { env: { PATCHBAY_NODES: join(project, 'nodes') } };

  beforeAll(() => {
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(root, join(project, 'node_modules', 'patchbay'), 'junction');
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    // The examples contain no types, so they are valid JavaScript without changes.
    for (const path of OWN)
      write(
        project,
        path.replace(/\.ts$/, '.js'),
        shown.get(path)!.replace('../sdk/index.ts', 'patchbay/sdk'),
      );
  });

  test('are listed with their help, keywords, messages and translations', async () => {
    const listed = (await patchbay(['nodes', '--json'], own)).json<NodeDescriptor[]>();
    const [threshold, shorten] = ['compare/threshold', 'text/shorten'].map((type) =>
      listed.find((node) => node.type === type),
    );
    expect(threshold).toMatchObject({ title: 'Keep above', params: [{ name: 'score', default: 0.5 }] });
    for (const node of [threshold, shorten]) expect(node!.keywords.length).toBeGreaterThanOrEqual(3);
    expect(shorten!.messages?.['shorten.cut']?.zh).toMatch(/截断/);
    expect(shorten!.translations?.zh?.params?.length?.title).toBe('长度');
  });

  test('are checked, described and run headless, their params set by name', {
    timeout: 120_000,
  }, async () => {
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
    expect((await patchbay(['validate', file], own)).code).toBe(0);
    const { inputs } = (await patchbay(['describe', file, '--json'], own)).json<{
      inputs: { name: string; type: string; value: unknown }[];
    }>();
    expect(inputs.at(-1)).toMatchObject({ name: 'score', type: 'number', value: 0.3 });
    const ran = await patchbay(['run', file, '--input', 'score=0.45', '--json'], own);
    expect(ran.code).toBe(0);
    const scores = ran
      .json()
      .outputs.above.flatMap(({ results }: { results: { score: number }[] }) =>
        results.map(({ score }) => score),
      );
    expect(scores.length).toBeGreaterThan(0);
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.45);
  });

  test('say their warnings with the values in place', async () => {
    const file = workflow(
      [
        ['words', 'text/prompts', { prompts: ['elephant', 'ox', 'butterfly'] }],
        ['short', 'text/shorten', { length: 3 }],
      ],
      ['words.texts short.texts'],
      'short.texts',
    );
    const { outputs, warnings } = (await patchbay(['run', file, '--json'], own)).json<{
      outputs: { result: { text: string }[] };
      warnings: { nodeId: string; message: string }[];
    }>();
    expect(outputs.result.map(({ text }) => text)).toEqual(['ele', 'ox', 'but']);
    expect(warnings).toMatchObject([
      { nodeId: 'short', message: '2 texts were longer than 3 characters and got cut.' },
    ]);
  });

  test('shows a view in a terminal, and to scripts', async () => {
    const file = workflow(
      [
        ['words', 'text/prompts', { prompts: ['ox', 'cat'] }],
        ['show', 'view/lengths'],
      ],
      ['words.texts show.texts'],
      'show.view',
    );
    const { outputs } = (await patchbay(['run', file, '--json'], own)).json();
    const bars = [
      { label: 'ox', value: 2 },
      { label: 'cat', value: 3 },
    ];
    expect(outputs.result).toMatchObject({ view: 'bars', groups: [{ bars }] });
    const { stdout } = await patchbay(['run', file], own);
    expect(stdout).toMatch(/^result\n +ox +█+·+ 2\n +cat +█+ 3\n$/);
  });
});

describe('the port type and the kind of view of the page, in a copy of the sources', () => {
  const copy = scratch('sources');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');

  beforeAll(() => {
    for (const path of [
      'nodes',
      'server',
      'client',
      'models',
      'workflows',
      'test/contract',
      'test/runtime/ort',
    ])
      cpSync(join(root, path), join(copy, path), {
        recursive: true,
        filter: (from) => !/[\\/](emoji-clip|samples|recipes|readme)$/.test(from),
      });
    for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json'])
      cpSync(join(root, file), join(copy, file));
    for (const path of ['node_modules', 'models/emoji-clip', 'workflows/samples'])
      symlinkSync(join(root, path), join(copy, path), 'junction');
    for (const change of shownChanges(PAGE)) {
      const file = join(copy, change.path);
      writeFileSync(file, applied(readFileSync(file, 'utf8'), change));
    }
    for (const [path, text] of shown) write(copy, path, text);
    const include = ['nodes', 'server', 'workflows/*.ts', 'models/*.ts', 'test/contract'];
    writeFileSync(
      join(copy, 'tsconfig.example.json'),
      JSON.stringify({ extends: './tsconfig.build.json', include }),
    );
  });

  test('compile, in the server, the nodes and the studio', { timeout: 300_000 }, () => {
    call([tsc, '-p', 'tsconfig.example.json'], copy);
    call([tsc, '-p', 'client/tsconfig.json'], copy);
  });

  test('the port type is made by a node, and seen by scripts and terminals', async () => {
    const file = workflow(
      [
        ['pictures', 'image/load-image', { path: 'sample:queries/banana.png' }],
        ['mix', 'image/average-color'],
      ],
      ['pictures.images mix.images'],
      'mix.color',
    );
    const entry = join(copy, 'dist/server/cli.js');
    const { outputs } = (await patchbay(['run', file, '--json'], { entry })).json();
    expect(outputs.result.rgb).toHaveLength(3);
    const [red, green, blue] = outputs.result.rgb as [number, number, number];
    // A banana on white: yellow, so blue is the weakest.
    expect(blue).toBeLessThan(Math.min(red, green));
    const { stdout } = await patchbay(['run', file], { entry });
    expect(stdout).toBe(`result\n  rgb(${red}, ${green}, ${blue})\n`);
  });

  test('the kind of view is shown by a node, in scripts, terminals and the studio', async () => {
    const file = workflow(
      [
        ['pictures', 'image/load-folder', { path: 'sample:pictures/drinks' }],
        ['count', 'view/count-pictures'],
      ],
      ['pictures.images count.images'],
      'count.view',
    );
    const entry = join(copy, 'dist/server/cli.js');
    const { outputs } = (await patchbay(['run', file, '--json'], { entry })).json();
    expect(outputs.result).toEqual({ view: 'count', count: 24, unit: 'pictures' });
    const { stdout } = await patchbay(['run', file], { entry });
    expect(stdout).toBe('result\n  --json gives this result\n');

    const from = <T>(path: string): Promise<T> => import(/* @vite-ignore */ join(copy, path));
    const { readView } = await from<{ readView(json: unknown): ReadView }>('server/contract/view.ts');
    const { kindOf } = await from<{ kindOf(view: ReadView): StudioKind | undefined }>(
      'client/results/kinds.ts',
    );
    const view = readView(outputs.result);
    const kind = kindOf(view)!;
    const html = renderToStaticMarkup(createElement(kind.Body, { view, size: 'node', nodeId: 'count' }));
    expect(html).toMatch(/^<p [^>]*>24 <small>pictures<\/small><\/p>$/);
    expect(kind.rows?.(view)).toEqual({ header: ['count', 'unit'], rows: [[24, 'pictures']] });
    // A result that an older version stored without a field.
    expect(readView({ view: 'count', count: 3 })).toEqual({ view: 'count', count: 3, unit: '' });
  });

  test('the compiler names each place that a new kind of view needs', { timeout: 300_000 }, () => {
    const errors = (left: string, extended: string) => {
      const file = join(copy, left);
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, readFileSync(join(root, left), 'utf8'));
      // Only this file and what it imports, because the whole project takes several times as long.
      const project = join(copy, dirname(extended), 'tsconfig.one.json');
      writeFileSync(
        project,
        JSON.stringify({ extends: `./${basename(extended)}`, include: [], files: [file] }),
      );
      const { stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', project], {
        cwd: copy,
        encoding: 'utf8',
      });
      writeFileSync(file, whole);
      return stdout;
    };
    expect(errors('server/contract/view.ts', 'tsconfig.build.json')).toMatch(
      /^server\/contract\/view\.ts.*'count'/m,
    );
    expect(errors('client/results/kinds.ts', 'client/tsconfig.json')).toMatch(
      /^client\/results\/kinds\.ts.*'count'/m,
    );
  });
});
