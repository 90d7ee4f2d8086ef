import {
  defineMessages,
  defineNode,
  type ImageItem,
  type Images,
  knownOf,
  type PictureLabel,
  param,
  port,
} from '../sdk/index.ts';

const say = defineMessages({
  'label-set.empty': {
    en: 'The category set "{set}" has no pictures with a category yet. Give some pictures a category first.',
    zh: '类别集“{set}”中还没有带类别的图片。请先给一些图片设定类别。',
  },
  'label-set.other-pictures': {
    en: 'None of the {count} {count|picture|pictures} is in the category set "{set}", which has {known} {known|picture|pictures}. A picture is known by its content: was it edited, or does the set belong to other pictures?',
    zh: '这 {count} 张图片都不在类别集“{set}”中（其中有 {known} 张图片）。图片按内容识别：图片是否被编辑过，或者这个类别集属于其他图片？',
  },
});

/** A picture with what the set says about it, and without what was said before. */
function marked({ label: _, not: __, ...item }: ImageItem, mark: PictureLabel | undefined): ImageItem {
  return {
    ...item,
    ...(mark?.category !== undefined && { label: mark.category }),
    ...(mark && mark.not.length > 0 && { not: mark.not }),
  };
}

/** Pictures of which a person has said only what they are not come first: somebody has looked at them and was unsure. */
const toDecide = (items: readonly ImageItem[]): ImageItem[] => {
  const open = items.filter(({ label }) => label === undefined);
  return [...open.filter(({ not }) => not), ...open.filter(({ not }) => !not)];
};

export default defineNode({
  title: 'Category set',
  description:
    'Gives pictures the categories that people gave them. A picture is known by its content, so it keeps its category when it is moved or renamed.',
  keywords: [
    'labels',
    'labelled',
    'annotation',
    'ground truth',
    'classes',
    'tags',
    'by hand',
    'training',
    'categories',
  ],
  inputs: { images: port.images({ help: 'The pictures to give categories to.' }) },
  params: {
    set: param.labelSet({
      title: 'Category set',
      help: 'The set: its name, or the path of a .json file that was exported from one.',
      placeholder: 'my categories',
      required: true,
      maxLength: 1000,
    }),
    give: param.choice({
      default: 'all',
      title: 'Pictures',
      choices: { all: 'All pictures', labelled: 'Only with a category' },
      help: 'Which pictures to give on. Pictures without a category always come out at the last output too.',
    }),
  },
  outputs: {
    images: port.images({ help: 'The pictures in their order, with the categories of the set.' }),
    labels: port.labels({ help: 'The category of each of these pictures.' }),
    unlabelled: port.images({
      title: 'Without a category',
      help: 'The pictures that have no category in the set yet. First those of which a person has ruled out a category, then the others in their order.',
    }),
  },
  resource: 'io',
  fingerprint: ({ set }, ctx) => ctx.labels.fingerprint(set),
  infer: ({ params: { give }, inputs }) => {
    const count = give === 'all' ? knownOf(inputs, 'images').count : undefined;
    return {
      images: { type: 'images', count },
      labels: { type: 'labels', count },
      unlabelled: { type: 'images' },
    };
  },
  run: async ({ inputs: { images }, params: { set, give }, ctx }) => {
    const { labels, name } = await ctx.labels.read(set);
    const hashes = await ctx.images.hashes(images.items, { signal: ctx.signal });
    const all = images.items.map((item, index) => marked(item, labels.get(hashes[index] ?? '')));
    const known = [...labels.values()].filter(({ category }) => category !== undefined).length;
    if (known === 0) ctx.warn(say('label-set.empty', { set: name }));
    else if (all.length > 0 && all.every(({ label }) => label === undefined))
      ctx.warn(say('label-set.other-pictures', { set: name, count: all.length, known }));
    const given = give === 'labelled' ? all.filter(({ label }) => label !== undefined) : all;
    const part = (items: readonly ImageItem[]): Images => ({ ...images, items });
    return {
      images: part(given),
      labels: { kind: 'labels', items: given, labels: given.map(({ label }) => label ?? null) },
      unlabelled: part(toDecide(all)),
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '类别集',
      description: '给图片加上人们为它们设定的类别。图片按内容识别，因此移动或重命名后类别不变。',
      inputs: { images: { title: '图片', help: '要加上类别的图片。' } },
      params: {
        set: {
          title: '类别集',
          help: '类别集的名称，或从类别集导出的 .json 文件的路径。',
          placeholder: '我的类别',
        },
        give: {
          title: '图片',
          help: '输出哪些图片。没有类别的图片总是也会出现在最后一个输出。',
          choices: { all: '全部图片', labelled: '仅带类别的' },
        },
      },
      outputs: {
        images: { title: '图片', help: '图片，顺序不变，带有类别集中的类别。' },
        labels: { title: '类别', help: '这些图片各自的类别。' },
        unlabelled: {
          title: '没有类别',
          help: '在类别集中还没有类别的图片。先是被人排除过某个类别的图片，然后是其余图片，顺序不变。',
        },
      },
    },
  },
});
