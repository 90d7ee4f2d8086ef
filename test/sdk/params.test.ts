import { expect, test } from 'vitest';
import { defaults, type ParamSpec, param } from '../../nodes/sdk/index.ts';

const help = 'H.';
const accepts = (spec: ParamSpec, value: unknown) => spec.schema.safeParse(value).success;

test.each([
  [
    'a number',
    param.number({ help, default: 1, min: 0, max: 2 }),
    [0, 1.5, 2],
    [-0.1, 2.1, '1', null, Number.NaN, Number.POSITIVE_INFINITY, [1], true],
  ],
  ['an integer', param.integer({ help, default: 1, min: 0 }), [0, 7], [5.9, -1, '5', Number.NaN, 2 ** 60]],
  ['a boolean', param.boolean({ help, default: true }), [true, false], ['false', 0, 1, null]],
  [
    'a choice',
    param.choice({ help, default: 'a', choices: { a: 'A', b: 'B' } }),
    ['a', 'b'],
    ['A', '', 0, 'constructor', '__proto__'],
  ],
  ['a text', param.text({ help, maxLength: 3 }), ['', 'abc'], ['abcd', 5, null, ['a']]],
  ['prompts', param.prompts({ help, default: [] }), [[], ['a']], ['a', [5], [null]]],
  [
    'numbers',
    param.numbers({ help, default: [1, 2, 3], length: 3 }),
    [[1, 2, 3]],
    [[1, 2], [1, 2, Number.NaN], '1,2,3', [1, 2, '3']],
  ],
] as const)('%s takes only values of its type', (_, spec, good, bad) => {
  for (const value of good) expect(accepts(spec, value), JSON.stringify(value)).toBe(true);
  for (const value of bad) expect(accepts(spec, value), JSON.stringify(value)).toBe(false);
});

test('every builder has a default that its own schema takes', () => {
  const params = {
    number: param.number({ help, default: 0.5 }),
    choice: param.choice({ help, default: 'b', choices: { a: 'A', b: 'B' } }),
    prompts: param.prompts({ help, default: ['a'] }),
    folder: param.folder({ help }),
    model: param.model({ help, default: 'emoji-clip' }),
  };
  expect(defaults(params)).toEqual({
    number: 0.5,
    choice: 'b',
    prompts: ['a'],
    folder: '',
    model: 'emoji-clip',
  });
  for (const spec of Object.values(params)) expect(accepts(spec, spec.default)).toBe(true);
});

test('a widget follows from what a param is, and can be chosen', () => {
  expect(param.number({ help, default: 1 }).widget).toBe('number');
  expect(param.number({ help, default: 1, min: 0, max: 1 }).widget).toBe('slider');
  expect(param.integer({ help, default: 1, widget: 'seed' }).widget).toBe('seed');
  expect(param.text({ help, widget: 'textarea' }).widget).toBe('textarea');
});

test('a param for a path says whether it is a file or a folder', () => {
  expect(
    [param.file, param.image, param.adapter, param.folder, param.text, param.model].map(
      (build) => build({ help }).path,
    ),
  ).toEqual(['file', 'file', 'file', 'folder', undefined, undefined]);
});
