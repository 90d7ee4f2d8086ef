// This file is long because it has one test for every problem that validation can find.
import { expect, test } from 'vitest';
import {
  defineNode,
  fieldTitle,
  kinds,
  type ModelCatalogue,
  nodeTitle,
  param,
  port,
  spaceMismatch,
  withExtension,
} from '../../nodes/sdk/index.ts';
import { wiringMessage } from '../../server/contract/messages/wiring.ts';
import { validate } from '../../server/engine/validate.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { flow, kit, noModels, texts } from './kit.ts';

const compare = defineNode({
  title: 'Compare',
  description: 'Refuses to mix spaces.',
  inputs: { left: port.embeddings({ help: 'L.' }), right: port.embeddings({ help: 'R.' }) },
  params: {},
  outputs: { texts: port.texts({ help: 'T.' }) },
  infer: ({ inputs, report }) => {
    const [left, right] = [inputs.left?.[0]?.space, inputs.right?.[0]?.space];
    const mismatch = left && right && spaceMismatch(left, right);
    if (mismatch)
      report({ code: 'space.mismatch', port: 'right', message: `They differ. ${mismatch.message}` });
    return {};
  },
  run: () => ({ texts: texts() }),
});

const strict = defineNode({
  title: 'Strict',
  description: 'One param of every kind.',
  inputs: {},
  params: {
    k: param.integer({ help: 'How many.', default: 5, min: 1, max: 10 }),
    share: param.number({ help: 'How much.', default: 0.5, min: 0, max: 1, unit: 'px' }),
    all: param.boolean({ help: 'Whether.', default: false }),
    pool: param.choice({ help: 'How.', default: 'mean', choices: { mean: 'Mean', max: 'Maximum' } }),
    mean: param.numbers({ help: 'Each channel.', default: [0, 0, 0], length: 3 }),
    folder: param.folder({ help: 'Choose a folder of pictures.', default: 'pictures', required: true }),
    prompts: param.prompts({ help: 'Texts.', default: ['a'], required: true }),
  },
  outputs: { texts: port.texts({ help: 'T.' }) },
  run: () => ({ texts: texts() }),
});

const { registry } = kit({ compare, strict });
const check = (workflow: Workflow, models: ModelCatalogue = noModels) =>
  validate(workflow, registry, { models }).problems;
const params = (given: Record<string, unknown>) =>
  check(flow({ s: { type: 'strict', params: given as Record<string, string> } }));

test('a good workflow has no problems', () => {
  expect(check(flow({ a: 'say', b: 'add' }, ['a.texts > b.texts']))).toEqual([]);
});

test('a required input without a wire says what to connect', () => {
  expect(check(flow({ b: 'add' }))).toEqual([
    {
      code: 'input.missing',
      nodeId: 'b',
      port: 'texts',
      args: {
        node: nodeTitle('test/add', 'Add'),
        input: fieldTitle('input', 'test/add', 'texts', 'Texts'),
        types: kinds(['texts']),
      },
      message: '*Texts* of *Add* is not connected. Connect texts to it.',
      expected: 'texts',
      got: 'nothing',
    },
  ]);
});

test('a required input that takes many wires needs one at least', () => {
  expect(check(flow({ j: 'join' }))).toMatchObject([{ code: 'input.missing', port: 'lists' }]);
});

test('an unknown type is named, with the one that was meant', () => {
  expect(check(flow({ a: 'test/sey', b: 'other/add', c: 'who/knows' }))).toMatchObject([
    { code: 'node.unknown-type', nodeId: 'a', got: 'test/sey', expected: 'test/say' },
    { code: 'node.unknown-type', nodeId: 'b', message: expect.stringContaining('Did you mean "test/add"?') },
    { code: 'node.unknown-type', nodeId: 'c', expected: undefined },
  ]);
});

test('types named like parts of objects are unknown types', () => {
  const problems = check(flow({ constructor: '/constructor', __proto__x: '/__proto__', x: 'test/toString' }));
  expect(problems.map((problem) => problem.code)).toEqual(Array(3).fill('node.unknown-type'));
});

