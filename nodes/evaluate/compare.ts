import {
  type Cell,
  cellOf,
  classificationScores,
  confusionOf,
  defineMessages,
  defineNode,
  filledLines,
  itemKey,
  knownTruth,
  type Labels,
  mcnemarExact,
  param,
  port,
  type Table,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

const say = defineMessages({
  'compare.not-in-all': {
    en: '{count} {count|picture is|pictures are} not in all of the predictions, so {count|it is|they are} left out: a comparison needs the same pictures.',
    zh: '{count} 张图片未出现在所有预测中，已排除：比较需要相同的图片。',
  },
  'compare.names': {
    en: '*Names* has {given} {given|name|names}, but there {predictions|is|are} {predictions} {predictions|prediction|predictions} to compare. The others are called by their number.',
    zh: '*名称* 有 {given} 个，但要比较的预测有 {predictions} 个。其余的以序号命名。',
  },
});

/** Below this, a difference is called clear: the usual 5%. */
const CLEAR = 0.05;

/** A key for each entry of a list. A picture that is listed twice has two. */
function entryKeys({ items }: Labels): string[] {
  const times = new Map<string, number>();
  return items.map((item) => {
    const key = itemKey(item);
    const time = times.get(key) ?? 0;
    times.set(key, time + 1);
    return `${time} ${key}`;
  });
}

const columns: Table['columns'] = [
  { key: 'name', title: 'Predictions', type: 'text' },
  { key: 'accuracy', title: 'Accuracy', type: 'number' },
  { key: 'macro-f1', title: 'Macro F1', type: 'number' },
  { key: 'difference', title: 'Difference', type: 'number' },
  { key: 'only-this', title: 'Only this right', type: 'number' },
  { key: 'only-first', title: 'Only the first right', type: 'number' },
  { key: 'p', title: 'p-value', type: 'number' },
  { key: 'verdict', title: 'In words', type: 'text' },
];

/** A word that the studio shows in the language of the reader. */
function verdict(better: number, worse: number, p: number): string {
  if (better + worse === 0) return 'the same';
  if (p >= CLEAR) return 'could be chance';
  return better > worse ? 'clearly better' : 'clearly worse';
}

export default defineNode({
  title: 'Compare predictions',
  description:
    'Compares predictions of the same pictures, for example of several encoders or before and after training: accuracy, the difference from the first, and whether it could be chance.',
  keywords: [
    'mcnemar',
    'significance',
    'before',
    'after',
    'encoders',
    'test',
    'difference',
    'accuracy',
    'benchmark',
  ],
  inputs: {
    predictions: port.labels({
      help: 'The predictions to compare. The others are compared with the first wire.',
      many: true,
    }),
    truth: truthPort,
  },
  params: {
    names: param.prompts({
      default: [],
      help: 'A name for each of the predictions, in the order of the wires.',
    }),
  },
  outputs: {
    table: port.table({
      help: 'One row for each of the predictions. The p-value is from McNemar\'s exact test: how likely such a difference is if both are equally good. "clearly" means below 5%, so of 20 comparisons about one says so by chance.',
    }),
    metrics: port.metrics({ help: 'The accuracy of each of the predictions.' }),
    view: port.view({ help: 'The accuracy of each of the predictions.', title: 'Accuracy' }),
  },
  messages: say,
  infer: ({ inputs }) => ({
    table: { type: 'table', count: inputs.predictions?.length, dims: columns.length },
    metrics: { type: 'metrics' },
    view: { type: 'view' },
  }),
  run: ({ inputs: { predictions, truth }, params: { names }, ctx }) => {
    const given = filledLines(names);
    if (given.length > 0 && given.length !== predictions.length)
      ctx.warn(say('compare.names', { given: given.length, predictions: predictions.length }));
    const nameOf = (at: number) => given[at] ?? String(at + 1);
    const keys = predictions.map(entryKeys);
    const places = keys.map((list) => new Map(list.map((key, at) => [key, at])));
    const [first] = predictions;
    const shared = (keys[0] ?? []).filter((key) => places.every((own) => own.has(key)));
    const all = new Set(keys.flat());
    if (all.size > shared.length) ctx.warn(say('compare.not-in-all', { count: all.size - shared.length }));
    const items = shared.map((key) => first?.items[places[0]?.get(key) as number] as Labels['items'][number]);
    const { known } = knownTruth(items, truth, ctx.warn);
    const kept = shared.flatMap((key, at) => {
      const category = known[at];
      return category === undefined ? [] : [{ key, category }];
    });
    const categories = kept.map(({ category }) => category);
    const judged = predictions.map(({ labels }, which) => {
      const predicted = kept.map(({ key }) => labels[places[which]?.get(key) as number] ?? null);
      const { accuracy, macro } = classificationScores(confusionOf({ truth: categories, predicted }));
      return { accuracy, macroF1: macro.f1, isRight: predicted.map((name, at) => name === categories[at]) };
    });
    const base = judged[0];
    const rows = judged.map(({ accuracy, macroF1, isRight }, which): Cell[] => {
      const own = [nameOf(which), cellOf(accuracy), cellOf(macroF1)];
      if (which === 0 || !base) return [...own, null, null, null, null, 'the first'];
      const better = isRight.filter((right, at) => right && !base.isRight[at]).length;
      const worse = base.isRight.filter((right, at) => right && !isRight[at]).length;
      const p = mcnemarExact(worse, better);
      return [...own, cellOf(accuracy - base.accuracy), better, worse, p, verdict(better, worse, p)];
    });
    const bars = judged.flatMap(({ accuracy }, which) =>
      Number.isNaN(accuracy) ? [] : [{ label: nameOf(which), value: accuracy }],
    );
    return {
      table: { kind: 'table', columns, rows },
      metrics: {
        kind: 'metrics',
        values: {
          ...Object.fromEntries(bars.map(({ label, value }) => [label, value])),
          'measured pictures': kept.length,
        },
      },
      view: { kind: 'view', view: 'bars', groups: [{ bars }] },
    };
  },
  translations: {
    zh: {
      title: '比较预测',
      description:
        '比较同一批图片的多个预测，例如多个编码器，或训练前后：准确率、与第一个的差，以及是否可能出于偶然。',
      inputs: {
        predictions: { title: '预测', help: '要比较的预测。其余的都与第一条连线比较。' },
        truth: truthPortZh,
      },
      params: { names: { title: '名称', help: '每个预测的名称，按连线的顺序。' } },
      outputs: {
        table: {
          title: '表格',
          help: '每个预测一行。p 值来自 McNemar 精确检验：若两者同样好，出现这种差异的可能性。“明显”指低于 5%，因此 20 次比较中约有一次出于偶然。',
        },
        metrics: { title: '指标', help: '每个预测的准确率。' },
        view: { title: '准确率', help: '每个预测的准确率。' },
      },
    },
  },
});
