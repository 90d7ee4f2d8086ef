import {
  bySuspicion,
  type Cell,
  categoriesOf,
  categoryRows,
  defineMessages,
  defineNode,
  type Item,
  isImage,
  isRuledOut,
  itemTitle,
  knownTruth,
  port,
  SelfConfidence,
  type Suspect,
  suspectOf,
  type Table,
  throwIfAborted,
  truthOf,
} from '../sdk/index.ts';

const say = defineMessages({
  'suspects.other-categories': {
    en: '{count} {count|picture has|pictures have} a category that is not among the categories of *Probabilities*, so {count|it is|they are} not judged.',
    zh: '{count} 张图片的类别不在 *概率* 的类别之中，未作判断。',
  },
  'suspects.no-probabilities': {
    en: '*Probabilities* holds scores, not probabilities. The order can be used, but "93%" is a score of 0.93.',
    zh: '*概率* 中是得分而不是概率。顺序可以使用，但“93%”表示得分 0.93。',
  },
});

const columns: Table['columns'] = [
  { key: 'item', title: 'Item', type: 'text' },
  { key: 'reason', title: 'Reason', type: 'text' },
  { key: 'given', title: 'Given category', type: 'text' },
  { key: 'suggested', title: 'Suggested category', type: 'text' },
  { key: 'other', title: 'Probability of the suggestion', type: 'number' },
  { key: 'own', title: 'Probability of the given category', type: 'number' },
];
const truthColumns: Table['columns'] = [
  { key: 'truth', title: 'True category', type: 'text' },
  { key: 'wrong', title: 'Really wrong', type: 'boolean' },
];

const percent = (share: number) => `${Math.round(share * 100)}%`;

