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

test('a node nobody knows, and fields nobody knows, survive a round trip unchanged', () => {
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

test('a file of 300,000 levels is refused, not overflowed', () => {
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

test('machinery as a value, an id or a text is just a text', () => {
  const nodes = [{ id: '__proto__', type: 'constructor', title: '"__proto__": {' }];
  expect(parseWorkflow(text({ nodes })).workflow?.nodes).toEqual(nodes);
});

test('a key that comes twice is refused with its line', () => {
  const source =
    '{\n"format": "patchbay",\n"version": 1,\n"nodes": [],\n"edges": [],\n"nodes": [{"id": "b"}]\n}';
  expect(parseWorkflow(source).problems).toEqual([
    {
      code: 'workflow.duplicate-key',
      message: 'The workflow says "nodes" twice in one place (line 6). Keep one of them.',
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

test('a file of a newer version is refused in a sentence', () => {
  expect(parseWorkflow(text({ version: 7 })).problems).toEqual([
    {
      code: 'workflow.newer-version',
      message:
        'The workflow was saved by a newer Patchbay (format 7); this one reads up to format 1. Update Patchbay to open it.',
      expected: 'at most 1',
      got: '7',
    },
  ]);
});

test.each([
  ['nothing', '', 'workflow.not-json'],
  ['a cut file', text().slice(0, -5), 'workflow.not-json'],
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

test('all that is wrong is said at once, each with its place', () => {
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
    '"nodes[0].id" must be a text that is not empty, and is "".',
    '"nodes[1].type" is missing; it must be a text.',
    '"nodes[2].mode" must be "active" or "bypass" or "mute", and is "off".',
    '"nodes[2].position.x" must be a number, and is "1".',
    '"nodes[3]" must be an object, and is 7.',
    '"edges[0].from" has "index", which means nothing there. Remove it.',
  ]);
});

test('a file with thousands of faults is answered with the first hundred', () => {
  const result = parseWorkflow(text({ nodes: Array(5000).fill(0) }));
  expect(result.problems).toHaveLength(101);
  expect(result.problems?.at(-1)?.message).toBe('There are 4900 more problems of this kind.');
});

test('a missing type and an id that two nodes have are both said', () => {
  const nodes = [{ id: 'a', type: 'x/y' }, { id: 'a', type: 'x/y' }, { id: 'b' }];
  expect(parseWorkflow(text({ nodes })).problems?.map(({ code }) => code)).toEqual([
    expect.not.stringContaining('duplicate'),
    'node.duplicate-id',
  ]);
});

test.each([
  ['', 'The file is empty.'],
  [' \n', 'The file is empty.'],
  ['{\n  "format": "patchbay",\n  "nodes" []\n}', 'something is wrong at line 3, column 11.'],
  ['{"a": 1,}', 'something is wrong at line 1, column 9.'],
  ['{"a": "x\ny"}', 'something is wrong at line 1, column 9.'],
  ['{"a": "\\q"}', 'something is wrong at line 1, column 9.'],
  ['[1, 2', 'it ends too early, at line 1, column 6.'],
  ['[01]', 'something is wrong at line 1, column 3.'],
  ['\x89PNG\r\n\x1a\n\0\0', 'The file is no text'],
])('what is no JSON is told its place, and never repeated: %j', (source, message) => {
  const [problem] = parseWorkflow(source).problems!;
  expect(problem).toMatchObject({ code: 'workflow.not-json', message: expect.stringContaining(message) });
  expect(problem!.message).not.toContain('PNG');
});

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
      const code = parseWorkflow(source).problems?.[0]?.code;
      expect(code === 'workflow.not-json', source).toBe(!reads);
    }
  }
});

test('a mark at the beginning of the file is passed over', () => {
  expect(parseWorkflow(`\uFEFF${text()}`).workflow).toEqual(minimal);
});

test('what is in memory and no JSON is refused', () => {
  const cyclic: Record<string, unknown> = { ...minimal };
  cyclic.self = cyclic;
  const hostile = {
    get format() {
      throw new Error('gotcha');
    },
  };
  for (const value of [
    cyclic,
    hostile,
    { ...minimal, x: Number.NaN },
    { ...minimal, x: () => 1 },
    { ...minimal, x: 1n },
  ])
    expect(parseWorkflowJson(value).problems).toHaveLength(1);
});

test('parsed JSON reads like its text', () => {
  const source = text({ nodes: [{ id: 'a', type: 'x/y' }] });
  expect(parseWorkflowJson(JSON.parse(source))).toEqual(parseWorkflow(source));
});
