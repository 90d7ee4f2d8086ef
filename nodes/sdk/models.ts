import type { ModelInfo, ReportedProblem } from './infer.ts';
import { defineMessages, type Message } from './messages.ts';
import { nearestName } from './nearest-name.ts';
import { didYouMean } from './words.ts';

const say = defineMessages({
  'model.not-found': {
    en: 'There is no model called {model}.{hint?}{download?}',
    zh: '没有名为 {model} 的模型。{hint?}{download?}',
  },
  'model.download-hint': {
    en: ' To download it, use the Models panel or "patchbay models add {model}".',
    zh: '如要下载，请使用“模型”面板或“patchbay models add {model}”。',
  },
  'model.choose-hint': { en: ' Choose one of {models}.', zh: '请选择 {models} 之一。' },
  'model.none-hint': { en: ' No model is installed yet.', zh: '还没有安装任何模型。' },
  'model.no-precision': {
    en: '{model} has no {precision} variant. Choose {precisions:or}.',
    zh: '{model} 没有 {precision} 版本。请选择 {precisions:or}。',
  },
  'model.no-variants': {
    en: '{model} has no {precision} variant. Choose auto.',
    zh: '{model} 没有 {precision} 版本。请选择 auto。',
  },
  'encoder.no-image-tower': {
    en: '{model} does not read pictures. Choose an encoder that does.',
    zh: '{model} 不能读取图片。请选择能读取图片的编码器。',
  },
  'encoder.no-text-tower': {
    en: '{model} does not read texts. Choose an encoder with a text tower, such as emoji-clip or any CLIP or SigLIP.',
    zh: '{model} 不能读取文本。请选择带文本部分的编码器，例如 emoji-clip，或任何 CLIP 或 SigLIP。',
  },
  'encoder.text-tower-incomplete': {
    en: '{model} cannot read texts: {reason:phrase}. Add the file to the folder of the model, or choose another encoder.',
    zh: '{model} 不能读取文本：{reason:phrase}。请把该文件放进模型的文件夹，或选择别的编码器。',
  },
});

/** Templates of messages about choosing a model. */
export const MODEL_TEMPLATES = say.templates;

/** OWNER/NAME on the hub. */
const REPOSITORY = /^(?!builtin\/)[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i;

/** A model that is not installed: the name that was probably meant, how to download it, or the models to choose from. */
export function modelNotFound(model: string, installed: readonly string[]): Message {
  const near = nearestName(model, installed);
  if (REPOSITORY.test(model))
    return say('model.not-found', {
      model,
      hint: didYouMean(near),
      download: say('model.download-hint', { model }),
    });
  const others =
    installed.length === 0 ? say('model.none-hint') : say('model.choose-hint', { models: installed });
  return say('model.not-found', { model, hint: didYouMean(near) ?? others });
}

/** The problem of a model that is installed, but not in the requested precision. It names the installed ones. */
export function noPrecision(
  { title, precisions = [] }: Pick<ModelInfo, 'title' | 'precisions'>,
  precision: string,
): ReportedProblem {
  const others = precisions.filter((name) => name !== precision);
  const message =
    others.length === 0
      ? say('model.no-variants', { model: title, precision })
      : say('model.no-precision', { model: title, precision, precisions: ['auto', ...others] });
  return { ...message, param: 'precision', expected: ['auto', ...precisions].join(' | '), got: precision };
}

/** The problem of a model that cannot read pictures. */
export function noImageTower({ title }: Pick<ModelInfo, 'title'>): ReportedProblem {
  return { ...say('encoder.no-image-tower', { model: title }), port: 'encoder' };
}

/** The problem of a model that cannot read texts. */
export function noTextTower({ title: model, lacks }: Pick<ModelInfo, 'title' | 'lacks'>): ReportedProblem {
  const message = lacks?.text
    ? say('encoder.text-tower-incomplete', { model, reason: lacks.text })
    : say('encoder.no-text-tower', { model });
  return { ...message, port: 'encoder' };
}
