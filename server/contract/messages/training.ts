import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about training. */
export const trainingMessage = defineMessages({
  'training.not-finite': {
    en: 'Training broke down at step {step}: the loss is no longer a number. Lower *Learning rate*, or raise *Pull to the base*.',
    zh: '训练在第 {step} 步失败：损失不再是有效的数。请降低 *学习率*，或提高 *保持原样*。',
  },
  'training.broke-down': {
    en: 'Training broke down at step {step}: the loss is no longer a number. The adapter is the best one before it, of step {kept}. Lower *Learning rate*, or raise *Pull to the base*.',
    zh: '训练在第 {step} 步失败：损失不再是有效的数。结果是此前最好的适配器，来自第 {kept} 步。请降低 *学习率*，或提高 *保持原样*。',
  },
});
