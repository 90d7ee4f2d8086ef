import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Texts of corrections in results, and of training again after them. */
export const correct = defineMessages({
  'correct.bar': { en: 'Corrections', zh: '更正' },
  'correct.move': { en: 'Move to category', zh: '移到类别' },
  'correct.new': { en: 'New category…', zh: '新类别…' },
  'correct.newTitle': { en: 'New category', zh: '新类别' },
  'correct.not': { en: 'Not “{category}”', zh: '不是“{category}”' },
  'correct.notTheirs': { en: 'Not these {count} categories', zh: '不是这 {count} 个类别' },
  'correct.notThis': { en: 'Not this category', zh: '不是这个类别' },
  'correct.undo': { en: 'Undo the correction', zh: '撤销更正' },
  'correct.pictures': { en: '{count} {count|picture|pictures}', zh: '{count} 张图片' },
  'correct.moved': { en: '{pictures}: {category}', zh: '{pictures}：现为“{category}”' },
  'correct.ruledOut': { en: '{pictures}: not {category}', zh: '{pictures}：不是“{category}”' },
  'correct.ruledOutSeveral': { en: '{pictures}: not these categories', zh: '{pictures}：不是这些类别' },
  'correct.queued': {
    en: '{text}. The server does not answer. The correction is kept here and sent when it answers.',
    zh: '{text}。服务器没有响应。更正保存在这里，服务器响应后发送。',
  },
  'correct.undone': { en: 'Undone: {text}', zh: '已撤销：{text}' },
  'correct.drop': { en: 'Drop the pictures on a category', zh: '把图片拖放到类别上' },
  'correct.to': { en: 'now {category}', zh: '现为“{category}”' },
  'correct.isNot': { en: 'not {category}', zh: '不是“{category}”' },
  'retrain.now': {
    en: 'Train again with {count} {count|correction|corrections}',
    zh: '用 {count} 处更正重新训练',
  },
  'retrain.help': {
    en: 'Runs the workflow with the corrected categories. Vectors and everything else that they do not change are kept.',
    zh: '用更正后的类别运行工作流。向量及其他不受影响的结果会保留。',
  },
  'retrain.busy': { en: 'Training…', zh: '正在训练…' },
  'retrain.auto': { en: 'Train again by itself', zh: '自动重新训练' },
  'retrain.autoHelp': {
    en: 'Runs this workflow again shortly after each change of its category set. Nodes that save something wait until you press Run.',
    zh: '类别集每次更改后不久，自动重新运行此工作流。保存内容的节点会等到您按下“运行”。',
  },
}).templates;
