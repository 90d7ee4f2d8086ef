import {
  confusionOf,
  defineNode,
  judge,
  judgedWarnings,
  param,
  port,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

export default defineNode({
  title: 'Confusion matrix',
  description:
    'Shows which categories are taken for which others. Rows are true categories, columns are predicted ones. A cell opens its pictures.',
  keywords: ['errors', 'mistakes', 'confused', 'classification', 'accuracy', 'evaluate', 'wrong', 'show'],
  inputs: {
    predictions: port.labels({
      help: 'The predicted categories, from Zero-shot, Classify or Measure predictions. Their pictures have the true categories, for example from folders.',
    }),
    truth: truthPort,
  },
  params: {
    selected: selectedParam,
    unpredicted: param.choice({
      default: 'missed',
      choices: { missed: 'Show in a column', leftOut: 'Leave out' },
      title: 'Without prediction',
      help: 'Pictures that have a true category but no prediction.',
      advanced: true,
    }),
    limit: param.integer({
      default: 5_000,
      min: 0,
      max: 200_000,
      title: 'Picture limit',
      help: 'Cells open at most this many pictures in all, wrong predictions first. All pictures are counted.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'The matrix that is shown.' }), selection: selectionPort },
  terminal: true,
  infer: () => ({ view: { type: 'view' }, selection: { type: 'images' } }),
  run: async ({ inputs: { predictions, truth }, params: { selected, unpredicted, limit }, ctx }) => {
    const judged = judge(predictions, truth, unpredicted);
    for (const warning of judgedWarnings(judged, unpredicted)) ctx.warn(warning);
    const { categories, cells } = confusionOf(judged);
    const places = new Map(categories.map((name, at) => [name, at]));
    const isWrong = (at: number) => judged.truth[at] !== judged.predicted[at];
    const all = [...judged.items.keys()];
    const shown = [...all.filter(isWrong), ...all.filter((at) => !isWrong(at))].slice(0, limit);
    const pictures = shown.flatMap((at) => {
      const item = judged.items[at];
      const score = predictions.scores?.[judged.places[at] as number];
      return item
        ? [
            {
              item,
              truth: places.get(judged.truth[at] as string) as number,
              predicted: places.get(judged.predicted[at] ?? '') ?? categories.length,
              ...(score !== undefined && { score }),
            },
          ]
        : [];
    });
    return {
      view: { kind: 'view', view: 'confusion', categories, cells, pictures, total: judged.items.length },
      selection: await selectedOf(judged.items, selected, ctx),
    };
  },
  translations: {
    zh: {
      title: '混淆矩阵',
      description:
        '显示哪些类别被当成了哪些其他类别。行为真实类别，列为预测类别。点开单元格可看到其中的图片。',
      inputs: {
        predictions: {
          title: '预测',
          help: '预测的类别，来自“零样本分类”、“分类”或“衡量预测”。其图片带有真实类别，例如来自文件夹。',
        },
        truth: truthPortZh,
      },
      params: {
        selected: selectedParamZh,
        unpredicted: {
          title: '没有预测时',
          help: '有真实类别但没有预测的图片。',
          choices: { missed: '单列显示', leftOut: '排除' },
        },
        limit: {
          title: '图片数上限',
          help: '单元格总共最多打开这么多张图片，预测错误的优先。所有图片都会计数。',
        },
      },
      outputs: { view: { title: '结果', help: '显示的矩阵。' }, selection: selectionPortZh },
    },
  },
});
