import {
  type CategoryScores,
  calibrationError,
  categoriesOf,
  categoryRows,
  classificationScores,
  confusionOf,
  defineMessages,
  defineNode,
  finiteNumbers,
  type Judged,
  judge,
  judgedWarnings,
  type Labels,
  type NodeContext,
  param,
  port,
  reliabilityBins,
  rowsOfItems,
  type Similarity,
  type Table,
  throwIfAborted,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

const say = defineMessages({
  'classification.zero-division': {
    en: '{never} {never|category was|categories were} never predicted, and {without} {without|has|have} no picture. Where a score is 0 divided by 0, it counts as 0, also in the averages.',
    zh: '{never} 个类别从未被预测，{without} 个类别没有图片。得分为 0 除以 0 时按 0 计，平均值中也是如此。',
  },
  'classification.no-probabilities': {
    en: '*Probabilities* holds scores, not probabilities, so log loss is left out. Connect the probabilities of *Zero-shot* with one category per picture, or of *Classify*.',
    zh: '*概率* 中是得分而不是概率，因此没有对数损失。请连接 *零样本分类*（多选一）或 *分类* 的概率。',
  },
  'classification.without-row': {
    en: '*Probabilities* has no row for {count} of {total} measured {total|picture|pictures}. Log loss and top-5 accuracy are of the others.',
    zh: '衡量的 {total} 张图片中有 {count} 张在 *概率* 中没有对应行。对数损失和前 5 准确率只包含其余图片。',
  },
  'classification.other-categories': {
    en: '{count} {count|picture has|pictures have} a true category that is not among the categories of *Probabilities*. Their probability counts as 0.',
    zh: '{count} 张图片的真实类别不在 *概率* 的类别之中，其概率按 0 计。',
  },
});

/** Top-5 accuracy says something only if there are more categories. */
const TOP = 5;
/** As scikit-learn: the smallest probability of log loss is the distance of 1 to the next float64. */
const LEAST = Number.EPSILON;
const BINS = 15;

/** Numbers that need the probability of every category. */
async function ofProbabilities(
  judged: Judged,
  similarity: Similarity,
  { ops, signal, progress, warn }: NodeContext,
): Promise<Record<string, number>> {
  const categories = categoriesOf(similarity);
  const places = new Map(categories.map((name, at) => [name, at]));
  const rows = rowsOfItems(similarity.queries, judged.items, judged.places);
  const judgedAt = new Map<number, number[]>();
  for (const [at, row] of rows.entries())
    if (row !== undefined) judgedAt.set(row, [...(judgedAt.get(row) ?? []), at]);
  const total = similarity.queries.length;
  let [row, counted, top, loss, unknown] = [0, 0, 0, 0, 0];
  for await (const values of categoryRows(similarity, ops)) {
    throwIfAborted(signal);
    for (const at of judgedAt.get(row) ?? []) {
      counted++;
      const own = places.get(judged.truth[at] as string);
      if (own === undefined) unknown++;
      const value = own === undefined ? 0 : (values[own] as number);
      loss -= Math.log(Math.min(1 - LEAST, Math.max(LEAST, value)));
      if (own === undefined) continue;
      // Of equal probabilities, the category that comes first wins.
      let better = 0;
      for (let other = 0; other < values.length; other++) {
        const rival = values[other] as number;
        if (rival > value || (rival === value && other < own)) better++;
      }
      if (better < TOP) top++;
    }
    row++;
    progress(row, total);
  }
  const missing = judged.items.length - counted;
  if (missing > 0) warn(say('classification.without-row', { count: missing, total: judged.items.length }));
  if (unknown > 0) warn(say('classification.other-categories', { count: unknown }));
  const isShared = similarity.metric === 'softmax';
  if (!isShared) warn(say('classification.no-probabilities'));
  return {
    ...(categories.length > TOP && { 'top-5 accuracy': top / counted }),
    ...(isShared && { 'log loss': loss / counted }),
  };
}

/** The calibration error of the predictions, if their scores are probabilities. */
function ofScores({ scores }: Labels, { places, truth, predicted }: Judged): Record<string, number> {
  const known = [...places.keys()].filter((at) => predicted[at] !== null);
  const values = known.map((at) => scores?.[places[at] as number] ?? Number.NaN);
  if (known.length === 0 || values.some((value) => !(value >= 0 && value <= 1))) return {};
  const isRight = known.map((at) => truth[at] === predicted[at]);
  return { 'calibration error': calibrationError(reliabilityBins(values, isRight, BINS)) };
}

const columns: Table['columns'] = [
  { key: 'category', title: 'Category', type: 'text' },
  { key: 'precision', title: 'Precision (P)', type: 'number' },
  { key: 'recall', title: 'Recall (R)', type: 'number' },
  { key: 'f1', title: 'F1', type: 'number' },
  { key: 'support', title: 'Pictures', type: 'number' },
  { key: 'predicted', title: 'Predicted', type: 'number' },
];
const rowOf = ({ category, precision, recall, f1, support, predicted }: CategoryScores) => [
  category,
  precision,
  recall,
  f1,
  support,
  predicted,
];

export default defineNode({
  title: 'Measure predictions',
  description:
    'Compares predicted with true categories: accuracy, precision, recall and F1, in all and for each category. The numbers are those of scikit-learn.',
  keywords: [
    'accuracy',
    'precision',
    'recall',
    'f1',
    'macro',
    'micro',
    'weighted',
    'log loss',
    'ece',
    'top-5',
    'evaluate',
    'test',
    'score',
    'classification report',
  ],
  inputs: {
    predictions: port.labels({
      help: 'The predicted categories, from Zero-shot or Classify. Their pictures have the true categories, for example from folders.',
    }),
    probabilities: port.similarity({
      help: 'The probability of every category for every picture. It adds log loss, and top-5 accuracy where there are more than 5 categories.',
      required: false,
    }),
    truth: truthPort,
  },
  params: {
    unpredicted: param.choice({
      default: 'missed',
      choices: { missed: 'Count as not found', leftOut: 'Leave out' },
      title: 'Without prediction',
      help: 'Pictures that have a true category but no prediction. Counted as not found, they lower accuracy and recall.',
    }),
  },
  outputs: {
    metrics: port.metrics({
      help: 'Accuracy, and precision, recall and F1 on average: macro (each category counts the same), weighted (by its pictures), micro (each picture counts the same). The calibration error has 15 bins of equal width.',
    }),
    categories: port.table({
      help: 'Precision, recall and F1 of each category, with its number of pictures and of predictions.',
    }),
    predictions: port.labels({
      help: 'The predictions that were measured, each picture with its true category, for Confusion matrix.',
    }),
  },
  resource: 'device',
  messages: say,
  infer: () => ({
    metrics: { type: 'metrics' },
    categories: { type: 'table', dims: columns.length },
    predictions: { type: 'labels' },
  }),
  run: async ({ inputs, params: { unpredicted }, ctx }) => {
    const { predictions, probabilities, truth } = inputs;
    const judged = judge(predictions, truth, unpredicted);
    for (const warning of judgedWarnings(judged, unpredicted)) ctx.warn(warning);
    const scores = classificationScores(confusionOf(judged));
    const { withoutPictures, neverPredicted } = scores.undefinedScores;
    if (withoutPictures + neverPredicted > 0)
      ctx.warn(say('classification.zero-division', { never: neverPredicted, without: withoutPictures }));
    const { accuracy, macro, weighted, micro } = scores;
    const measured = judged.items.length;
    const values = {
      accuracy,
      ...(probabilities && measured > 0 && (await ofProbabilities(judged, probabilities, ctx))),
      'macro precision': macro.precision,
      'macro recall': macro.recall,
      'macro F1': macro.f1,
      'weighted precision': weighted.precision,
      'weighted recall': weighted.recall,
      'weighted F1': weighted.f1,
      'micro precision': micro.precision,
      'micro recall': micro.recall,
      'micro F1': micro.f1,
      ...ofScores(predictions, judged),
    };
    return {
      metrics: {
        kind: 'metrics',
        values: {
          ...finiteNumbers(values),
          'measured pictures': measured,
          'without true category': judged.withoutTruth,
          'without prediction': judged.withoutPrediction,
        },
      },
      categories: { kind: 'table', columns, rows: scores.categories.map(rowOf) },
      predictions: {
        kind: 'labels',
        items: judged.items,
        labels: judged.predicted,
        ...(predictions.scores && {
          scores: judged.places.map((at) => predictions.scores?.[at] ?? Number.NaN),
        }),
      },
    };
  },
  translations: {
    zh: {
      title: '衡量预测',
      description:
        '比较预测类别与真实类别：总体及每个类别的准确率、精确率、召回率和 F1。数值与 scikit-learn 相同。',
      inputs: {
        predictions: {
          title: '预测',
          help: '预测的类别，来自“零样本分类”或“分类”。其图片带有真实类别，例如来自文件夹。',
        },
        probabilities: {
          title: '概率',
          help: '每张图片属于每个类别的概率。可加上对数损失；类别多于 5 个时还有前 5 准确率。',
        },
        truth: truthPortZh,
      },
      params: {
        unpredicted: {
          title: '没有预测时',
          help: '有真实类别但没有预测的图片。按未找到计时，会降低准确率和召回率。',
          choices: { missed: '按未找到计', leftOut: '排除' },
        },
      },
      outputs: {
        metrics: {
          title: '指标',
          help: '准确率，以及精确率、召回率和 F1 的平均：宏平均（各类别同等）、加权（按图片数）、微平均（各图片同等）。校准误差使用 15 个等宽区间。',
        },
        categories: { title: '类别', help: '每个类别的精确率、召回率和 F1，以及图片数和预测数。' },
        predictions: { title: '预测', help: '参与衡量的预测，每张图片带有真实类别，供“混淆矩阵”使用。' },
      },
    },
  },
});
