import {
  defineMessages,
  defineNode,
  type Images,
  knownOf,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  splitByLabel,
  splitSizes,
} from '../sdk/index.ts';

const say = defineMessages({
  'split.shares': {
    en: 'Train and validation together take {total}% of the pictures, but there is only 100%. Lower one of them.',
    zh: '训练集和验证集共占图片的 {total}%，但总共只有 100%。请降低其中一个。',
  },
});

const tooMuch = (train: number, validation: number): ReportedProblem => ({
  ...say('split.shares', { total: train + validation }),
  param: 'validation',
  expected: 'at most 100',
  got: String(train + validation),
});

export default defineNode({
  title: 'Split',
  description:
    'Divides pictures at random into train, validation and test sets. The same seed gives the same split. The test set gets the rest of the pictures.',
  keywords: [
    'train',
    'test',
    'validation',
    'holdout',
    'stratified',
    'partition',
    'random',
    'sample',
    'dataset',
  ],
  inputs: { images: port.images({ help: 'The pictures to divide.' }) },
  params: {
    train: param.integer({
      default: 70,
      min: 0,
      max: 100,
      unit: '%',
      widget: 'slider',
      help: 'Share of the pictures to learn from.',
    }),
    validation: param.integer({
      default: 15,
      min: 0,
      max: 100,
      unit: '%',
      widget: 'slider',
      help: 'Share of the pictures to tune with. The rest is the test set.',
    }),
    stratified: param.boolean({
      default: true,
      title: 'Same mix of categories',
      help: 'Gives every set the same mix of categories, as far as the numbers allow. Each category keeps at least one picture for training.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number gives a different random split.',
    }),
  },
  outputs: {
    train: port.images({ help: 'Pictures to learn from, in their original order.' }),
    validation: port.images({ help: 'Pictures to tune with, in their original order.' }),
    test: port.images({ help: 'Pictures to judge the result with, in their original order.' }),
  },
  infer: ({ params: { train, validation, stratified }, inputs, report }) => {
    if (train + validation > 100) report(tooMuch(train, validation));
    const { count } = knownOf(inputs, 'images');
    const known = count !== undefined && (!stratified || count === 0) && train + validation <= 100;
    const [first, second] = known ? splitSizes(count, [train / 100, validation / 100]) : [];
    const rest = known ? count - (first ?? 0) - (second ?? 0) : undefined;
    return {
      train: { type: 'images', count: first },
      validation: { type: 'images', count: second },
      test: { type: 'images', count: rest },
    };
  },
  run: ({ inputs: { images }, params: { train, validation, stratified, seed } }) => {
    if (train + validation > 100) throw new PatchbayError(tooMuch(train, validation));
    const labels = images.items.map(({ label }) => (stratified ? label : undefined));
    const set = splitByLabel(labels, [train / 100, validation / 100], seed);
    const part = (wanted: number): Images => ({
      kind: 'images',
      items: images.items.filter((_, index) => set[index] === wanted),
      skipped: images.skipped,
    });
    return { train: part(0), validation: part(1), test: part(2) };
  },
  messages: say,
  translations: {
    zh: {
      title: '划分',
      description: '把图片随机分成训练集、验证集和测试集。相同的种子得到相同的划分。测试集得到其余的图片。',
      inputs: {
        images: { title: '图片', help: '要划分的图片。' },
      },
      params: {
        train: { title: '训练集', help: '用来学习的图片所占的比例。' },
        validation: { title: '验证集', help: '用来调整的图片所占的比例。其余的是测试集。' },
        stratified: {
          title: '类别比例一致',
          help: '在数量允许的范围内，让每个集合的类别比例相同。每个类别至少留一张图片用于训练。',
        },
        seed: { title: '种子', help: '换一个数字就得到另一种随机划分。' },
      },
      outputs: {
        train: { title: '训练集', help: '用来学习的图片，顺序不变。' },
        validation: { title: '验证集', help: '用来调整的图片，顺序不变。' },
        test: { title: '测试集', help: '用来评估结果的图片，顺序不变。' },
      },
    },
  },
});