export default defineNode({
  title: 'Suspects',
  description:
    'Finds pictures whose category is probably wrong, the most suspicious first, by confident learning (Northcutt et al. 2021). A category is suspected if another one is unusually probable.',
  keywords: [
    'label errors',
    'mistakes',
    'wrong',
    'noisy',
    'confident learning',
    'cleanlab',
    'check',
    'mislabelled',
    'clean',
  ],
  inputs: {
    probabilities: port.similarity({
      help: 'The probability of every category for every picture. Of a trained classifier, take pictures that it was not trained on: it believes what it was told.',
    }),
    labels: port.labels({
      help: 'The categories to check, if they are not those of the pictures. Each picture is found by its file.',
      required: false,
    }),
    truth: port.labels({
      help: 'The right categories, if they are known, to see how many of the suspects are really wrong. Each picture is found by its file.',
      required: false,
    }),
  },
  params: {},
  outputs: {
    images: port.images({
      help: 'The suspected pictures with their given categories, the most suspicious first.',
    }),
    labels: port.labels({
      title: 'Suggestions',
      help: 'The category that each suspected picture probably is, with its probability, in the same order.',
    }),
    table: port.table({
      help: 'Each suspected picture with the reason, such as "cat; 93% dog". With the right categories, also whether it is really wrong.',
    }),
    metrics: port.metrics({
      help: 'How many pictures were checked and are suspected. With the right categories: how many are really wrong, how many of them are found (among the suspects), and how many are found first (among the first suspects, as many as are wrong).',
    }),
  },
  resource: 'device',
  messages: say,
  infer: ({ inputs }) => {
    const isKnown = (inputs.truth ?? []).length > 0;
    return {
      images: { type: 'images' },
      labels: { type: 'labels' },
      table: { type: 'table', dims: columns.length + (isKnown ? truthColumns.length : 0) },
      metrics: { type: 'metrics' },
    };
  },
  run: async ({ inputs: { probabilities, labels, truth }, ctx }) => {
    const { queries, metric, skipped } = probabilities;
    const categories = categoriesOf(probabilities);
    const places = new Map(categories.map((name, at) => [name, at]));
    const { known, missing } = knownTruth(queries, labels, ctx.warn);
    const given = known.map((name) => (name === undefined ? undefined : places.get(name)));
    const other = given.filter((at) => at === undefined).length - missing;
    if (other > 0) ctx.warn(say('suspects.other-categories', { count: other }));
    if (metric === 'cosine') ctx.warn(say('suspects.no-probabilities'));

    // Twice over the rows, so that they never have to be kept: first the thresholds, then the suspects.
    const confidence = new SelfConfidence(categories.length);
    const found: Suspect[] = [];
    let thresholds: ArrayLike<number> = [];
    for (const pass of [0, 1]) {
      let row = 0;
      for await (const values of categoryRows(probabilities, ctx.ops)) {
        throwIfAborted(ctx.signal);
        const own = given[row];
        if (own !== undefined && pass === 0) confidence.add(values, own);
        if (own !== undefined && pass === 1) {
          const item = queries[row] as Item;
          const isOut = (column: number) => isRuledOut(item, categories[column] as string);
          const suspect = suspectOf(values, own, thresholds, row, isOut);
          if (suspect) found.push(suspect);
        }
        row++;
        ctx.progress(pass * queries.length + row, 2 * queries.length);
      }
      if (pass === 0) thresholds = confidence.thresholds;
    }
    found.sort(bySuspicion);
    const itemOf = ({ at }: Suspect): Item => ({ ...(queries[at] as Item), label: known[at] as string });
    const items = found.map(itemOf);
    const nameOf = ({ suggested }: Suspect) => categories[suggested] as string;
    const right = truth && truthOf(queries, truth);
    const isWrong = (at: number) => right?.[at] !== undefined && right[at] !== known[at];
    const checked = given.flatMap((own, at) => (own === undefined ? [] : [at]));
    const wrong = checked.filter(isWrong).length;
    return {
      images: { kind: 'images', items: items.filter(isImage), skipped },
      labels: {
        kind: 'labels',
        items,
        labels: found.map(nameOf),
        scores: found.map((suspect) => suspect.other),
      },
      table: {
        kind: 'table',
        columns: right ? [...columns, ...truthColumns] : columns,
        items,
        rows: found.map((suspect, place): Cell[] => [
          itemTitle(items[place] as Item),
          `${known[suspect.at]}; ${percent(suspect.other)} ${nameOf(suspect)}`,
          known[suspect.at] as string,
          nameOf(suspect),
          suspect.other,
          suspect.own,
          ...(right ? [right[suspect.at] ?? null, isWrong(suspect.at)] : []),
        ]),
      },
      metrics: {
        kind: 'metrics',
        values: {
          'checked pictures': checked.length,
          suspects: found.length,
          ...(right && {
            'really wrong': wrong,
            found: found.filter(({ at }) => isWrong(at)).length,
            'found first': found.slice(0, wrong).filter(({ at }) => isWrong(at)).length,
          }),
        },
      },
    };
  },
  translations: {
    zh: {
      title: '可疑类别',
      description:
        '找出类别可能有误的图片，最可疑的在前，采用置信学习（Northcutt 等，2021）。若另一个类别异常可能，则该类别可疑。',
      inputs: {
        probabilities: {
          title: '概率',
          help: '每张图片属于每个类别的概率。对于训练出的分类器，请用未参与训练的图片：它会相信所学的内容。',
        },
        labels: { title: '类别', help: '要检查的类别，用于不采用图片自身类别时。按文件找到每张图片。' },
        truth: {
          title: '真值',
          help: '正确的类别（若已知），用来查看有多少可疑图片确实有误。按文件找到每张图片。',
        },
      },
      outputs: {
        images: { title: '图片', help: '可疑的图片及其给定类别，最可疑的在前。' },
        labels: { title: '建议', help: '每张可疑图片可能的类别及其概率，顺序相同。' },
        table: {
          title: '表格',
          help: '每张可疑图片及理由，例如“猫；93% 狗”。若有正确类别，还说明是否确实有误。',
        },
        metrics: {
          title: '指标',
          help: '检查和怀疑了多少张图片。若有正确类别：多少张确实有误、找出其中多少张（在可疑图片中），以及最先找出多少张（在与错误数同样多的最前面可疑图片中）。',
        },
      },
    },
  },
});
