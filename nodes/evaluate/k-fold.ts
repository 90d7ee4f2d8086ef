import {
  accuracyAndF1,
  type Cell,
  countsOf,
  defineMessages,
  defineNode,
  knownOf,
  LEARNED_METHODS,
  type LearnedMethod,
  labelPrototypes,
  learningSet,
  meanAndDeviation,
  mixedSpaces,
  nearestTexts,
  param,
  port,
  predictHeldOut,
  requireSameSpace,
  stratifiedFolds,
  type Table,
  type TextItem,
  tooFewToLearn,
  truthOf,
} from '../sdk/index.ts';

const NODE = { type: 'evaluate/k-fold', title: 'Cross-validate' };

const say = defineMessages({
  'k-fold.small': {
    en: '{count} of {total} categories {count|has|have} fewer pictures than there are folds ({folds}), so some folds do not have {count|it|them}. Use fewer folds or more pictures.',
    zh: '{total} 个类别中有 {count} 个的图片数少于折数（{folds}），因此部分折中没有这些类别。请减少折数或增加图片。',
  },
});

/** The names of the methods in results; the studio shows them in the language of the reader. */
const NAMES = {
  knn: 'nearest neighbours',
  prototypes: 'nearest prototypes',
  'linear-probe': 'linear probe',
  lora: 'LoRA',
  'zero-shot': 'zero-shot',
} as const;
type Method = keyof typeof NAMES;

const columns: Table['columns'] = [
  { key: 'method', title: 'Method', type: 'text' },
  { key: 'accuracy', title: 'Accuracy', type: 'number' },
  { key: 'accuracy-deviation', title: 'Accuracy ±', type: 'number' },
  { key: 'macro-f1', title: 'Macro F1', type: 'number' },
  { key: 'macro-f1-deviation', title: 'Macro F1 ±', type: 'number' },
  { key: 'folds', title: 'Folds', type: 'number' },
];

const MOST_STEPS = 100;
const SCALE = 30;

/** The column of the largest number of each row, the first of equal ones. */
function bestColumns(probabilities: Float32Array, width: number): number[] {
  return Array.from({ length: probabilities.length / Math.max(1, width) }, (_, row) => {
    let best = 0;
    for (let column = 1; column < width; column++)
      if ((probabilities[row * width + column] as number) > (probabilities[row * width + best] as number))
        best = column;
    return best;
  });
}

