import {
  defineNode,
  type ImageItem,
  isImage,
  param,
  port,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
} from '../sdk/index.ts';

export default defineNode({
  title: 'Gallery',
  description:
    'Shows pictures side by side with their categories. Connect categories, such as those from Zero-shot, to see the category of each picture.',
  keywords: ['show', 'preview', 'grid', 'thumbnails', 'images', 'look', 'display'],
  inputs: {
    images: port.oneOf(['images', 'pixels', 'labels'])({
      help: 'The pictures to show, with or without categories. Pixels show the pictures that they are made from.',
    }),
  },
  params: {
    selected: selectedParam,
    limit: param.integer({
      default: 100_000,
      min: 1,
      max: 1_000_000,
      title: 'Picture limit',
      help: 'Shows at most this many pictures, from the first one.',
      advanced: true,
    }),
  },
  outputs: {
    view: port.view({ help: 'The pictures that are shown.', title: 'Gallery' }),
    selection: selectionPort,
  },
  resource: 'io',
  terminal: true,
  infer: () => ({ view: { type: 'view' }, selection: { type: 'images' } }),
  run: async ({ inputs: { images: input }, params: { selected, limit }, ctx }) => {
    const items: ImageItem[] = [];
    for (const [index, item] of input.items.entries()) {
      if (!isImage(item)) continue;
      const label = input.kind === 'labels' ? (input.labels[index] ?? undefined) : item.label;
      items.push(input.kind === 'labels' ? { ...item, label } : item);
    }
    const skipped = input.kind === 'labels' ? [] : input.skipped;
    return {
      view: {
        kind: 'view',
        view: 'gallery',
        items: items.slice(0, limit),
        total: input.items.length,
        skipped,
      },
      selection: await selectedOf(items, selected, ctx, skipped),
    };
  },
  translations: {
    zh: {
      title: '图库',
      description: '并排显示图片及其类别。连接类别（例如“零样本分类”的类别）可以看到每张图片的类别。',
      inputs: {
        images: { title: '图片', help: '要显示的图片，可以带有类别。像素显示为其来源的图片。' },
      },
      params: {
        selected: selectedParamZh,
        limit: { title: '图片数上限', help: '最多显示这么多张图片，从第一张开始。' },
      },
      outputs: {
        view: { title: '图库', help: '显示的图片。' },
        selection: selectionPortZh,
      },
    },
  },
});
