import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages inside results: what a list or a matrix leaves out. */
export const resultMessage = defineMessages({
  'result.not-listed': {
    en: '{count} more {count|picture was|pictures were} left out; they are not listed here.',
    zh: '还有 {count} 张图片未使用，未在这里列出。',
  },
  'result.too-many-scores': {
    en: 'There are {count} scores, which are too many to print. Add *Top k* to keep the best ones.',
    zh: '共有 {count} 个得分，太多而无法输出。请添加 *前 k 名*，只保留最好的得分。',
  },
  'result.picture-unreadable': {
    en: '{name} could not be read: {reason}',
    zh: '无法读取 {name}：{reason}',
  },
});