test('an unknown port is named on the side where it is', () => {
  const problems = check(
    flow({ a: 'say', b: 'add', c: 'add' }, [
      'a.text > b.texts',
      'a.texts > c.constructor',
      'a.texts > c.texts',
    ]),
  );
  expect(problems).toMatchObject([
    { code: 'port.unknown', nodeId: 'a', port: 'text', expected: '"texts"' },
    { code: 'port.unknown', nodeId: 'c', port: 'constructor', got: 'constructor' },
  ]);
  expect(problems[0]?.message).toContain('Did you mean "texts"?');
});

test('a port by position is an unknown port', () => {
  expect(check(flow({ a: 'say', b: 'add' }, ['a.0 > b.texts']))).toMatchObject([
    { code: 'port.unknown', got: '0' },
  ]);
});

test('types that do not fit are refused with both', () => {
  expect(check(flow({ e: 'embed', a: 'add' }, ['e.embeddings > a.texts']))).toEqual([
    {
      code: 'edge.type-mismatch',
      nodeId: 'a',
      port: 'texts',
      args: {
        source: nodeTitle('test/embed', 'Embed'),
        target: nodeTitle('test/add', 'Add'),
        input: fieldTitle('input', 'test/add', 'texts', 'Texts'),
        expected: kinds(['texts']),
        got: kinds(['embeddings']),
        advice: wiringMessage('advice.connect', { types: kinds(['texts']) }),
      },
      message:
        '*Add* takes texts at *Texts*, and *Embed* gives embeddings. Connect something that gives texts.',
      expected: 'texts',
      got: 'embeddings',
    },
  ]);
});

test('what goes into a reroute is what comes out of it, however many there are', () => {
  const workflow = flow({ e: 'embed', r: 'reroute', q: 'reroute', a: 'add' }, [
    'e.embeddings > r.value',
    'r.value > q.value',
    'q.value > a.texts',
  ]);
  expect(check(workflow)).toMatchObject([
    { code: 'edge.type-mismatch', nodeId: 'a', expected: 'texts', got: 'embeddings' },
  ]);
});

test('both sides of a switch carry one type', () => {
  const workflow = flow({ e: 'embed', a: 'say', s: 'switch' }, ['a.texts > s.a', 'e.embeddings > s.b']);
  expect(check(workflow)).toMatchObject([
    { code: 'edge.type-mismatch', nodeId: 's', port: 'b', expected: 'texts' },
  ]);
});

test('the chosen side of a switch must be connected, the other need not', () => {
  expect(check(flow({ a: 'say', s: 'switch' }, ['a.texts > s.a']))).toEqual([]);
  expect(check(flow({ a: 'say', s: 'switch' }, ['a.texts > s.b']))).toMatchObject([
    { code: 'input.missing', nodeId: 's', port: 'a' },
  ]);
});

test.each([
  ['a number below its least', { k: 0 }, 'param.too-small', 'at least 1', '0'],
  ['a number above its most', { k: 11 }, 'param.too-large', 'at most 10', '11'],
  ['a fraction for a whole number', { k: 5.9 }, 'param.wrong-type', 'a whole number', '5.9'],
  ['a text for a number', { k: '5' }, 'param.wrong-type', 'a whole number', '"5"'],
  ['NaN', { share: Number.NaN }, 'param.wrong-type', 'a number', 'NaN'],
  ['infinity', { share: Number.POSITIVE_INFINITY }, 'param.wrong-type', 'a number', 'Infinity'],
  ['a number beyond its unit', { share: 2 }, 'param.too-large', 'at most 1 px', '2'],
  ['a text for a boolean', { all: 'false' }, 'param.wrong-type', 'true or false', '"false"'],
  ['null', { all: null }, 'param.wrong-type', 'true or false', 'null'],
  ['a choice that is none', { pool: 'men' }, 'param.not-a-choice', 'one of "mean", "max"', '"men"'],
  ['a number for a choice', { pool: 3 }, 'param.wrong-type', 'one of "mean", "max"', '3'],
  ['a list that is too short', { mean: [1] }, 'param.too-small', 'at least 3', 'a list of 1'],
  ['a list that is too long', { mean: [1, 2, 3, 4] }, 'param.too-large', 'at most 3', 'a list of 4'],
  [
    'a list of the wrong things',
    { mean: [1, 2, 'x'] },
    'param.wrong-type',
    'a list of numbers',
    'a list of 3',
  ],
  ['a number for a text', { folder: 5 }, 'param.wrong-type', 'a text', '5'],
  ['nothing where something must be', { folder: ' ' }, 'param.required', 'something', 'nothing'],
  ['an empty list where something must be', { prompts: [] }, 'param.required', 'something', 'nothing'],
])('a param refuses %s', (_, given, code, expected, got) => {
  expect(params(given)).toMatchObject([{ code, nodeId: 's', param: Object.keys(given)[0], expected, got }]);
});

