import { expect, test } from 'vitest';
import {
  MAX_WORKFLOW_BYTES,
  parseWorkflow,
  parseWorkflowJson,
  serializeWorkflow,
} from '../../workflows/parse.ts';

const minimal = { format: 'patchbay', version: 1, nodes: [], edges: [] };
const text = (more: Record<string, unknown> = {}) => JSON.stringify({ ...minimal, ...more });
const codes = (source: string) => parseWorkflow(source).problems?.map((problem) => problem.code);

test('a workflow is read', () => {
  const node = {
    id: 'a',
    type: 'compare/top-k',
    params: { k: 5 },
    position: { x: 1.5, y: -2 },
    mode: 'bypass',
  };
  const edges = [{ from: { node: 'a', port: 'matches' }, to: { node: 'b', port: 'matches' } }];
  const result = parseWorkflow(text({ nodes: [node], edges }));
  expect(result).toEqual({ workflow: { ...minimal, nodes: [node], edges } });
});

test('unknown nodes and unknown fields survive a round trip unchanged', () => {
  const workflow = {
    ...minimal,
    name: 'Round trip',
    theme: { colours: ['red', { deep: [null, true, 1e-7] }] },
    nodes: [
      {
        id: 'ü "1"\n',
        type: 'future/node-from-elsewhere',
        params: { a: [1, { b: null }], '': 'x' },
        position: { x: 0, y: 0, z: 3 },
        extra: { kept: true },
      },
    ],
    edges: [{ from: { node: 'ü "1"\n', port: 'p' }, to: { node: 'gone', port: 'q' }, bend: [1, 2] }],
    groups: [{ id: 'g', title: 'G', position: { x: 0, y: 0 }, size: { width: 1, height: 1 }, locked: true }],
    notes: [{ id: 'n', text: 'N', position: { x: 0, y: 0 }, pinned: 1 }],
    inputs: [{ name: 'i', node: 'x', param: 'p', unit: 'px' }],
    outputs: [{ name: 'o', node: 'x', port: 'p', format: 'csv' }],
  };
  const first = parseWorkflow(JSON.stringify(workflow));
  expect(first.workflow).toEqual(workflow);
  const second = parseWorkflow(serializeWorkflow(first.workflow!));
  expect(second.workflow).toEqual(workflow);
});

test('a file of 300,000 levels is refused without a stack overflow', () => {
  const deep = 300_000;
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const source = text({ nodes: 'DEEP' }).replace('"DEEP"', `${open.repeat(deep)}1${close.repeat(deep)}`);
    expect(codes(source)).toEqual(['workflow.too-deep']);
    expect(codes(open.repeat(deep))).toEqual(['workflow.too-deep']);
  }
  let nested: unknown = 1;
  for (let i = 0; i < deep; i++) nested = [nested];
  expect(parseWorkflowJson({ ...minimal, nodes: nested }).problems).toMatchObject([
    { code: 'workflow.too-deep' },
  ]);
});

test('a file of more than 8 MB is refused by its bytes, not by its letters', () => {
  const letters = (count: number, letter: string) => text({ description: letter.repeat(count) });
  expect(codes(letters(MAX_WORKFLOW_BYTES, 'a'))).toEqual(['workflow.too-large']);
  expect(codes(letters(MAX_WORKFLOW_BYTES / 2, 'ü'))).toEqual(['workflow.too-large']);
  expect(codes(letters(MAX_WORKFLOW_BYTES / 3, '本'))).toEqual(['workflow.too-large']);
  expect(codes(letters(90_000, '本'))).toBeUndefined();
});

