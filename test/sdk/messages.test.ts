import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ArgsOf,
  defineMessages,
  fill,
  type Message,
  messageSchema,
  nodeTitle,
  PatchbayError,
  render,
  type TemplateOf,
} from '../../nodes/sdk/index.ts';

const say = defineMessages({
  'test.refused': {
    en: '{node} takes {kinds:or}, not {got}.{hint?}',
    zh: '{node} 需要{kinds:or}，而不是{got}。{hint?}',
  },
  'test.count': { en: '{count} {count|picture|pictures} left out.', zh: '未读取 {count} 张图片。' },
  'test.because': { en: 'The run ended ({reason:phrase}).', zh: '运行已结束（{reason:phrase}）。' },
  'test.english': { en: 'Only English: {names}.' },
  'test.plain': { en: 'Nothing to fill in.', zh: '没有空位。' },
});

const chinese: TemplateOf = ({ code, args }) => {
  if (code === 'title.node' && args?.type === 'compare/top-k') return '*前 k 名*';
  return (say.templates as Record<string, { zh?: string }>)[code]?.zh;
};

describe('a message', () => {
  it('is its code, its values and its English text', () => {
    expect(say('test.count', { count: 3 })).toEqual({
      code: 'test.count',
      args: { count: 3 },
      message: '3 pictures left out.',
    });
    expect(say('test.count', { count: 1 }).message).toBe('1 picture left out.');
    expect(say('test.plain')).toEqual({ code: 'test.plain', message: 'Nothing to fill in.' });
  });

  it('joins lists by the word its template names', () => {
    const message = (kinds: string[]) => say('test.refused', { node: 'Top k', kinds, got: 'texts' }).message;
    expect(message(['images'])).toBe('Top k takes images, not texts.');
    expect(message(['images', 'pixels'])).toBe('Top k takes images or pixels, not texts.');
    expect(message(['a', 'b', 'c'])).toBe('Top k takes a, b or c, not texts.');
    expect(say('test.english', { names: ['a', 'b'] }).message).toBe('Only English: a, b.');
  });

  it('shows nested messages in the same language', () => {
    const node = nodeTitle('compare/top-k', 'Top k');
    const message = say('test.refused', { node, kinds: ['images', 'pixels'], got: 'texts' });
    expect(message.message).toBe('*Top k* takes images or pixels, not texts.');
    expect(render(message, 'zh', chinese)).toBe('*前 k 名* 需要 images 或 pixels，而不是 texts。');
    const because = say('test.because', { reason: say('test.count', { count: 2 }) });
    expect(because.message).toBe('The run ended (2 pictures left out).');
    expect(render(because, 'zh', chinese)).toBe('运行已结束（未读取 2 张图片）。');
  });

  it('shows its English where a text or a value is missing', () => {
    expect(render(say('test.english', { names: ['a'] }), 'zh', chinese)).toBe('Only English: a.');
    const old: Message = { code: 'test.count', message: 'An older sentence.' };
    expect(render(old, 'zh', chinese)).toBe('An older sentence.');
  });

  it('is not confused by braces in its values', () => {
    expect(fill('{a} {b}', { a: '{b}', b: '$&' })).toBe('{b} $&');
  });

  it('travels with an error, through JSON and back', () => {
    const message = say('test.because', { reason: say('test.count', { count: 2 }) });
    const error = new PatchbayError({ ...message, param: 'k' });
    expect(error.toJSON()).toEqual({ ...message, param: 'k' });
    expect(error.at({ nodeId: 'n' }).toJSON()).toEqual({ ...message, param: 'k', nodeId: 'n' });
    expect(messageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it('asks for the values its template names, and no others', () => {
    expectTypeOf<ArgsOf<'{count} {count|a|b}'>['count']>().toEqualTypeOf<number>();
    // @ts-expect-error a value is missing
    say('test.refused', { node: 'a', kinds: [] });
    // @ts-expect-error no such code
    expect(() => say('test.none')).toThrow();
    // @ts-expect-error the Chinese text names a value that the English one does not have
    defineMessages({ 'test.twin': { en: '{a}', zh: '{b}' } });
  });
});