export default defineNode({
  title: NODE.title,
  description:
    'Measures how well categories can be told apart by the vectors of an encoder. It learns from all parts but one, predicts that one, and repeats this for every part: with nearest neighbours, nearest prototypes and a linear probe, and a LoRA if wished.',
  keywords: [
    'k-fold',
    'cross-validation',
    'knn',
    'nearest neighbours',
    'linear probe',
    'prototypes',
    'zero-shot',
    'lora',
    'accuracy',
    'benchmark',
    'encoder',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors of pictures with categories. Pictures without one are left out.',
    }),
    texts: port.embeddings({
      help: 'The vectors of texts about the categories, from Prompts and Encode texts. With them, zero-shot is measured too.',
      required: false,
    }),
    truth: port.labels({
      help: 'The true categories, if the pictures do not have them. Each picture is found by its file.',
      required: false,
    }),
  },
  params: {
    folds: param.integer({
      default: 5,
      min: 2,
      max: 50,
      help: 'Into how many parts the pictures are divided. Every part has each category as evenly as possible.',
    }),
    neighbours: param.integer({
      default: 5,
      min: 1,
      max: 1000,
      help: 'How many nearest neighbours vote for a category, by cosine.',
      advanced: true,
    }),
    c: param.number({
      default: 10,
      min: 0.0001,
      max: 1_000_000,
      widget: 'number',
      title: 'Strength C',
      help: 'How closely the linear probe follows the pictures that it learns from: the inverse of the penalty, as C in scikit-learn.',
      advanced: true,
    }),
    lora: param.boolean({
      default: false,
      title: 'LoRA too',
      help: 'Also trains a LoRA of the identity in each fold, with the defaults of LoRA training. It takes longer than the other methods.',
    }),
    shown: param.choice({
      default: 'linear-probe',
      choices: {
        'linear-probe': 'Linear probe',
        prototypes: 'Nearest prototypes',
        knn: 'Nearest neighbours',
      },
      title: 'Predictions of',
      help: 'Which method gives the predictions and probabilities below.',
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number divides the pictures differently.',
      advanced: true,
    }),
  },
  outputs: {
    table: port.table({
      help: 'Mean and standard deviation (n - 1) of accuracy and macro F1 over the folds, for each method.',
    }),
    metrics: port.metrics({ help: 'The means of the table.' }),
    labels: port.labels({
      title: 'Predictions',
      help: 'The prediction of each picture by a model that did not learn from it, for Confusion matrix.',
    }),
    probabilities: port.similarity({
      help: 'The probability of every category for each picture, by a model that did not learn from it, for Calibrate and Suspects.',
    }),
    view: port.view({ help: 'The mean accuracy of each method.', title: 'Accuracy' }),
  },
  resource: 'device',
  messages: say,
  infer: ({ inputs, report }) => {
    const embeddings = knownOf(inputs, 'embeddings');
    const few = tooFewToLearn(NODE, embeddings.count);
    if (few) report(few);
    const mixed = mixedSpaces(
      NODE,
      { port: 'embeddings', title: 'Embeddings', ...embeddings },
      { port: 'texts', title: 'Texts', ...knownOf(inputs, 'texts') },
    );
    if (mixed) report(mixed);
    return {
      table: { type: 'table', dims: columns.length },
      metrics: { type: 'metrics' },
      labels: { type: 'labels' },
      probabilities: { type: 'similarity' },
      view: { type: 'view' },
    };
  },
  run: async ({ inputs, params, ctx }) => {
    const { embeddings, texts, truth } = inputs;
    if (texts)
      requireSameSpace(
        NODE,
        { port: 'embeddings', title: 'Embeddings', space: embeddings.space },
        { port: 'texts', title: 'Texts', space: texts.space },
      );
    const known = truthOf(embeddings.items, truth);
    const items = embeddings.items.map((item, at) => {
      const { label: _, ...rest } = item;
      return known[at] === undefined ? rest : { ...rest, label: known[at] };
    });
    const set = await learningSet(NODE, { ...embeddings, items }, { share: 0, seed: 0 }, ctx);
    const { categories, targets } = set;
    const names = targets.map((target) => categories[target] as string);
    const small = countsOf(categories, targets).filter((count) => count < params.folds);
    if (small.length > 0)
      ctx.warn(say('k-fold.small', { count: small.length, total: categories.length, folds: params.folds }));
    const fold = stratifiedFolds(names, params.folds, params.seed);
    const settings = {
      neighbours: params.neighbours,
      scale: SCALE,
      probe: { c: params.c, balanced: true, unit: true, steps: MOST_STEPS },
    };
    const found = new Map<Method, { accuracy: number; macroF1: number }[]>();
    const note = (method: Method, judged: { truth: readonly string[]; predicted: readonly string[] }) =>
      found.set(method, [...(found.get(method) ?? []), accuracyAndF1(judged)]);
    const byTexts = texts ? await nearestTexts(set, await labelPrototypes(texts, ctx.ops), ctx) : [];
    const width = categories.length;
    const shown = new Float32Array(names.length * width);
    const methods: readonly LearnedMethod[] = params.lora ? [...LEARNED_METHODS, 'lora'] : LEARNED_METHODS;
    let done = 0;
    for (let part = 0; part < params.folds; part++) {
      const heldOut = [...fold.keys()].filter((row) => fold[row] === part);
      const training = [...fold.keys()].filter((row) => fold[row] !== part);
      const own = heldOut.map((row) => names[row] as string);
      for (const method of methods) {
        if (heldOut.length > 0 && training.length > 0) {
          const p = await predictHeldOut(method, { ...set, training, heldOut }, settings, ctx);
          note(method, {
            truth: own,
            predicted: bestColumns(p, width).map((column) => categories[column] as string),
          });
          if (method === params.shown)
            for (const [at, row] of heldOut.entries())
              shown.set(p.subarray(at * width, (at + 1) * width), row * width);
        }
        ctx.progress(++done, params.folds * methods.length);
      }
      if (heldOut.length > 0 && byTexts.length > 0)
        note('zero-shot', { truth: own, predicted: heldOut.map((row) => byTexts[row] as string) });
    }
    const rows = [...found].map(([method, scores]) => {
      const accuracy = meanAndDeviation(scores.map((one) => one.accuracy));
      const macroF1 = meanAndDeviation(scores.map((one) => one.macroF1));
      return { method, accuracy, macroF1, folds: scores.length };
    });
    const orNull = (value: number) => (Number.isNaN(value) ? null : value);
    const best = bestColumns(shown, width);
    return {
      table: {
        kind: 'table',
        columns,
        rows: rows.map(({ method, accuracy, macroF1, folds }): Cell[] => [
          NAMES[method],
          accuracy.mean,
          orNull(accuracy.deviation),
          macroF1.mean,
          orNull(macroF1.deviation),
          folds,
        ]),
      },
      metrics: {
        kind: 'metrics',
        values: {
          ...Object.fromEntries(
            rows.flatMap(({ method, accuracy, macroF1 }) => [
              [`${NAMES[method]} accuracy`, accuracy.mean],
              [`${NAMES[method]} macro F1`, macroF1.mean],
            ]),
          ),
          'measured pictures': names.length,
        },
      },
      labels: {
        kind: 'labels',
        items: set.items,
        labels: best.map((column) => categories[column] as string),
        scores: best.map((column, row) => shown[row * width + column] as number),
      },
      probabilities: {
        kind: 'similarity',
        queries: set.items,
        gallery: categories.map((text): TextItem => ({ kind: 'text', text, label: text })),
        metric: 'softmax',
        space: embeddings.space,
        scores: {
          form: 'dense',
          tensor: ctx.ops.tensor({ dtype: 'float32', dims: [names.length, width], data: shown }),
        },
        skipped: [...embeddings.skipped, ...(texts?.skipped ?? [])],
      },
      view: {
        kind: 'view',
        view: 'bars',
        groups: [
          { bars: rows.map(({ method, accuracy }) => ({ label: NAMES[method], value: accuracy.mean })) },
        ],
      },
    };
  },
  translations: {
    zh: {
      title: '交叉验证',
      description:
        '衡量用编码器的向量能多好地区分类别。用除一份之外的所有部分学习，预测这一份，并对每一份重复：采用最近邻、最近原型和线性探针，也可加上 LoRA。',
      inputs: {
        embeddings: { title: '向量', help: '带类别的图片的向量。没有类别的图片不使用。' },
        texts: {
          title: '文本',
          help: '关于这些类别的文本的向量，来自“提示词”和“编码文本”。连接后也会衡量零样本分类。',
        },
        truth: { title: '真值', help: '真实类别，用于图片本身没有类别时。按文件找到每张图片。' },
      },
      params: {
        folds: { title: '折数', help: '把图片分成多少份。每份都尽可能均匀地含有每个类别。' },
        neighbours: { title: '近邻数', help: '有多少个最近邻（按余弦相似度）为类别投票。' },
        c: {
          title: '强度 C',
          help: '线性探针对所学图片的贴合程度：惩罚的倒数，即 scikit-learn 的 C。',
        },
        lora: {
          title: '加上 LoRA',
          help: '在每折中还以“LoRA 训练”的默认设置训练一个恒等矩阵的 LoRA。比其他方法耗时更长。',
        },
        shown: {
          title: '采用预测',
          help: '下面的预测和概率来自哪种方法。',
          choices: { 'linear-probe': '线性探针', prototypes: '最近原型', knn: '最近邻' },
        },
        seed: { title: '种子', help: '换一个数，图片的划分就不同。' },
      },
      outputs: {
        table: { title: '表格', help: '每种方法在各折上准确率和宏平均 F1 的平均值与标准差（n - 1）。' },
        metrics: { title: '指标', help: '表格中的平均值。' },
        labels: { title: '预测', help: '由未学过该图片的模型给出的预测，供“混淆矩阵”使用。' },
        probabilities: {
          title: '概率',
          help: '由未学过该图片的模型给出的每个类别的概率，供“校准”和“可疑类别”使用。',
        },
        view: { title: '准确率', help: '每种方法的平均准确率。' },
      },
    },
  },
});
