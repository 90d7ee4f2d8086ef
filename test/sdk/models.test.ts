import { describe, expect, test } from 'vitest';
import {
  type Message,
  modelNotFound,
  noPrecision,
  render,
  SDK_TEMPLATES,
  type Templates,
} from '../../nodes/sdk/index.ts';

const templates: Templates = SDK_TEMPLATES;
const chinese = (message: Message) => render(message, 'zh', ({ code }) => templates[code]?.zh);

describe('a model that is not installed', () => {
  test('is named with the model that was probably meant', () => {
    const message = modelNotFound('emoji-clp', ['emoji-clip', 'dinov2']);
    expect(message).toMatchObject({ code: 'model.not-found', args: { model: 'emoji-clp' } });
    expect(message.message).toBe('There is no model called emoji-clp. Did you mean "emoji-clip"?');
    expect(chinese(message)).toBe('没有名为 emoji-clp 的模型。您是指“emoji-clip”吗？');
  });

  test('comes with the way to download it, where it is on the hub', () => {
    const message = modelNotFound('someone/far-away', ['emoji-clip']);
    expect(message.message).toBe(
      'There is no model called someone/far-away. To download it, use the Models panel or "patchbay models add someone/far-away".',
    );
    expect(chinese(message)).toBe(
      '没有名为 someone/far-away 的模型。如要下载，请使用“模型”面板或“patchbay models add someone/far-away”。',
    );
  });

  test('comes with the models to choose from', () => {
    expect(modelNotFound('x', ['emoji-clip', 'dinov2']).message).toBe(
      'There is no model called x. Choose one of emoji-clip, dinov2.',
    );
    expect(modelNotFound('x', []).message).toBe('There is no model called x. No model is installed yet.');
  });
});

test('a precision that is not installed is refused with those that are', () => {
  expect(noPrecision({ title: 'CLIP', precisions: ['fp32', 'q8'] }, 'fp16')).toMatchObject({
    code: 'model.no-precision',
    message: 'CLIP has no fp16 variant. Choose auto, fp32 or q8.',
    param: 'precision',
    expected: 'auto | fp32 | q8',
  });
  expect(noPrecision({ title: 'Hash' }, 'fp16')).toMatchObject({
    code: 'model.no-variants',
    message: 'Hash has no fp16 variant. Choose auto.',
  });
});
