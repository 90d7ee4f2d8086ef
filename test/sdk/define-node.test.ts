import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  defineNode,
  type Embeddings,
  type Images,
  type Pixels,
  type PortValue,
  param,
  port,
  portsFit,
  type Texts,
} from '../../nodes/sdk/index.ts';

const help = 'What it is.';

// The compiler checks this: the types of `run` follow from ports and params.
describe('one definition gives the types of run', () => {
  test('inputs: required, optional, one of several, many, any', () => {
    defineNode({
      title: 'T',
      description: 'T.',
      inputs: {
        images: port.images({ help }),
        maybe: port.texts({ help, required: false }),
        either: port.oneOf(['images', 'pixels'])({ help }),
        all: port.embeddings({ help, many: true }),
        anything: port.any({ help }),
      },
      params: {},
      outputs: {},
      run: ({ inputs }) => {
        expectTypeOf(inputs.images).toEqualTypeOf<Images>();
        expectTypeOf(inputs.maybe).toEqualTypeOf<Texts | undefined>();
        expectTypeOf(inputs.either).toEqualTypeOf<Images | Pixels>();
        expectTypeOf(inputs.all).toEqualTypeOf<readonly Embeddings[]>();
        expectTypeOf(inputs.anything).toEqualTypeOf<PortValue>();
        return {};
      },
    });
  });

  test('params: numbers, choices, lists', () => {
    const definition = defineNode({
      title: 'T',
      description: 'T.',
      inputs: {},
      params: {
        k: param.integer({ default: 1, help }),
        mode: param.choice({ default: 'a', choices: { a: 'A', b: 'B' }, help }),
        on: param.boolean({ default: true, help }),
        texts: param.prompts({ default: [], help }),
      },
      outputs: {},
      run: ({ params }) => {
        expectTypeOf(params.k).toEqualTypeOf<number>();
        expectTypeOf(params.mode).toEqualTypeOf<'a' | 'b'>();
        expectTypeOf(params.on).toEqualTypeOf<boolean>();
        expectTypeOf(params.texts).toEqualTypeOf<readonly string[]>();
        return {};
      },
    });
    expect(Object.keys(definition.params)).toEqual(['k', 'mode', 'on', 'texts']);
  });

  test('translations: only of ports, params and choices that the node has', () => {
    const params = { mode: param.choice({ default: 'a', choices: { a: 'A', b: 'B' }, help }) };
    const inputs = { texts: port.texts({ help }) };
    const rest = { title: 'T', description: 'T.', inputs, params, outputs: {}, run: () => ({}) };
    const zh = { title: '标题', description: '说明。' };
    defineNode({
      ...rest,
      translations: { zh: { ...zh, params: { mode: { title: '方式', choices: { a: '甲' } } } } },
    });
    // @ts-expect-error an input that the node does not have
    defineNode({ ...rest, translations: { zh: { ...zh, inputs: { images: { title: '图片' } } } } });
    // @ts-expect-error a choice that the param does not have
    defineNode({ ...rest, translations: { zh: { ...zh, params: { mode: { choices: { c: '丙' } } } } } });
    expect(Object.keys(params)).toEqual(['mode']);
  });

  test('outputs: all of them, each of its type', () => {
    const outputs = { texts: port.texts({ help }) };
    const rest = { title: 'T', description: 'T.', inputs: {}, params: {}, outputs };
    defineNode({ ...rest, run: () => ({ texts: { kind: 'texts', items: [] } }) });
    // @ts-expect-error an output is missing
    defineNode({ ...rest, run: () => ({}) });
    // @ts-expect-error an output is of another type
    defineNode({ ...rest, run: () => ({ texts: { kind: 'images', items: [], skipped: [] } }) });
    // @ts-expect-error a default that is no choice
    param.choice({ default: 'c', choices: { a: 'A' }, help });
    expect(outputs.texts.types).toEqual(['texts']);
  });
});

test('a wire fits where both ends share a type', () => {
  const either = port.oneOf(['images', 'pixels'])({ help });
  expect(portsFit(port.images({ help }), either)).toBe(true);
  expect(portsFit(port.any({ help }), port.texts({ help }))).toBe(true);
  expect(portsFit(port.texts({ help }), either)).toBe(false);
});

test.each([
  [param.integer({ default: 1, help }), [1.5, '1', Number.NaN, true]],
  [param.number({ default: 0, min: 0, max: 1, help }), [-0.1, 1.1, Number.POSITIVE_INFINITY, '0']],
  [param.boolean({ default: true, help }), ['false', 0, null]],
  [param.choice({ default: 'a', choices: { a: 'A' }, help }), ['b', 'toString', 0]],
  [param.numbers({ default: [1, 2], length: 2, help }), [[1], [1, 2, 3], [1, '2'], 1]],
])('validation is strict: no value is converted (%#)', (spec, wrong) => {
  for (const value of wrong) expect(spec.schema.safeParse(value).success, String(value)).toBe(false);
});