test('a refused param says the node, the field, what it must be and what it is', () => {
  expect(params({ pool: 'men' })[0]?.message).toBe(
    '*Pool* of *Strict* must be one of "mean", "max", but is "men". Did you mean "mean"?',
  );
  expect(params({ folder: '' })[0]?.message).toBe('*Folder* of *Strict* is not chosen yet. Choose a folder.');
});

test('a param that the node does not have is named', () => {
  expect(params({ pol: 'max' })).toMatchObject([
    { code: 'param.unknown', param: 'pol', message: expect.stringContaining('Did you mean "pool"?') },
  ]);
});

test('a dangling wire says which end is missing', () => {
  const problems = check(
    flow({ a: 'say', j: 'join' }, ['a.texts > gone.x', 'gone.texts > j.lists', 'a.texts > j.lists']),
  );
  expect(problems).toMatchObject([
    { code: 'edge.unknown-node', nodeId: 'a', got: 'gone' },
    { code: 'edge.unknown-node', nodeId: 'j', port: 'lists', got: 'gone' },
  ]);
  expect(problems.map((problem) => problem.message)).toEqual([
    'A wire from *Say* leads to *gone*, which is not in the workflow. Remove the wire.',
    'A wire to *Join* comes from *gone*, which is not in the workflow. Remove the wire.',
  ]);
});

test('two equal wires, and two wires in an input for one, are refused', () => {
  const workflow = flow({ a: 'say', b: 'say', c: 'add', j: 'join' }, [
    'a.texts > c.texts',
    'b.texts > c.texts',
    'a.texts > j.lists',
    'a.texts > j.lists',
    'b.texts > j.lists',
  ]);
  expect(check(workflow)).toMatchObject([
    { code: 'input.occupied', nodeId: 'c', port: 'texts', expected: 'one wire', got: '2 wires' },
    { code: 'edge.duplicate', nodeId: 'j', port: 'lists' },
  ]);
});

test('two nodes with one id are refused', () => {
  const workflow = flow({ a: 'say' });
  const doubled = { ...workflow, nodes: [...workflow.nodes, ...workflow.nodes] };
  expect(check(doubled)).toMatchObject([{ code: 'node.duplicate-id', nodeId: 'a' }]);
});

test('a cycle is reported with its path along the wires', () => {
  const workflow = flow({ a: 'add', b: { type: 'add', title: 'Middle' }, c: 'reroute', d: 'join' }, [
    'a.texts > b.texts',
    'b.texts > c.value',
    'c.value > a.texts',
    'c.value > d.lists',
  ]);
  const [problem, ...others] = check(workflow);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'workflow.cycle' });
  const path = problem?.nodes?.join('');
  expect(['abc', 'bca', 'cab']).toContain(path);
  const names = [...problem!.nodes!, problem!.nodes![0]!].map(
    (id) => ({ a: '*Add*', b: '*Middle*', c: '*Reroute*' })[id],
  );
  expect(problem?.got).toBe(names.join(' → '));
});

test('nodes of one title on a cycle are told apart by their ids', () => {
  const [problem] = check(flow({ a: 'add', b: 'add' }, ['a.texts > b.texts', 'b.texts > a.texts']));
  expect(problem?.message).toContain('*Add* (a) → *Add* (b)');
});

