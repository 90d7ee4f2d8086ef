import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../../../client/widgets/check-param.ts';
import { shownParams } from '../../../client/widgets/shown-params.ts';
import { defineNode, describeNode, param, port } from '../../../nodes/sdk/index.ts';
import { createRegistry } from '../../../server/engine/registry.ts';
import { validate } from '../../../server/engine/validate.ts';

const definition = defineNode({
  title: 'Strict',
  description: 'Takes a param of every kind.',
  inputs: {},
  params: {
    k: param.integer({ default: 5, min: 1, max: 10, help: 'K.' }),
    share: param.number({ default: 0.5, min: 0, max: 1, help: 'Share.' }),
    on: param.boolean({ default: true, help: 'On.' }),
    by: param.choice({
      default: 'row',
      choices: { row: 'Row', all: 'All' },
      help: 'By.',
      when: { param: 'on', is: [true] },
    }),
    label: param.text({ default: 'x', required: true, help: 'Label.', when: { param: 'by', is: ['row'] } }),
    lines: param.prompts({ default: ['x'], required: true, help: 'Lines.' }),
    mean: param.numbers({ default: [0, 0, 0], length: 3, help: 'Mean.' }),
    link: param.url({ help: 'Link.', maxLength: 40 }),
    collection: param.collectionName({ default: 'pictures', help: 'Collection.' }),
    out: param.fileName({ default: 'result.csv', help: 'Out.' }),
  },
  outputs: { view: port.view({ help: 'View.' }) },
  run: () => ({ view: { kind: 'view', view: 'bars', groups: [] } }),
});
const registry = createRegistry([['test/strict', definition]]);
const { params } = describeNode('test/strict', definition);
type Name = keyof typeof definition.params;

/** The values that the server refuses before a run: codes by param. */
function server(values: Record<string, unknown>): [string | undefined, string][] {
  const workflow = {
    format: 'patchbay' as const,
    version: 1 as const,
    nodes: [{ id: 'a', type: 'test/strict', params: values as never }],
    edges: [],
  };
  const { problems } = validate(workflow, registry, { models: { describe: () => undefined, ids: () => [] } });
  return problems.map((problem) => [problem.param, problem.code]);
}

/** Whether the editor marks a visible field as wrong. */
function editor(name: Name, value: unknown): boolean {
  const spec = params.find((one) => one.name === name)!;
  return problemOf(spec, value) !== null;
}

const anything = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 20 }),
  fc.boolean(),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    'row',
    'all',
    ' ',
    'sub/out.csv',
    '../x',
    '/abs',
    'a/',
    '.a',
    'C:\\x',
    'https://a.b/c',
    'ftp://x',
  ),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.array(fc.double(), { maxLength: 4 }),
);

describe('one rule for a param, in the editor and before a run', () => {
  test('the editor reddens a value exactly when the server refuses it', () => {
    for (const name of Object.keys(definition.params) as Name[])
      fc.assert(
        fc.property(anything, (value) => {
          const refused = server({ [name]: value }).some(([param]) => param === name);
          expect(editor(name, value), `${name}: ${JSON.stringify(value)}`).toBe(refused);
        }),
      );
  });

  test.each([
    ['sub/out.csv', []],
    ['.hidden', []],
    ['../out.csv', [['out', 'param.file-name']]],
    ['/out.csv', []],
    ['~/out.csv', []],
    ['C:\\out.csv', []],
    ['c:out.csv', [['out', 'param.file-name']]],
    ['/tmp/', [['out', 'param.file-name']]],
    ['', [['out', 'param.required']]],
  ] as const)('the file name %j', (out, problems) => {
    expect(server({ out })).toEqual(problems);
    expect(editor('out', out)).toBe(problems.length > 0);
  });

  test.each([
    ['my pictures', []],
    [' my pictures ', []],
    ['a*b', [['collection', 'param.collection-name']]],
    ['.hidden', [['collection', 'param.collection-name']]],
    ['cats/dogs', [['collection', 'param.collection-name']]],
    ['猫'.repeat(67), [['collection', 'param.collection-name']]],
    ['a'.repeat(80), []],
    ['a'.repeat(81), [['collection', 'param.collection-name']]],
  ] as const)('the name of a collection to write, %j', (collection, problems) => {
    expect(server({ collection })).toEqual(problems);
    expect(editor('collection', collection)).toBe(problems.length > 0);
  });

  test('a param behind a hidden one is hidden with it, and nobody has to fill it in', () => {
    const shown = (values: Record<string, unknown>) =>
      shownParams(params, values).plain.map(({ name }) => name);
    expect(shown({})).toContain('label');
    expect(shown({ by: 'all' })).not.toContain('label');
    expect(shown({ on: false })).not.toContain('by');
    expect(shown({ on: false })).not.toContain('label');
    expect(server({ label: '' })).toEqual([['label', 'param.required']]);
    expect(server({ label: '', by: 'all' })).toEqual([]);
    expect(server({ label: '', on: false })).toEqual([]);
  });

  test('a text or a list that is too long or too short is refused on both sides', () => {
    const long = `https://a.b/${'x'.repeat(40)}`;
    expect(server({ link: long })).toEqual([['link', 'param.too-large']]);
    expect([editor('link', long), editor('mean', [1, 2]), editor('mean', [1, 2, 3])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
