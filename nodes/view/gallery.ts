import { defineNode, type ImageItem, isImage, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Gallery',
  description:
    'Shows pictures side by side with their labels. Connect labels, such as those of Zero-shot, to see what each picture was called.',
  keywords: ['show', 'preview', 'grid', 'thumbnails', 'pictures', 'look', 'display'],
  inputs: {
    images: port.oneOf(['images', 'pixels', 'labels'])({
      help: 'Pictures to show, the pictures that pixels are made from, or pictures with the labels they were given.',
    }),
  },
  params: {
    limit: param.integer({
      default: 60,
      min: 1,
      max: 1000,
      help: 'Shows at most this many, the first in their order.',
    }),
  },
  outputs: { view: port.view({ help: 'The pictures as shown.', title: 'Gallery' }) },
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  run: ({ inputs: { images: input }, params: { limit } }) => {
    const items: ImageItem[] = [];
    for (const [index, item] of input.items.entries()) {
      if (!isImage(item)) continue;
      if (items.length >= limit) break;
      const label = input.kind === 'labels' ? (input.labels[index] ?? undefined) : item.label;
      items.push(input.kind === 'labels' ? { ...item, label } : item);
    }
    return {
      view: {
        kind: 'view',
        view: 'gallery',
        items,
        total: input.items.length,
        skipped: input.kind === 'labels' ? [] : input.skipped,
      },
    };
  },
});