test('two nodes that write one file are refused with both, also where only the ending is added', () => {
  const save = defineNode({
    title: 'Save',
    description: 'Writes.',
    inputs: {},
    params: { name: param.fileName({ help: 'Name.', default: 'result.csv' }) },
    outputs: { texts: port.texts({ help: 'T.' }) },
    writes: ({ name }) => [withExtension(name, '.csv')],
    run: () => ({ texts: texts() }),
  });
  const { registry: savers } = kit({ save });
  const problemsOf = (workflow: Workflow, targets?: string[]) =>
    validate(workflow, savers, { models: noModels, targets }).problems;
  const named = (name: string, title?: string) => ({
    type: 'save',
    params: { name },
    ...(title && { title }),
  });
  expect(problemsOf(flow({ a: named('x.csv'), b: named('X') }))).toMatchObject([
    {
      code: 'output.duplicate',
      nodeId: 'b',
      nodes: ['a', 'b'],
      message:
        '*Save* (a) and *Save* (b) both write X.csv, so one would replace the other. Give one of them another name.',
    },
  ]);
  expect(problemsOf(flow({ a: named('x.csv'), b: named('y.csv') }))).toEqual([]);
  expect(problemsOf(flow({ a: named('x.csv'), b: { ...named('x.csv'), mode: 'mute' } }))).toEqual([]);
  expect(problemsOf(flow({ a: named('x.csv'), b: named('x.csv') }), ['a'])).toEqual([]);
});

test.each([
  ['../evil.csv', 'leads out of the output folder'],
  ['/tmp/../etc/abs.csv', 'leads out of the output folder'],
  ['C:abs.csv', 'not a name or path'],
  ['https://example.com/abs.csv', 'not a name or path'],
  ['~root/abs.csv', 'not a name or path'],
  ['x.csv/', 'ends in a slash'],
])('the output name %s is refused and not rewritten', (name, why) => {
  const save = defineNode({
    title: 'Save',
    description: 'Writes.',
    inputs: {},
    params: { name: param.fileName({ help: 'Name.', default: 'result.csv' }) },
    outputs: { texts: port.texts({ help: 'T.' }) },
    run: () => ({ texts: texts() }),
  });
  const { registry: savers } = kit({ save });
  const { problems } = validate(flow({ a: { type: 'save', params: { name } } }), savers, {
    models: noModels,
  });
  expect(problems).toMatchObject([{ code: 'param.file-name', nodeId: 'a', param: 'name', got: name }]);
  expect(problems[0]?.message).toContain(why);
  expect(problems[0]?.message).toContain('"result.csv"');
});

test.each([[[]], [['']], [['', '  ']]])('a list of nothing but blanks is empty: %j', (prompts) => {
  expect(params({ prompts })).toMatchObject([{ code: 'param.required', param: 'prompts' }]);
  expect(params({ prompts: [...prompts, 'cat'] })).toEqual([]);
});

test('every separate cycle is reported, also one behind another', () => {
  const workflow = flow({ a: 'join', b: 'join', c: 'join', d: 'join', e: 'join' }, [
    'a.texts > b.lists',
    'b.texts > a.lists',
    'a.texts > c.lists',
    'c.texts > d.lists',
    'd.texts > c.lists',
    'd.texts > e.lists',
  ]);
  const cycles = check(workflow).map((problem) => problem.nodes?.toSorted().join(''));
  expect(cycles.toSorted()).toEqual(['ab', 'cd']);
});

test('a diamond is no cycle', () => {
  const workflow = flow({ a: 'say', b: 'add', c: 'add', d: 'join' }, [
    'a.texts > b.texts',
    'a.texts > c.texts',
    'b.texts > d.lists',
    'c.texts > d.lists',
  ]);
  expect(check(workflow)).toEqual([]);
});

test('a wire from a node to itself is refused', () => {
  expect(check(flow({ j: 'join' }, ['j.texts > j.lists']))).toMatchObject([
    { code: 'edge.self', nodeId: 'j' },
  ]);
});

test('embedding spaces that differ are refused before anything runs', () => {
  const workflow = flow(
    { a: 'embed', b: { type: 'embed', params: { encoder: 'b' } }, r: 'reroute', c: 'compare' },
    ['a.embeddings > c.left', 'b.embeddings > r.value', 'r.value > c.right'],
  );
  expect(check(workflow)).toEqual([
    {
      code: 'space.mismatch',
      nodeId: 'c',
      port: 'right',
      message: 'They differ. They come from different encoders.',
    },
  ]);
});