test.each([
  ['__proto__', '{"__proto__": {"polluted": true}}'],
  ['constructor', '{"constructor": {"prototype": {"polluted": true}}}'],
  ['prototype', '{"prototype": 1}'],
  ['an escaped __proto__', '{"\\u005f_proto__": {"polluted": true}}'],
])('the key %s is refused wherever it is, and changes nothing', (_, params) => {
  const source = text({ nodes: [{ id: 'a', type: 'b', params: 'HERE' }] }).replace('"HERE"', params);
  expect(codes(source)).toEqual(['workflow.forbidden-key']);
  expect(parseWorkflowJson(JSON.parse(source)).problems).toMatchObject([{ code: 'workflow.forbidden-key' }]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a forbidden key as a value, an id or a text is just a text', () => {
  const nodes = [{ id: '__proto__', type: 'constructor', title: '"__proto__": {' }];
  expect(parseWorkflow(text({ nodes })).workflow?.nodes).toEqual(nodes);
});

test('a duplicate key is refused with its line', () => {
  const source =
    '{\n"format": "patchbay",\n"version": 1,\n"nodes": [],\n"edges": [],\n"nodes": [{"id": "b"}]\n}';
  expect(parseWorkflow(source).problems).toEqual([
    {
      code: 'workflow.duplicate-key',
      args: { key: 'nodes', line: { code: 'workflow.line', args: { line: 6 }, message: ' (line 6)' } },
      message: 'The workflow contains "nodes" twice in one place (line 6). Keep one of them.',
      got: 'nodes',
    },
  ]);
  expect(codes(source.replace('"nodes": [{', '"n\\u006fdes": [{'))).toEqual(['workflow.duplicate-key']);
  expect(
    codes(
      text({
        nodes: [
          { id: 'a', type: 'x' },
          { id: 'b', type: 'x' },
        ],
      }),
    ),
  ).toBeUndefined();
});

test('a file of a newer version is refused, and the message says what to do', () => {
  expect(parseWorkflow(text({ version: 7 })).problems).toEqual([
    {
      code: 'workflow.newer-version',
      args: { version: 7, newest: 1 },
      message:
        'The workflow was saved by a newer Patchbay (format 7). This one reads up to format 1. Update Patchbay to open it.',
      expected: 'at most 1',
      got: '7',
    },
  ]);
});

test.each([
  ['nothing', '', 'workflow.file-empty'],
  ['a cut file', text().slice(0, -5), 'workflow.cut-short'],
  ['NaN', text().replace('1', 'NaN'), 'workflow.not-json'],
  ['a number', '5', 'workflow.format'],
  ['a list', '[]', 'workflow.format'],
  ['null', 'null', 'workflow.format'],
  ['JSON of something else', '{"nodes": [], "links": []}', 'workflow.format'],
  ['no version', text({ version: undefined }), 'workflow.version'],
  ['a version that is a text', text({ version: '1' }), 'workflow.version'],
  ['version 0', text({ version: 0 }), 'workflow.version'],
  ['half a version', text({ version: 0.5 }), 'workflow.version'],
])('%s is no workflow', (_, source, code) => {
  expect(codes(source)).toEqual([code]);
});

test('all problems are reported at once, each with its place', () => {
  const result = parseWorkflow(
    text({
      nodes: [
        { id: '', type: 'a' },
        { id: 'b' },
        { id: 'c', type: 'd', mode: 'off', position: { x: '1', y: 2 } },
        7,
      ],
      edges: [{ from: { node: 'b', port: 'p', index: 3 }, to: { node: 'c', port: 'q' } }],
    }),
  );
  expect(result.problems?.map((problem) => problem.message)).toEqual([
    '"nodes[0].id" must be a text that is not empty, but is "".',
    '"nodes[1].type" is missing. It must be a text.',
    '"nodes[2].mode" must be "active", "bypass" or "mute", but is "off".',
    '"nodes[2].position.x" must be a number, but is "1".',
    '"nodes[3]" must be an object, but is 7.',
    '"edges[0].from" has the unknown key "index". Remove it.',
  ]);
});

test('of thousands of faults, the first hundred are reported', () => {
  const result = parseWorkflow(text({ nodes: Array(5000).fill(0) }));
  expect(result.problems).toHaveLength(101);
  expect(result.problems?.at(-1)).toEqual({
    code: 'workflow.more-problems',
    args: { count: 4900 },
    message: 'There are 4900 more problems of this kind.',
  });
});

test('a list or params that no canvas shows are refused before each entry is looked at', () => {
  const where = (path: string) => ({ code: 'value.place', args: { path } });
  const problem = (json: Record<string, unknown>) => parseWorkflow(text(json)).problems;
  expect(problem({ nodes: Array(20_001).fill({}) })).toMatchObject([
    { code: 'workflow.too-many', args: { where: where('nodes'), count: 20_000 } },
  ]);
  expect(problem({ edges: Array(50_001).fill(0) })).toMatchObject([{ args: { where: where('edges') } }]);
  const params = Object.fromEntries(Array.from({ length: 60_001 }, (_, i) => [`p${i}`, 1]));
  expect(problem({ nodes: [{ id: 'a', type: 'b', params }] })).toMatchObject([
    { code: 'workflow.too-many', args: { where: where('nodes[].params'), count: 60_000 } },
  ]);
});

test('a missing type and a duplicate id are both reported', () => {
  const nodes = [{ id: 'a', type: 'x/y' }, { id: 'a', type: 'x/y' }, { id: 'b' }];
  expect(parseWorkflow(text({ nodes })).problems?.map(({ code }) => code)).toEqual([
    expect.not.stringContaining('duplicate'),
    'node.duplicate-id',
  ]);
});

const error = (line: number, column: number) =>
  `The file is not valid JSON: there is an error at line ${line}, column ${column}. A comma, a quote or a bracket may be missing, or one may be too many.`;

test.each([
  ['', 'workflow.file-empty', 'The file is empty. Choose a workflow saved by Patchbay.'],
  [' \n', 'workflow.file-empty', 'The file is empty. Choose a workflow saved by Patchbay.'],
  ['{\n  "format": "patchbay",\n  "nodes" []\n}', 'workflow.not-json', error(3, 11)],
  ['{"a": 1,}', 'workflow.not-json', error(1, 9)],
  ['{"a": "x\ny"}', 'workflow.not-json', error(1, 9)],
  ['{"a": "\\q"}', 'workflow.not-json', error(1, 9)],
  ['[1, 2', 'workflow.cut-short', 'The file is not valid JSON: it ends too early, at line 1, column 6.'],
  ['[01]', 'workflow.not-json', error(1, 3)],
  [
    '\x89PNG\r\n\x1a\n\0\0',
    'workflow.not-text',
    'The file is not a text file. Choose a .json file saved by Patchbay.',
  ],
])('a text that is not JSON is refused with its place, and not repeated: %j', (source, code, message) => {
  const [problem] = parseWorkflow(source).problems!;
  expect(problem).toMatchObject({ code, message });
  expect(problem!.message).not.toContain('PNG');
});

const NOT_JSON = ['workflow.file-empty', 'workflow.not-text', 'workflow.cut-short', 'workflow.not-json'];

test('every text that JSON refuses has a fault within it, and only those', () => {
  const whole = JSON.stringify({ a: [1, -2.5e3, true, null, 'x\\"\u00e9\n'], b: { c: {} } }, null, 1);
  for (let at = 0; at < whole.length; at++) {
    for (const source of [whole.slice(0, at), `${whole.slice(0, at)}#${whole.slice(at)}`]) {
      let reads = true;
      try {
        JSON.parse(source);
      } catch {
        reads = false;
      }
      const code = parseWorkflow(source).problems?.[0]?.code ?? 'none';
      expect(NOT_JSON.includes(code), source).toBe(!reads);
    }
  }
});

test('a byte order mark at the beginning of the file is ignored', () => {
  expect(parseWorkflow(`\uFEFF${text()}`).workflow).toEqual(minimal);
});

test('a value that JSON cannot hold is refused', () => {
  const cyclic: Record<string, unknown> = { ...minimal };
  cyclic.self = cyclic;
  const hostile = {
    get format() {
      throw new Error('gotcha');
    },
  };
  const refused = (value: unknown) => parseWorkflowJson(value).problems?.map(({ code }) => code);
  expect(refused(cyclic)).toEqual(['workflow.too-deep']);
  expect(refused(hostile)).toEqual(['workflow.not-plain']);
  expect(refused({ ...minimal, x: Number.NaN })).toEqual(['workflow.number']);
  expect(refused({ ...minimal, x: () => 1 })).toEqual(['workflow.not-data']);
  expect(refused({ ...minimal, x: 1n })).toEqual(['workflow.not-data']);
});

test('parsed JSON gives the same result as its text', () => {
  const source = text({ nodes: [{ id: 'a', type: 'x/y' }] });
  expect(parseWorkflowJson(JSON.parse(source))).toEqual(parseWorkflow(source));
});

test('a workflow of ComfyUI is told what it is, as its canvas and as its API format', () => {
  const canvas = {
    last_node_id: 9,
    last_link_id: 9,
    nodes: [
      { id: 7, type: 'CLIPTextEncode', pos: [413, 389], inputs: [], outputs: [], widgets_values: ['text'] },
      { id: 3, type: 'KSampler', pos: [863, 186], inputs: [], outputs: [] },
    ],
    links: [[4, 6, 0, 3, 1, 'CONDITIONING']],
    groups: [],
    version: 0.4,
  };
  const api = {
    3: { class_type: 'KSampler', inputs: { seed: 1, model: ['4', 0] }, _meta: { title: 'KSampler' } },
    4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'v1.safetensors' } },
  };
  for (const value of [canvas, api, { prompt: api, client_id: 'x' }]) {
    const [problem, ...others] = parseWorkflow(JSON.stringify(value)).problems ?? [];
    expect(others).toEqual([]);
    expect(problem?.code).toBe('workflow.comfyui');
    expect(problem?.message).toContain('This is a workflow of ComfyUI, with 2 nodes.');
  }
  for (const other of [{}, { nodes: [], links: [] }, { a: { class_type: 'x' } }, []])
    expect(parseWorkflow(JSON.stringify(other)).problems?.map(({ code }) => code)).toEqual([
      'workflow.format',
    ]);
});
