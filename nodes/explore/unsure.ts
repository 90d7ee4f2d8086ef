import {
  categoriesOf,
  categoryRows,
  defineMessages,
  defineNode,
  doubtOf,
  entropyOf,
  itemTitle,
  knownOf,
  mostDoubtful,
  PatchbayError,
  param,
  port,
  type Suggestion,
  suggestedCount,
  suggestedCountZh,
  suggestedValues,
  type Table,
  throwIfAborted,
} from '../sdk/index.ts';

const say = defineMessages({
  'unsure.scores': {
    en: '*Probabilities* holds scores, not probabilities. Small differences between scores say little about doubt. Connect the probabilities of *Zero-shot* or *Classify*.',
    zh: '*概率* 中是得分而不是概率。得分之间的微小差别难以说明是否确定。请连接 *零样本分类* 或 *分类* 的概率。',
  },
  'unsure.not-finite': {
    en: 'The probabilities of {item} contain a number that is not finite. Encode this picture again, or leave it out.',
    zh: '{item} 的概率中含有非有限的数值。请重新编码这张图片，或去掉它。',
  },
  'unsure.no-categories': {
    en: 'There are no categories at *Probabilities*, so no picture can be unsure. Give *Zero-shot* or the classifier some categories.',
    zh: '*概率* 中没有类别，因此没有不确定的图片。请给 *零样本分类* 或分类器一些类别。',
  },
});

const columns: Table['columns'] = [
  { key: 'item', title: 'Item', type: 'text' },
  { key: 'doubt', title: 'Doubt', type: 'number' },
  { key: 'best', title: 'Most probable', type: 'text' },
  { key: 'probability', title: 'Its probability', type: 'number' },
  { key: 'second', title: 'Second', type: 'text' },
  { key: 'secondProbability', title: 'Probability of the second', type: 'number' },
];

export default defineNode({
  title: 'Least sure',
  description:
    'Finds the pictures whose category is least sure, the least sure first: worth a look, or worth a category by hand.',
  keywords: [
    'uncertain',
    'uncertainty',
    'doubt',
    'margin',
    'entropy',
    'active learning',
    'confidence',
    'review',
    'unsure',
  ],
  inputs: {
    probabilities: port.similarity({
      help: 'The probability of every category for every picture, from Zero-shot, Classify or Calibrate.',
    }),
  },
  params: {
    how: param.choice({
      default: 'margin',
      title: 'Doubt',
      choices: { margin: 'Between the best two', entropy: 'Among all (entropy)' },
      help: 'How close the second category is to the best one, or how evenly the probability is spread over all of them. Both are 0 to 1.',
    }),
    count: suggestedCount,
  },
  outputs: {
    images: port.images({ help: 'The least sure pictures, the least sure first.' }),
    matches: port.matches({ help: 'The same pictures with their doubt.' }),
    table: port.table({
      help: 'All pictures with their doubt and their best two categories, the least sure first.',
    }),
  },
  resource: 'device',
  infer: ({ inputs }) => ({
    images: { type: 'images' },
    matches: { type: 'matches', count: 1 },
    table: { type: 'table', count: knownOf(inputs, 'probabilities').count, dims: columns.length },
  }),
  run: async ({ inputs: { probabilities }, params: { how, count }, ctx }) => {
    const { queries, metric, skipped, space } = probabilities;
    const categories = categoriesOf(probabilities);
    if (queries.length > 0 && categories.length === 0)
      throw new PatchbayError({ ...say('unsure.no-categories'), port: 'probabilities' });
    if (metric === 'cosine' && queries.length > 0) ctx.warn(say('unsure.scores'));
    const found: Suggestion[] = [];
    const best: [number, number, number, number][] = [];
    if (categories.length > 0)
      for await (const row of categoryRows(probabilities, ctx.ops)) {
        const index = found.length;
        if (index % 1024 === 0) {
          throwIfAborted(ctx.signal);
          ctx.progress(index, queries.length);
        }
        if (!row.every(Number.isFinite))
          throw new PatchbayError({
            ...say('unsure.not-finite', { item: itemTitle(queries[index]!) }),
            port: 'probabilities',
          });
        // A score below 0 is no share of the whole.
        found.push({ index, score: how === 'margin' ? doubtOf(row) : entropyOf(row) });
        best.push(bestTwo(row));
      }
    const order = mostDoubtful(found, found.length);
    const name = (at: number) => (at < 0 ? null : categories[at]!);
    return {
      ...suggestedValues('Least sure', { items: queries, skipped, space }, order.slice(0, count)),
      table: {
        kind: 'table',
        columns,
        items: order.map(({ index }) => queries[index]!),
        rows: order.map(({ index, score }) => {
          const [one, first, other, second] = best[index]!;
          const title = itemTitle(queries[index]!);
          return [title, score, name(one), first, name(other), other < 0 ? null : second];
        }),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '最不确定',
      description: '找出类别最不确定的图片，最不确定的在前：值得查看，或值得手动设定类别。',
      inputs: {
        probabilities: {
          title: '概率',
          help: '每张图片属于每个类别的概率，来自“零样本分类”、“分类”或“校准”。',
        },
      },
      params: {
        how: {
          title: '不确定性',
          help: '第二可能的类别离最可能的有多近，或概率在所有类别上分布得多均匀。两者都在 0 到 1 之间。',
          choices: { margin: '最可能的两个之间', entropy: '所有类别之间（熵）' },
        },
        count: suggestedCountZh,
      },
      outputs: {
        images: { title: '图片', help: '最不确定的图片，最不确定的在前。' },
        matches: { title: '匹配结果', help: '同样的图片及其不确定性。' },
        table: { title: '表格', help: '全部图片及其不确定性和最可能的两个类别，最不确定的在前。' },
      },
    },
  },
});

/** The best two positions of a row with their values; -1 and NaN where there is no second one. Of equal values the first counts. */
function bestTwo(row: ArrayLike<number>): [number, number, number, number] {
  let [one, other] = [-1, -1];
  for (let at = 0; at < row.length; at++) {
    if (one < 0 || row[at]! > row[one]!) [one, other] = [at, one];
    else if (other < 0 || row[at]! > row[other]!) other = at;
  }
  return [one, row[one]!, other, other < 0 ? Number.NaN : row[other]!];
}
