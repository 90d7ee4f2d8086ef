// This file is long because it covers all of `patchbay run`, including every way a run can end.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { patchbay, root, scratch } from './cli.ts';

const samples = join(root, 'workflows/samples');
const starter = (name: string) => JSON.parse(readFileSync(join(root, 'workflows', `${name}.json`), 'utf8'));

interface RankedQuery {
  query: { path: string; file: string };
  results: { item: { path: string; label: string | null; file: string }; score: number }[];
}

/** A folder with a few sample pictures in subfolders by label. */
function pictures(): string {
  const folder = join(scratch('pictures'), 'mine');
  for (const label of ['fruit', 'vehicles'])
    cpSync(join(samples, 'pictures', label), join(folder, label), { recursive: true });
  return folder;
}

describe('the main job: a folder and a query in, a ranking out', () => {
  const data = scratch('data');
  const folder = pictures();
  const query = join(folder, 'fruit', 'banana-noto.png');
  const args = [
    'run',
    'find-similar-images',
    '--input',
    `folder=${folder}`,
    '--input',
    `query=${query}`,
    '--input',
    'k=5',
    '--set',
    'top.excludeSelf=false',
    '--json',
  ];
  let first: Awaited<ReturnType<typeof patchbay>>;
  beforeAll(async () => {
    first = await patchbay(args, { data });
  });

  test('exits 0 with one document on stdout and nothing else', () => {
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    const document = first.json();
    expect(Object.keys(document)).toEqual([
      'status',
      'durationMs',
      'device',
      'nodes',
      'outputs',
      'files',
      'warnings',
      'problems',
    ]);
    expect(document).toMatchObject({ status: 'completed', problems: [] });
    expect(document.durationMs).toBeGreaterThan(0);
  });

  test('ranks the picture itself first with cosine 1, and the rest in falling order', () => {
    const [answer] = first.json().outputs.matches as RankedQuery[];
    expect(answer!.query.file).toBe(query);
    expect(answer!.results).toHaveLength(5);
    expect(answer!.results[0]!.item).toEqual({ path: 'fruit/banana-noto.png', label: 'fruit', file: query });
    expect(answer!.results[0]!.score).toBeCloseTo(1, 5);
    const scores = answer!.results.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('leaves the query itself out unless asked not to', async () => {
    const others = (
      await patchbay(
        args.filter((arg) => arg !== '--set' && arg !== 'top.excludeSelf=false'),
        { data },
      )
    ).json();
    const [answer] = others.outputs.matches as RankedQuery[];
    expect(answer!.results).toHaveLength(5);
    expect(answer!.results.map(({ item }) => item.file)).not.toContain(query);
  });

  test('a second run takes everything from the cache and gives the same answer', async () => {
    const again = (await patchbay(args, { data })).json();
    expect(again.outputs.matches).toEqual(first.json().outputs.matches);
    expect(Object.values(again.nodes).filter(({ status }) => status === 'done')).toEqual([]);
    expect(Object.values(again.nodes).every(({ status }) => status === 'cached')).toBe(true);
  });

  test('--no-cache computes anew and comes to the same answer', async () => {
    const anew = (await patchbay([...args, '--no-cache'], { data })).json();
    expect(anew.outputs.matches).toEqual(first.json().outputs.matches);
    expect(Object.values(anew.nodes).some(({ status }) => status === 'cached')).toBe(false);
  });

  test('changing k re-runs the ranking and takes the rest from the cache', async () => {
    const fewer = (await patchbay([...args, '--set', 'top.k=2'], { data })).json();
    expect((fewer.outputs.matches as RankedQuery[])[0]!.results).toHaveLength(2);
    expect(fewer.nodes['encode-pictures']!.status).toBe('cached');
    expect(fewer.nodes.top!.status).toBe('done');
  });

  test('a changed folder re-runs what depends on it', async () => {
    copyFileSync(join(samples, 'queries', 'cat-face.png'), join(folder, 'fruit', 'stray.png'));
    const changed = (await patchbay(args, { data })).json();
    expect(changed.nodes.pictures!.status).toBe('done');
    expect(changed.nodes['encode-query']!.status).not.toBe('done');
    rmSync(join(folder, 'fruit', 'stray.png'));
  });

  test('without --json it prints a ranking for people', async () => {
    const { code, stdout, stderr } = await patchbay(
      args.filter((arg) => arg !== '--json'),
      { data },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/1\. 1\.0000 █+ fruit\/banana-noto\.png/);
    expect(stderr).toMatch(/completed in [\d.]+ s on \w+/);
  });

  test('--to runs one node and what it needs', async () => {
    const { code, json } = await patchbay([...args, '--to', 'encode-query'], { data: scratch('data') });
    expect(code).toBe(0);
    const document = json();
    expect(Object.keys(document.nodes).sort()).toEqual(['encode-query', 'encoder', 'query']);
    const embeddings = document.outputs['encode-query.embeddings'];
    expect(embeddings.dims[0]).toBe(1);
    expect(embeddings.space).toMatchObject({ tower: 'image', layer: 'embedding' });
    expect(basename(embeddings.file)).toBe('encode-query.embeddings.safetensors');
    expect(readFileSync(embeddings.file).length).toBeGreaterThan(embeddings.dims[1] * 4);
  });
});

test('pictures that a node made can be opened: they name the file they lie in', async () => {
  const { json, code } = await patchbay(['run', 'vae-roundtrip', '--json']);
  expect(code).toBe(0);
  const { items } = json().outputs.pictures as { items: { asset: string; file: string }[] };
  expect(items).toHaveLength(12);
  for (const { asset, file } of items) {
    expect(basename(file)).toBe(asset);
    expect((await sharp(file).metadata()).format).toBe('png');
  }
});

describe('what can go wrong ends in a sentence and an exit code', () => {
  const folder = pictures();
  const run = (workflow: unknown, ...more: string[]) => {
    const file = join(scratch('workflow'), 'workflow.json');
    writeFileSync(file, typeof workflow === 'string' ? workflow : JSON.stringify(workflow));
    return patchbay(['run', file, '--json', ...more]);
  };
  const sentences = (document: { problems: { message: string }[] }) =>
    document.problems.map(({ message }) => message);

  test.each([
    ['no such file', ['run', 'nothing-here.json'], /no workflow file nothing-here\.json/],
    ['a folder', ['run', '.'], /folder, not a workflow/],
    ['an unknown input', ['run', 'find-similar-images', '--input', 'nope=1'], /no input "nope".*It has: /],
    ['an input without a value', ['run', 'find-similar-images', '--input', 'k'], /needs NAME=VALUE/],
    [
      'an unknown node',
      ['run', 'find-similar-images', '--set', 'nope.k=1'],
      /--set nope\.k names no node of the workflow/,
    ],
    ['no JSON', ['run', 'find-similar-images', '--set', 'top.k=five'], /needs JSON/],
    ['a wrong type', ['run', 'find-similar-images', '--set', 'top.k="5"'], /top|Top/],
    ['a broken whole number', ['run', 'find-similar-images', '--set', 'top.k=5.9'], /whole number|integer/i],
    [
      'a number below its range',
      ['run', 'find-similar-images', '--input', 'k=0'],
      /at least 1|1 or more|below/i,
    ],
    ['an unknown device', ['run', 'find-similar-images', '--device', 'tpu'], /tpu/],
    ['an unknown command', ['frobnicate'], /unknown command/],
    [
      'an unknown command of a group',
      ['labels', 'exprot', 'pets'],
      /unknown command 'exprot' of labels\. Did you mean export\?/,
    ],
    ['a command that a group does not have', ['models', 'frobnicate'], /It has: list, add, /],
    ['an unknown target', ['run', 'find-similar-images', '--to', 'nope'], /nope/],
    ['an unknown model', ['run', 'find-similar-images', '--input', 'model=clip-of-dreams'], /clip-of-dreams/],
  ])('%s: exit 2', async (_, args, message) => {
    const { code, stderr } = await patchbay(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  test('text that is no JSON: exit 2, as JSON under --json', async () => {
    const { code, json } = await run('{ "format": "patchbay", ');
    expect(code).toBe(2);
    expect(json().status).toBe('invalid');
    expect(json().problems[0]).toMatchObject({ code: 'workflow.cut-short', args: { line: 1 } });
    expect(json().problems[0]!.message).toMatch(/JSON/);
  });

  test('a workflow with many problems names them all', async () => {
    const { code, json } = await run({
      format: 'patchbay',
      version: 1,
      nodes: [
        { id: 'a', type: 'image/load-folder', params: { limit: 'many' } },
        { id: 'b', type: 'image/lod-image' },
        { id: 'c', type: 'compare/cosine' },
      ],
      edges: [{ from: { node: 'a', port: 'images' }, to: { node: 'c', port: 'queries' } }],
    });
    expect(code).toBe(2);
    const { problems } = json();
    expect(new Set(problems.map(({ nodeId }) => nodeId))).toEqual(new Set(['a', 'b', 'c']));
    expect(problems.every(({ message }) => message.length > 20)).toBe(true);
  });

  test('a cycle is named by its path', async () => {
    const end = (node: string, port: string) => ({ node, port });
    const { code, json } = await run({
      format: 'patchbay',
      version: 1,
      nodes: [
        { id: 'one', type: 'flow/reroute' },
        { id: 'two', type: 'flow/reroute' },
      ],
      edges: [
        { from: end('one', 'value'), to: end('two', 'value') },
        { from: end('two', 'value'), to: end('one', 'value') },
      ],
    });
    expect(code).toBe(2);
    expect(sentences(json()).join(' ')).toMatch(/cycle|loop|circle/i);
  });

  test.each([
    [
      '__proto__ as a param',
      '{"format":"patchbay","version":1,"nodes":[{"id":"a","type":"image/load-folder","params":{"__proto__":{"polluted":1}}}],"edges":[]}',
    ],
    [
      'NaN',
      '{"format":"patchbay","version":1,"nodes":[{"id":"a","type":"compare/top-k","params":{"k":NaN}}],"edges":[]}',
    ],
    ['300,000 brackets', `${'['.repeat(300_000)}`],
    ['another format', '{"nodes":[],"links":[]}'],
    ['a newer version', '{"format":"patchbay","version":99,"nodes":[],"edges":[]}'],
  ])('%s: exit 2', async (_, text) => {
    const { code, json } = await run(text);
    expect(code).toBe(2);
    expect(json().problems.length).toBeGreaterThan(0);
  });

  test('a chain of 10,000 nodes is answered', async () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
    const { code, json } = await run({
      format: 'patchbay',
      version: 1,
      nodes: [
        { id: 'texts', type: 'text/prompts', params: { prompts: ['a'] } },
        ...ids.map((id) => ({ id, type: 'flow/reroute' })),
      ],
      edges: ids.map((id, i) => ({
        from: i === 0 ? { node: 'texts', port: 'texts' } : { node: ids[i - 1]!, port: 'value' },
        to: { node: id, port: 'value' },
      })),
    });
    expect(sentences(json())).toEqual([]);
    expect(code).toBe(0);
  });

  test('a folder that is not there fails its nodes, and says so', async () => {
    const gone = join(folder, 'gone');
    const { code, json } = await patchbay([
      'run',
      'find-similar-images',
      '--input',
      `folder=${gone}`,
      '--json',
    ]);
    expect(code).toBe(1);
    expect(json().status).toBe('failed');
    expect(sentences(json()).join(' ')).toContain('gone');
    expect(json().problems[0]!.nodeId).toBe('pictures');
  });

  test('pictures that cannot be read cost only themselves', async () => {
    const mixed = pictures();
    writeFileSync(join(mixed, 'empty.png'), '');
    writeFileSync(join(mixed, 'text.jpg'), 'this is no picture');
    writeFileSync(
      join(mixed, 'cut.png'),
      readFileSync(join(mixed, 'fruit/banana-noto.png')).subarray(0, 300),
    );
    const { code, json } = await patchbay([
      'run',
      'find-similar-images',
      '--input',
      `folder=${mixed}`,
      '--input',
      'k=500',
      '--json',
      '--to',
      'encode-pictures',
    ]);
    expect(code).toBe(0);
    const { skipped, items } = json().outputs['encode-pictures.embeddings'];
    expect(skipped.map(({ path }: { path: string }) => path).sort()).toEqual([
      'cut.png',
      'empty.png',
      'text.jpg',
    ]);
    expect(items.some(({ path }: { path: string }) => path === 'fruit/banana-noto.png')).toBe(true);
    expect(skipped.find(({ path }: { path: string }) => path === 'empty.png').reason).toEqual({
      code: 'image.empty',
      message: 'The picture file is empty. Copy it again.',
    });
  });

  test('one branch that fails leaves the other its result: partial, exit 3', async () => {
    const workflow = starter('find-similar-images');
    workflow.nodes.push({ id: 'lost', type: 'image/load-image', params: { path: '/nowhere/at/all.png' } });
    workflow.nodes.push({ id: 'wall', type: 'view/gallery' });
    workflow.edges.push({ from: { node: 'lost', port: 'images' }, to: { node: 'wall', port: 'images' } });
    const { code, json } = await run(workflow);
    expect(json().status).toBe('partial');
    expect(code).toBe(3);
    expect(json().outputs.matches).toBeDefined();
    expect(json().nodes.lost!.status).toBe('failed');
    expect(json().nodes.wall!.status).toBe('skipped');
  });

  test('an unconnected node is refused, unless --partial asks for what can run', async () => {
    const workflow = starter('find-similar-images');
    workflow.nodes.push({ id: 'wall', type: 'view/gallery' });
    expect((await run(workflow)).code).toBe(2);
    const { code, json } = await run(workflow, '--partial');
    expect(code).toBe(3);
    expect(json().outputs.matches).toBeDefined();
    expect(json().problems).toMatchObject([{ code: 'input.missing', nodeId: 'wall' }]);
    expect(json().nodes.wall).toMatchObject({
      status: 'skipped',
      reason: { code: 'node.connect-first', message: 'Not run: connect *Pictures* first.' },
    });
  });

  test('a model that is no ONNX is a sentence', async () => {
    const models = scratch('models');
    const broken = join(models, 'broken-clip');
    cpSync(join(root, 'test/fixtures/oracles/clip'), broken, { recursive: true });
    writeFileSync(join(broken, 'onnx/vision_model.onnx'), Buffer.from('not a model at all'));
    const { code, stderr } = await patchbay(['run', 'find-similar-images', '--input', 'model=broken-clip'], {
      models,
    });
    expect([1, 2]).toContain(code);
    expect(stderr).toMatch(/broken-clip/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a safetensors header of 2^63 bytes is refused', async () => {
    const file = join(scratch('vectors'), 'bad.safetensors');
    const bytes = Buffer.alloc(64);
    bytes.writeBigUInt64LE(2n ** 63n);
    writeFileSync(file, bytes);
    const { code, json } = await run({
      format: 'patchbay',
      version: 1,
      nodes: [{ id: 'load', type: 'output/load-embeddings', params: { path: file } }],
      edges: [],
    });
    expect(code).toBe(1);
    expect(sentences(json()).join(' ')).toMatch(/bad\.safetensors/);
  });

  test('nothing half-written is left behind when a save fails', async () => {
    const out = scratch('out');
    mkdirSync(join(out, 'taken.json'));
    const file = join(scratch('workflow'), 'workflow.json');
    writeFileSync(
      file,
      JSON.stringify({
        format: 'patchbay',
        version: 1,
        nodes: [
          { id: 'texts', type: 'text/prompts', params: { prompts: ['a'] } },
          { id: 'save', type: 'output/save-json', params: { name: 'taken.json' } },
        ],
        edges: [{ from: { node: 'texts', port: 'texts' }, to: { node: 'save', port: 'value' } }],
      }),
    );
    const { code, json } = await patchbay(['run', file, '--json', '--out', out]);
    expect(code).toBe(1);
    expect(sentences(json()).join(' ')).toMatch(/taken\.json/);
  });

  test('Ctrl+C ends a run with 130', async () => {
    const many = scratch('many');
    for (let i = 0; i < 3_000; i += 1) {
      const background = { r: i % 256, g: (i >> 4) % 256, b: 90 };
      await sharp({ create: { width: 32, height: 32, channels: 3, background } })
        .png()
        .toFile(join(many, `${i}.png`));
    }
    const call = [
      ...['run', 'find-similar-images', '--input', `folder=${many}`],
      ...['--set', 'encode-pictures.batchSize=1'],
    ];
    const { code, stderr } = await patchbay([...call, '--no-cache'], {
      // The first line of progress shows that the run has begun.
      onStderr: (text, kill) => text.startsWith('0/') && kill('SIGINT'),
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/^0\/\d nodes\n/);
    expect(stderr).toMatch(/cancelled/i);

    const data = scratch('data');
    const document = await patchbay([...call, '--json'], {
      data,
      // With --json nothing is printed before the end. The first vectors on disk show that the run has begun.
      onStart: (kill) =>
        void vi
          .waitUntil(() => existsSync(join(data, 'cache/embeddings')), { timeout: 25_000, interval: 10 })
          .then(() => kill('SIGINT')),
    });
    expect(document.code).toBe(130);
    expect(document.json().status).toBe('cancelled');
  });
});

test('files says the size of each file as it is on the disk, also of two that belong together', async () => {
  const workflow = {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'folder', type: 'image/load-folder', params: { path: 'sample:pictures/fruit', limit: 2 } },
      { id: 'encoder', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
      { id: 'vectors', type: 'encode/image' },
      { id: 'save', type: 'output/save-embeddings', params: { format: 'npy' } },
    ],
    edges: [
      { from: { node: 'folder', port: 'images' }, to: { node: 'vectors', port: 'images' } },
      { from: { node: 'encoder', port: 'encoder' }, to: { node: 'vectors', port: 'encoder' } },
      { from: { node: 'vectors', port: 'embeddings' }, to: { node: 'save', port: 'embeddings' } },
    ],
  };
  const cwd = scratch('npy');
  writeFileSync(join(cwd, 'save.json'), JSON.stringify(workflow));
  const ran = await patchbay(['run', 'save.json', '--json'], { cwd });
  expect(ran.code, ran.stderr).toBe(0);
  const { files } = ran.json<{ files: { path: string; bytes: number }[] }>();
  expect(files.map(({ path }) => path.replace(/^.*\./, '')).sort()).toEqual(['json', 'npy']);
  for (const { path, bytes } of files) expect(bytes, path).toBe(readFileSync(path).byteLength);
});
