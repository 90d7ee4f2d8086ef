import {
  type Activation,
  activated,
  calibrationError,
  categoriesOf,
  categoryRows,
  categoryText,
  cellOf,
  defineMessages,
  defineNode,
  finiteNumbers,
  fitTemperature,
  knownOf,
  knownTruth,
  type LogitRow,
  likelihoodOf,
  logitsOf,
  type Ops,
  PatchbayError,
  param,
  placeOfLargest,
  port,
  type ReliabilityBin,
  reliabilityBins,
  type Similarity,
  stratifiedFolds,
  type Table,
  throwIfAborted,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

const say = defineMessages({
  'calibration.too-many': {
    en: '*Calibrate* takes at most {most} probabilities, but {pictures} pictures and {categories} categories have {count}. Connect fewer pictures.',
    zh: '*校准* 最多接受 {most} 个概率，而 {pictures} 张图片与 {categories} 个类别共有 {count} 个。请连接较少的图片。',
  },
  'calibration.other-categories': {
    en: '{count} {count|picture has|pictures have} a true category that is not among the categories, so {count|it|they} cannot calibrate anything.',
    zh: '{count} 张图片的真实类别不在这些类别之中，无法用于校准。',
  },
  'calibration.no-maximum': {
    en: 'No temperature fits best: in the half that it is fitted on, almost all pictures are right, or almost none. The probabilities stay as they are. Use more pictures.',
    zh: '没有最合适的温度：在用于拟合的一半中，几乎全部图片都正确，或几乎全部错误。概率保持不变。请使用更多图片。',
  },
  'calibration.too-few': {
    en: 'Only {count} {count|picture has|pictures have} a true category, so the probabilities stay as they are. Connect more pictures with true categories.',
    zh: '只有 {count} 张图片有真实类别，因此概率保持不变。请连接更多有真实类别的图片。',
  },
});

/** 800 MB of float32. */
const MOST = 200_000_000;

/** The rows of a similarity as scores before the activation. Its own probabilities come back with an inverse temperature of 1. */
async function* logitRows(similarity: Similarity, ops: Ops): AsyncGenerator<Float64Array> {
  for await (const row of categoryRows(similarity, ops))
    yield similarity.metric === 'cosine' ? row.slice() : logitsOf(row, similarity.metric);
}

/** What the held-out half says of some probabilities. */
class Measured {
  private readonly confidences: number[] = [];
  private readonly isRight: boolean[] = [];
  private loss = 0;

  constructor(
    private readonly inverse: number,
    private readonly activation: Activation,
  ) {}

  add(row: LogitRow): void {
    const p = activated(row.logits, this.inverse, this.activation);
    const best = placeOfLargest(p);
    this.confidences.push(p[best] as number);
    this.isRight.push(best === row.truth);
    this.loss += likelihoodOf(row, this.inverse, this.activation)[0];
  }

  bins(count: number): ReliabilityBin[] {
    return reliabilityBins(this.confidences, this.isRight, count);
  }

  get meanLoss(): number {
    return this.loss / this.confidences.length;
  }
}

const columns: Table['columns'] = [
  { key: 'from', title: 'From', type: 'number' },
  { key: 'to', title: 'To', type: 'number' },
  ...(['before', 'after'] as const).flatMap((when) => [
    { key: `count-${when}`, title: `Pictures ${when}`, type: 'number' as const },
    { key: `confidence-${when}`, title: `Mean probability ${when}`, type: 'number' as const },
    { key: `right-${when}`, title: `Share right ${when}`, type: 'number' as const },
  ]),
];

const cellsOf = ({ count, confidence, accuracy }: ReliabilityBin) => [
  count,
  cellOf(confidence),
  cellOf(accuracy),
];

export default defineNode({
  title: 'Calibrate',
  description:
    'Changes probabilities so that of all pictures with 87% about 87% are right. It finds a temperature with one half of the pictures and measures with the other half.',
  keywords: [
    'temperature',
    'confidence',
    'reliability',
    'ece',
    'probability',
    'certainty',
    'trust',
    'scaling',
    'calibration',
  ],
  inputs: {
    probabilities: port.similarity({
      help: 'The probability of every category for every picture, from Zero-shot or Classify. Scores of Cosine also work: they become probabilities.',
    }),
    truth: truthPort,
  },
  params: {
    bins: param.integer({
      default: 15,
      min: 2,
      max: 100,
      title: 'Number of bins',
      help: 'How many bins of equal width the calibration error and the curve have.',
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'Decides which pictures are in which half. Both halves have every category as evenly as possible.',
      advanced: true,
    }),
  },
  outputs: {
    probabilities: port.similarity({ help: 'The calibrated probabilities of all pictures.' }),
    labels: port.labels({
      help: 'The most probable category of each picture, with its calibrated probability. A temperature changes no category.',
    }),
    metrics: port.metrics({
      help: 'The temperature (above 1: the probabilities were too sure), and calibration error (Guo et al. 2017) and log loss before and after, in the half that the temperature was not fitted on.',
    }),
    bins: port.table({ help: 'How many pictures of each bin are right, before and after.' }),
    view: port.view({
      help: 'How often pictures of each probability are right. Below the dashed line, the probabilities are too sure.',
      title: 'Reliability',
    }),
  },
  resource: 'device',
  messages: say,
  infer: ({ inputs, params: { bins } }) => {
    const { count } = knownOf(inputs, 'probabilities');
    return {
      probabilities: { type: 'similarity', count },
      labels: { type: 'labels', count },
      metrics: { type: 'metrics' },
      bins: { type: 'table', count: bins },
      view: { type: 'view' },
    };
  },
  run: async ({ inputs: { probabilities: given, truth }, params: { bins, seed }, ctx }) => {
    const { ops, signal } = ctx;
    const categories = categoriesOf(given);
    const { queries } = given;
    const count = queries.length * categories.length;
    if (count > MOST)
      throw new PatchbayError({
        ...say('calibration.too-many', {
          most: MOST,
          pictures: queries.length,
          categories: categories.length,
          count,
        }),
        port: 'probabilities',
      });
    const activation: Activation = given.metric === 'sigmoid' ? 'sigmoid' : 'softmax';
    const { known, missing } = knownTruth(queries, truth, ctx.warn);
    const places = new Map(categories.map((name, at) => [name, at]));
    const column = known.map((category) => (category === undefined ? undefined : places.get(category)));
    const other = known.filter((category, at) => category !== undefined && column[at] === undefined).length;
    if (other > 0) ctx.warn(say('calibration.other-categories', { count: other }));
    const half = stratifiedFolds(
      known.map((category, at) => (column[at] === undefined ? undefined : category)),
      2,
      seed,
    );
    const usable = half.filter((part) => part !== undefined).length;
    const rowsOfHalf = async function* (wanted: number): AsyncGenerator<LogitRow> {
      let row = 0;
      for await (const logits of logitRows(given, ops)) {
        throwIfAborted(signal);
        const own = column[row];
        if (half[row] === wanted && own !== undefined) yield { logits, truth: own };
        row++;
      }
    };
    if (usable < 2 && queries.length > 0) ctx.warn(say('calibration.too-few', { count: usable }));
    const fitted = usable < 2 ? 1 : await fitTemperature(() => rowsOfHalf(0), activation);
    if (fitted === undefined) ctx.warn(say('calibration.no-maximum'));
    const inverse = fitted ?? 1;
    const [before, after] = [new Measured(1, activation), new Measured(inverse, activation)];
    for await (const row of rowsOfHalf(1)) for (const measured of [before, after]) measured.add(row);

    const data = new Float32Array(count);
    const labels: (string | null)[] = [];
    const scores: number[] = [];
    let row = 0;
    for await (const logits of logitRows(given, ops)) {
      throwIfAborted(signal);
      const p = activated(logits, inverse, activation);
      data.set(p, row * categories.length);
      const best = placeOfLargest(p);
      labels.push(categories[best] ?? null);
      scores.push(p[best] ?? 0);
      row++;
      ctx.progress(row, queries.length);
    }
    const [binsBefore, binsAfter] = [before.bins(bins), after.bins(bins)];
    const values = {
      temperature: 1 / inverse,
      'calibration error before': calibrationError(binsBefore),
      'calibration error after': calibrationError(binsAfter),
      'log loss before': before.meanLoss,
      'log loss after': after.meanLoss,
    };
    const measured = binsBefore.reduce((sum, bin) => sum + bin.count, 0);
    const points = (some: readonly ReliabilityBin[]) =>
      some.filter((bin) => bin.count > 0).map((bin) => [bin.confidence, bin.accuracy] as const);
    return {
      probabilities: {
        kind: 'similarity',
        queries,
        gallery: categories.map(categoryText),
        metric: activation,
        space: given.space,
        scores: {
          form: 'dense',
          tensor: ops.tensor({ dtype: 'float32', dims: [queries.length, categories.length], data }),
        },
        skipped: given.skipped,
      },
      labels: { kind: 'labels', items: queries, labels, scores },
      metrics: {
        kind: 'metrics',
        values: {
          ...finiteNumbers(values),
          'measured pictures': measured,
          'without true category': missing,
        },
      },
      bins: {
        kind: 'table',
        columns,
        rows: binsBefore.map((bin, at) => [
          bin.from,
          bin.to,
          ...cellsOf(bin),
          ...cellsOf(binsAfter[at] as ReliabilityBin),
        ]),
      },
      view: {
        kind: 'view',
        view: 'curve',
        x: 'Probability',
        y: 'Share right',
        series: [
          { name: 'before', points: points(binsBefore) },
          { name: 'after', points: points(binsAfter) },
          {
            name: 'share of pictures after',
            points: binsAfter
              .filter((bin) => bin.count > 0)
              .map((bin) => [bin.confidence, bin.count / measured] as const),
          },
          {
            name: 'right as often as probable',
            points: [
              [0, 0],
              [1, 1],
            ],
            dashed: true,
          },
        ],
      },
    };
  },
  translations: {
    zh: {
      title: '校准',
      description: '改变概率，使得所有概率为 87% 的图片中约有 87% 正确。用一半图片求出温度，用另一半来衡量。',
      inputs: {
        probabilities: {
          title: '概率',
          help: '每张图片属于每个类别的概率，来自“零样本分类”或“分类”。“余弦相似度”的得分也可以：会变为概率。',
        },
        truth: truthPortZh,
      },
      params: {
        bins: { title: '区间数', help: '校准误差和曲线使用多少个等宽区间。' },
        seed: { title: '种子', help: '决定哪些图片在哪一半。两半都尽可能均匀地含有每个类别。' },
      },
      outputs: {
        probabilities: { title: '概率', help: '所有图片校准后的概率。' },
        labels: { title: '类别', help: '每张图片最可能的类别及其校准后的概率。温度不会改变类别。' },
        metrics: {
          title: '指标',
          help: '温度（大于 1：概率过于自信），以及校准前后的校准误差（Guo 等，2017）和对数损失，均取自未用于拟合的一半。',
        },
        bins: { title: '区间', help: '校准前后每个区间中有多少图片正确。' },
        view: {
          title: '可靠性',
          help: '各种概率的图片有多常正确。在虚线之下表示概率过于自信。',
        },
      },
    },
  },
});
