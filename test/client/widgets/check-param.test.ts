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
const said = (name: keyof typeof params, value: unknown) => problemOf(spec(name), value)?.message ?? null;

describe('a value is checked while it is typed', () => {
  test('bounds are told with their unit', () => {
    expect(problemOf(spec('k'), 0)).toMatchObject({
      code: 'param.too-small',
      message: '*K* must be at least 1 px, but is 0.',
    });
    expect(problemOf(spec('k'), 101)).toMatchObject({
      code: 'param.too-large',
      message: '*K* must be at most 100 px, but is 101.',
    });
    expect(problemOf(spec('k'), 100)).toBeNull();
  });

  test('every type refuses values of other types', () => {
    expect([said('k', 1.5), said('k', '5'), said('strength', Number.NaN), said('strength', '')]).toEqual([
      '*K* must be a whole number, but is 1.5.',
      '*K* must be a whole number, but is "5".',
      '*Strength* must be a number, but is NaN.',
      '*Strength* must be a number, but is "".',
    ]);
    expect([said('on', 'yes'), said('mode', 'c'), said('lines', 'x'), said('mean', [1, 'x'])]).toEqual([
      '*On* must be true or false, but is "yes".',
      '*Mode* must be one of "a", "b", but is "c". Did you mean "a"?',
      '*Lines* must be a list of texts, but is "x".',
      '*Mean* must be a list of numbers, but is a list of 2.',
    ]);
    expect([said('lines', ['', ' ']), said('path', ' '), said('path', 7)]).toEqual([
      '*Lines* is empty. Write at least one entry, one per line.',
      '*Path* is not chosen yet. Choose a file.',
      '*Path* must be a text, but is 7.',
    ]);
    expect([said('link', 'ftp://x'), said('link', 'https://x/y'), said('link', '')]).toEqual([
      '*Link* must be an address that begins with http:// or https://, but is "ftp://x".',
      null,
      null,
    ]);
    expect([said('out', '../a'), said('out', '/a/'), said('out', 'a/'), said('out', 'a b.csv')]).toEqual([
      '*Out* cannot be "../a". A name with ".." leads out of the output folder. Write a name such as "tables/result.csv".',
      '*Out* cannot be "/a/". It ends in a slash, so it names a folder. Write a name such as "tables/result.csv".',
      '*Out* cannot be "a/". It ends in a slash, so it names a folder. Write a name such as "tables/result.csv".',
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