test('what is known of values before a run is told by node and port', () => {
  const workflow = flow({ e: { type: 'embed', params: { rows: 12 } }, r: 'reroute', a: 'say' }, [
    'e.embeddings > r.value',
  ]);
  const { info } = validate(workflow, registry, { models: noModels });
  expect(info.get('r')?.value).toMatchObject({
    type: 'embeddings',
    count: 12,
    dims: 2,
    space: { encoder: 'a' },
  });
  expect(info.get('a')).toEqual({ texts: { type: 'texts' } });
});

test('an inference that throws does not keep a good workflow from running', () => {
  const broken = defineNode({
    title: 'B',
    description: 'B.',
    inputs: {},
    params: {},
    outputs: { texts: port.texts({ help: 'T.' }) },
    infer: () => {
      throw new TypeError('undefined is not a function');
    },
    run: () => ({ texts: texts() }),
  });
  const found = validate(flow({ b: 'b' }), kit({ b: broken }).registry, { models: noModels });
  expect(found.problems).toEqual([]);
  expect(found.info.get('b')).toEqual({ texts: { type: 'texts' } });
});

test('names for callers must be unique and stand for something', () => {
  const workflow = flow({ a: 'say' }, [], {
    inputs: [
      { name: 'x', node: 'a', param: 'txt' },
      { name: 'x', node: 'gone', param: 'text' },
    ],
    outputs: [
      { name: 'y', node: 'a', port: 'text' },
      { name: 'z', node: 'a', port: 'texts' },
    ],
  });
  expect(check(workflow)).toMatchObject([
    {
      code: 'input-name.unknown-field',
      nodeId: 'a',
      param: 'txt',
      message: expect.stringContaining('"text"'),
    },
    { code: 'input-name.duplicate', nodeId: 'gone' },
    { code: 'input-name.unknown-node', got: 'gone' },
    { code: 'output-name.unknown-field', nodeId: 'a', port: 'text', expected: 'texts' },
  ]);
});

test('muted nodes and those that need them do not count', () => {
  const workflow = flow(
    {
      a: { type: 'add', mode: 'mute' },
      b: { type: 'add', params: { nonsense: 1 } },
      c: 'say',
      d: { type: 'who/knows', mode: 'mute' },
    },
    ['a.texts > b.texts'],
  );
  expect(check(workflow)).toEqual([]);
});

test('a muted node breaks a cycle', () => {
  const workflow = flow({ a: { type: 'add', mode: 'mute' }, b: 'add', c: 'say' }, [
    'a.texts > b.texts',
    'b.texts > a.texts',
  ]);
  expect(check(workflow)).toEqual([]);
});

test('a workflow without an active node has nothing to run', () => {
  expect(check(flow({}))).toMatchObject([{ code: 'workflow.empty' }]);
  expect(check(flow({ a: { type: 'say', mode: 'mute' } }))).toMatchObject([{ code: 'workflow.empty' }]);
});

test('all problems are found at once', () => {
  const workflow = flow(
    { a: { type: 'say', params: { times: 99, nope: 1 } }, b: 'add', c: 'no/such', d: 'add', e: 'add' },
    ['a.texts > gone.texts', 'd.texts > e.texts', 'e.texts > d.texts'],
  );
  expect(
    check(workflow)
      .map((problem) => problem.code)
      .toSorted(),
  ).toEqual([
    'edge.unknown-node',
    'input.missing',
    'node.unknown-type',
    'param.too-large',
    'param.unknown',
    'workflow.cycle',
  ]);
});

test('problems are plain data', () => {
  const problems = check(flow({ b: 'add', c: 'no/such' }));
  expect(JSON.parse(JSON.stringify(problems))).toEqual(
    problems.map((problem) => JSON.parse(JSON.stringify(problem))),
  );
  for (const problem of problems) expect(problem.message).toMatch(/^\S.*[.?!]$/);
});
