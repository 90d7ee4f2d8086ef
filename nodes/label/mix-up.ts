import {
  defineMessages,
  defineNode,
  type ImageItem,
  knownOf,
  param,
  port,
  seededRandom,
  shuffled,
} from '../sdk/index.ts';

const say = defineMessages({
  'mix-up.one-category': {
    en: 'The pictures have {count} {count|category|categories}, so none can get a wrong one. Load pictures of at least two categories.',
    zh: '图片共有 {count} 个类别，无法给出错误的类别。请加载至少两个类别的图片。',
  },
});

export default defineNode({
  title: 'Mix up categories',
  description:
    'Gives some pictures a wrong category on purpose, to see whether a check finds them, or how well training copes. 0% changes nothing.',
  keywords: ['noise', 'wrong', 'label errors', 'mistakes', 'plant', 'corrupt', 'test', 'robustness'],
  inputs: { images: port.images({ help: 'Pictures with categories.' }) },
  params: {
    share: param.integer({
      default: 5,
      min: 0,
      max: 100,
      unit: '%',
      widget: 'slider',
      title: 'Wrong categories',
      help: 'The share of the pictures with a category that get another one, chosen at random.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number chooses other pictures and categories.',
    }),
  },
  outputs: {
    images: port.images({ help: 'The same pictures, some of them with a wrong category.' }),
    truth: port.labels({
      title: 'Right categories',
      help: 'The category that each picture had before, to compare with.',
    }),
  },
  messages: say,
  infer: ({ inputs }) => {
    const { count } = knownOf(inputs, 'images');
    return { images: { type: 'images', count }, truth: { type: 'labels', count } };
  },
  run: ({ inputs: { images }, params: { share, seed }, ctx }) => {
    const { items } = images;
    const known = [...items.keys()].filter((at) => items[at]?.label !== undefined);
    const categories = [...new Set(known.map((at) => items[at]?.label as string))].sort();
    const random = seededRandom(seed);
    const wanted = Math.round((known.length * share) / 100);
    if (categories.length < 2 && wanted > 0)
      ctx.warn(say('mix-up.one-category', { count: categories.length }));
    const chosen = new Set(categories.length < 2 ? [] : shuffled(known, random).slice(0, wanted));
    const mixed = items.map((item, at): ImageItem => {
      if (!chosen.has(at)) return item;
      const others = categories.filter((name) => name !== item.label);
      return { ...item, label: others[Math.floor(random() * others.length)] as string };
    });
    return {
      images: { ...images, items: mixed },
      truth: { kind: 'labels', items, labels: items.map(({ label }) => label ?? null) },
    };
  },
  translations: {
    zh: {
      title: '打乱类别',
      description: '故意给一些图片错误的类别，看看检查能否找出它们，或训练受多大影响。0% 不做任何改变。',
      inputs: { images: { title: '图片', help: '有类别的图片。' } },
      params: {
        share: { title: '错误类别', help: '有类别的图片中，随机得到另一个类别的比例。' },
        seed: { title: '种子', help: '换一个数字会选中另一些图片和类别。' },
      },
      outputs: {
        images: { title: '图片', help: '同样的图片，其中一些带有错误的类别。' },
        truth: { title: '正确类别', help: '每张图片原来的类别，供比较使用。' },
      },
    },
  },
});
