import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber, parseNumbers, problemOf, snap, stepSize } from '../../../client/widgets/check-param.ts';
import { shownParams } from '../../../client/widgets/shown-params.ts';
import { describeNode, type ParamDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { defineNode, param, port } from '../../../nodes/sdk/index.ts';

const params = {
  k: param.integer({ default: 5, min: 1, max: 100, help: 'h.', unit: 'px' }),
  strength: param.number({ default: 0.1, min: -1, max: 1, step: 0.05, help: 'h.' }),
  on: param.boolean({ default: true, help: 'h.' }),
  mode: param.choice({ default: 'a', choices: { a: 'First', b: 'Second' }, help: 'h.' }),
  lines: param.prompts({ default: ['x'], help: 'h.', required: true }),
  mean: param.numbers({ default: [0.5, 0.5, 0.5], help: 'h.' }),
  link: param.url({ help: 'h.' }),
  out: param.fileName({ help: 'h.' }),
  path: param.file({ help: 'h.', required: true }),
};
const node = describeNode(
  'x/y',
  defineNode({
    title: 'T',
    description: 'D.',
    inputs: {},
    params,
    outputs: { view: port.view({ help: 'h.' }) },
    run: () => ({ view: { kind: 'view', view: 'bars', groups: [] } }),
  }),
);
const spec = (name: keyof typeof params) => node.params.find((one) => one.name === name) as ParamDescriptor;
const key = (name: keyof typeof params, value: unknown) => problemOf(spec(name), value)?.key ?? null;

describe('a value is checked while it is typed', () => {
  test('bounds are told with their unit', () => {
    expect(problemOf(spec('k'), 0)).toEqual({ key: 'widgets.tooSmall', vars: { title: 'K', min: '1 px' } });
    expect(problemOf(spec('k'), 101)).toEqual({
      key: 'widgets.tooLarge',
      vars: { title: 'K', max: '100 px' },
    });
    expect(problemOf(spec('k'), 100)).toBeNull();
  });

  test('every type refuses what is none of it', () => {
    expect([key('k', 1.5), key('k', '5'), key('strength', Number.NaN), key('strength', '')]).toEqual([
      'widgets.notInteger',
      'widgets.notInteger',
      'widgets.notNumber',
      'widgets.notNumber',
    ]);
    expect([key('on', 'yes'), key('mode', 'c'), key('lines', 'x'), key('mean', [1, 'x'])]).toEqual([
      'widgets.notBoolean',
      'widgets.notChoice',
      'widgets.notList',
      'widgets.notNumbers',
    ]);
    expect([key('lines', ['', ' ']), key('path', ' '), key('path', 7)]).toEqual([
      'widgets.empty',
      'widgets.empty',
      'widgets.notText',
    ]);
    expect([key('link', 'ftp://x'), key('link', 'https://x/y'), key('link', '')]).toEqual([
      'widgets.notUrl',
      null,
      null,
    ]);
    expect([key('out', 'a/b'), key('out', '.a'), key('out', 'a.'), key('out', 'a b.csv')]).toEqual([
      'widgets.notFileName',
      'widgets.notFileName',
      'widgets.notFileName',
      null,
    ]);
  });

  test('what the server takes has no problem here: the two agree on numbers, choices and lists', () => {
    const values = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.string(),
      fc.array(fc.string()),
      fc.array(fc.double()),
    );
    for (const name of ['k', 'strength', 'on', 'mode', 'mean'] as const)
      fc.assert(
        fc.property(values, (value) => {
          expect(problemOf(spec(name), value) === null).toBe(params[name].schema.safeParse(value).success);
        }),
      );
  });
});

describe('numbers as people write them', () => {
  test('a decimal comma, a sign and an exponent are understood; words and halves are not', () => {
    expect(['0,5', ' 1e-3 ', '-.5', '−2', '5.'].map(parseNumber)).toEqual([0.5, 0.001, -0.5, -2, 5]);
    for (const text of ['', '-', '1,000.5', '5 px', '0x10', 'Infinity', '1e999', '1e'])
      expect(parseNumber(text), text).toBeUndefined();
    expect(['１２', '０。５', '０，５', '－３'].map(parseNumber)).toEqual([12, 0.5, 0.5, -3]);
    expect(parseNumbers('0.5，0.25；1、2')).toEqual([0.5, 0.25, 1, 2]);
    expect(parseNumbers('0.5, 0.25;1 2')).toEqual([0.5, 0.25, 1, 2]);
    expect(parseNumbers('')).toEqual([]);
    expect(parseNumbers('1, x')).toBeUndefined();
  });

  test('a drag lands on steps, within the bounds, without binary noise', () => {
    expect(snap(0.30000000000000004, spec('strength'))).toBe(0.3);
    expect(snap(0.32, spec('strength'))).toBe(0.3);
    expect(snap(9, spec('strength'))).toBe(1);
    expect(snap(7.6, spec('k'))).toBe(8);
    expect(stepSize(spec('k'))).toBe(1);
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (value) => {
        expect(problemOf(spec('strength'), snap(value, spec('strength')))).toBeNull();
      }),
    );
  });
});

describe('which params are shown', () => {
  const all = [
    { name: 'on', default: true },
    { name: 'by', default: 'a', when: { param: 'on', is: [true] } },
    { name: 'more', default: 1, when: { param: 'by', is: ['a'] }, advanced: true },
    { name: 'stray', default: 1, when: { param: 'nobody', is: [1] } },
  ] as unknown as ParamDescriptor[];
  const names = (values: Record<string, unknown>) => {
    const { plain, advanced } = shownParams(all, values);
    return [plain, advanced].map((group) => group.map(({ name }) => name));
  };
  test('a condition looks at the value, or the default where there is none', () => {
    expect(names({})).toEqual([['on', 'by', 'stray'], ['more']]);
    expect(names({ by: 'b' })).toEqual([['on', 'by', 'stray'], []]);
  });
  test('what depends on a hidden param is hidden with it', () => {
    expect(names({ on: false })).toEqual([['on', 'stray'], []]);
  });
});
