import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type AnyNodeDefinition,
  defineNode,
  describeNode,
  type Embeddings,
  type Images,
  type Matches,
  type NodeContext,
  type Pixels,
  type PortValue,
  param,
  port,
  type Similarity,
  type Texts,
} from '../../nodes/sdk/index.ts';

const matches: Matches = { kind: 'matches', metric: 'cosine', results: [], skipped: [] };

describe('one definition gives the types of run', () => {
  test('inputs: required, optional, many, several types, any', () => {
    defineNode({
      title: 'T',
      description: 'D.',
      inputs: {
        one: port.embeddings({ help: 'H.' }),
        maybe: port.texts({ help: 'H.', required: false }),
        many: port.images({ help: 'H.', many: true }),
        either: port.oneOf(['images', 'pixels'])({ help: 'H.' }),
        open: port.any({ help: 'H.', required: false }),
      },
      params: {},
      outputs: {},
      run: ({ inputs }) => {
        expectTypeOf(inputs.one).toEqualTypeOf<Embeddings>();
        expectTypeOf(inputs.maybe).toEqualTypeOf<Texts | undefined>();
        expectTypeOf(inputs.many).toEqualTypeOf<readonly Images[]>();
        expectTypeOf(inputs.either).toEqualTypeOf<Images | Pixels>();
        expectTypeOf(inputs.open).toEqualTypeOf<PortValue | undefined>();
        expectTypeOf(inputs).not.toHaveProperty('other');
        return {};
      },
    });
  });

  test('params: each as its builder says', () => {
    defineNode({
      title: 'T',
      description: 'D.',
      inputs: {},
      params: {
        k: param.integer({ help: 'H.', default: 1 }),
        share: param.number({ help: 'H.', default: 1 }),
        on: param.boolean({ help: 'H.', default: true }),
        pool: param.choice({ help: 'H.', default: 'mean', choices: { mean: 'Mean', max: 'Maximum' } }),
        name: param.text({ help: 'H.' }),
        prompts: param.prompts({ help: 'H.', default: [] }),
        mean: param.numbers({ help: 'H.', default: [0] }),
        folder: param.folder({ help: 'H.' }),
      },
      outputs: {},
      run: ({ params, ctx }) => {
        expectTypeOf(params.k).toEqualTypeOf<number>();
        expectTypeOf(params.share).toEqualTypeOf<number>();
        expectTypeOf(params.on).toEqualTypeOf<boolean>();
        expectTypeOf(params.pool).toEqualTypeOf<'mean' | 'max'>();
        expectTypeOf(params.name).toEqualTypeOf<string>();
        expectTypeOf(params.prompts).toEqualTypeOf<readonly string[]>();
        expectTypeOf(params.mean).toEqualTypeOf<readonly number[]>();
        expectTypeOf(params.folder).toEqualTypeOf<string>();
        expectTypeOf(ctx).toEqualTypeOf<NodeContext>();
        return {};
      },
    });
  });

  test('outputs: what is missing or of another kind does not compile', () => {
    const base = { title: 'T', description: 'D.', inputs: {}, params: {} } as const;
    const outputs = { matches: port.matches({ help: 'H.' }) };
    defineNode({ ...base, outputs, run: () => ({ matches }) });
    defineNode({ ...base, outputs, run: async () => ({ matches }) });
    // @ts-expect-error: the output is missing
    defineNode({ ...base, outputs, run: () => ({}) });
    // @ts-expect-error: the output is of another kind
    defineNode({ ...base, outputs, run: () => ({ matches: { kind: 'texts', items: [] } }) });
    // @ts-expect-error: "most" is no choice
    param.choice({ help: 'H.', default: 'most', choices: { mean: 'Mean' } });
    expectTypeOf(matches).not.toExtend<Similarity>();
  });

  test('fingerprint, needs and infer see the same params', () => {
    defineNode({
      title: 'T',
      description: 'D.',
      inputs: { a: port.any({ help: 'H.', lazy: true }) },
      params: { use: param.choice({ help: 'H.', default: 'a', choices: { a: 'A' } }) },
      outputs: { value: port.any({ help: 'H.' }) },
      fingerprint: async (params, ctx) => {
        expectTypeOf(params.use).toEqualTypeOf<'a'>();
        expectTypeOf(ctx).not.toHaveProperty('ops');
        return '';
      },
      needs: (params) => {
        expectTypeOf(params.use).toEqualTypeOf<'a'>();
        return [params.use];
      },
      infer: ({ params, inputs }) => {
        expectTypeOf(params.use).toEqualTypeOf<'a'>();
        return { value: inputs.a?.[0] };
      },
      run: ({ inputs }) => ({ value: inputs.a }),
    });
  });

  test('any definition fits a registry', () => {
    const node = defineNode({
      title: 'T',
      description: 'D.',
      inputs: {},
      params: { k: param.integer({ help: 'H.', default: 1 }) },
      outputs: {},
      run: () => ({}),
    });
    expectTypeOf(node).toExtend<AnyNodeDefinition>();
  });
});

test('a definition as JSON has all that is needed to draw it', () => {
  const node = defineNode({
    title: 'Top k',
    description: 'Ranks.',
    inputs: {
      similarity: port.similarity({ help: 'Scores.' }),
      extra: port.any({ help: 'More.', required: false, many: true, lazy: true, variable: 'T' }),
    },
    params: {
      maxEdge: param.integer({ help: 'How large.', default: 5, min: 1, max: 9, unit: 'px', advanced: true }),
      pool: param.choice({ help: 'How.', default: 'mean', choices: { mean: 'Mean' }, title: 'Pooling' }),
    },
    outputs: { value: port.any({ help: 'V.', variable: 'T' }) },
    run: () => ({ value: matches }),
  });
  const descriptor = describeNode('compare/top-k', node);
  expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
  expect(descriptor).toEqual({
    type: 'compare/top-k',
    category: 'compare',
    title: 'Top k',
    description: 'Ranks.',
    keywords: [],
    version: 1,
    resource: 'cpu',
    cache: 'always',
    terminal: false,
    inputs: [
      {
        name: 'similarity',
        title: 'Similarity',
        help: 'Scores.',
        types: ['similarity'],
        required: true,
        many: false,
        lazy: false,
      },
      {
        name: 'extra',
        title: 'Extra',
        help: 'More.',
        types: 'any',
        required: false,
        many: true,
        lazy: true,
        variable: 'T',
      },
    ],
    params: [
      {
        name: 'maxEdge',
        title: 'Max edge',
        type: 'integer',
        default: 5,
        widget: 'number',
        help: 'How large.',
        min: 1,
        max: 9,
        step: 1,
        unit: 'px',
        advanced: true,
      },
      {
        name: 'pool',
        title: 'Pooling',
        type: 'choice',
        default: 'mean',
        widget: 'select',
        help: 'How.',
        choices: [{ value: 'mean', title: 'Mean' }],
      },
    ],
    outputs: [
      {
        name: 'value',
        title: 'Value',
        help: 'V.',
        types: 'any',
        required: true,
        many: false,
        lazy: false,
        variable: 'T',
      },
    ],
  });
});
