import { PatchbayError } from './errors.ts';
import type { ReportedProblem } from './infer.ts';
import { defineMessages, type Message } from './messages.ts';
import { param } from './params.ts';
import type { EncoderRef } from './values.ts';

const say = defineMessages({
  'zero-shot.input-missing': {
    en: '*Zero-shot* reads its temperature from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose *Kind of probabilities* yourself.',
    zh: '*零样本分类* 从模型读取温度，但 *编码器* 没有连接。请连接 *加载编码器*，或自行选择 *概率类型*。',
  },
  'encoder.no-probability': {
    en: '{model} does not say how its scores become probabilities. In *Kind of probabilities*, choose "One category per picture" or "Each category on its own", and set the scale.',
    zh: '{model} 没有说明得分如何变为概率。请在 *概率类型* 中选择“每张图片一个类别”或“各类别独立”，并设置缩放系数。',
  },
  'encoder.untrained-scale': {
    en: 'The files of {model} hold only the scale from before its training ({scale}). The categories are right, but the probabilities are too even. Most models of this kind end at 100: choose "One category per picture" with that scale, or add onnx/model.onnx, which holds the trained scale.',
    zh: '{model} 的文件里只有训练之前的缩放系数（{scale}）。类别是对的，但概率过于平均。这类模型大多以 100 结束训练：请选择“每张图片一个类别”和该缩放系数，或添加含有训练后数值的 onnx/model.onnx。',
  },
});

/** Templates of messages about how scores become probabilities. */
export const PROBABILITY_TEMPLATES = say.templates;

/** How cosines become probabilities: activation(scale * cosine + bias). */
export interface Probability {
  readonly activation: 'softmax' | 'sigmoid';
  readonly scale: number;
  readonly bias: number;
}

/** The params of {@link probabilityOf}. */
export const probabilityParams = {
  probability: param.choice({
    default: 'model',
    choices: {
      model: 'As the model was trained',
      softmax: 'One category per picture',
      sigmoid: 'Each category on its own',
    },
    title: 'Kind of probabilities',
    help: 'One category per picture: the categories share 100% (softmax). Each category on its own: several categories may fit, or none (sigmoid).',
  }),
  scale: param.number({
    default: 100,
    min: 0,
    max: 1000,
    help: 'How sharply scores become probabilities: the inverse of the temperature.',
    when: { param: 'probability', is: ['softmax', 'sigmoid'] },
  }),
  bias: param.number({
    default: 0,
    min: -1000,
    max: 1000,
    help: 'A number to add after scaling and before the sigmoid.',
    when: { param: 'probability', is: ['sigmoid'] },
  }),
};

/** The Chinese texts of {@link probabilityParams}. */
export const probabilityZh = {
  probability: {
    title: '概率类型',
    help: '每张图片一个类别：各类别共享 100%（softmax）。各类别独立：可以有多个类别符合，也可以都不符合（sigmoid）。',
    choices: { model: '与模型训练时相同', softmax: '每张图片一个类别', sigmoid: '各类别独立' },
  },
  scale: { title: '缩放系数', help: '得分变为概率时的集中程度：温度的倒数。' },
  bias: { title: '偏置', help: '缩放之后、sigmoid 之前加上的数。' },
};

const noEncoder: ReportedProblem = { ...say('zero-shot.input-missing'), port: 'encoder' };

const noProbability = (model: string): ReportedProblem => ({
  ...say('encoder.no-probability', { model }),
  param: 'probability',
  expected: 'softmax | sigmoid',
  got: 'model',
});

type Kind = 'model' | Probability['activation'];

/** The values of {@link probabilityParams}. */
export interface ProbabilityChoice {
  readonly probability: Kind;
  readonly scale: number;
  readonly bias: number;
}

/** Why the kind of probabilities cannot be read from a model; null if it can, or if that is not known yet. */
export function probabilityProblem(
  kind: Kind,
  wired: boolean,
  encoder: Pick<EncoderRef, 'title' | 'probability'> | undefined,
): ReportedProblem | null {
  if (kind !== 'model') return null;
  if (!wired) return noEncoder;
  return encoder && !encoder.probability ? noProbability(encoder.title) : null;
}

/**
 * How scores become probabilities, as the params or the model say.
 * @throws PatchbayError `zero-shot.input-missing`, `encoder.no-probability`
 */
export function probabilityOf(
  { probability: kind, scale, bias }: ProbabilityChoice,
  encoder: EncoderRef | undefined,
  warn: (message: Message) => void,
): Probability {
  // Softmax takes no notice of a number that is added to every score.
  if (kind !== 'model') return { activation: kind, scale, bias: kind === 'sigmoid' ? bias : 0 };
  if (!encoder) throw new PatchbayError(noEncoder);
  const { probability, title } = encoder;
  if (!probability) throw new PatchbayError(noProbability(title));
  if (probability.untrained)
    warn(say('encoder.untrained-scale', { model: title, scale: probability.scale.toFixed(1) }));
  return probability.activation === 'sigmoid' ? probability : { ...probability, bias: 0 };
}
