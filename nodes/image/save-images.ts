import {
  defineMessages,
  defineNode,
  type ImageItem,
  itemKey,
  messageOf,
  PatchbayError,
  param,
  port,
  safeName,
  safePath,
  throwIfAborted,
  uniqueNames,
} from '../sdk/index.ts';

const say = defineMessages({
  'save-images.not-saved': { en: '{path} was not saved. {reason}', zh: '{path} 未保存。{reason}' },
});

/** `a/b.png` becomes `a/b.jpg`. */
function withOwnExtension(path: string, extension: string): string {
  const dot = path.lastIndexOf('.');
  const stem = dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
  return `${stem}.${extension.replace(/^\./, '')}`;
}

export default defineNode({
  title: 'Save pictures',
  description:
    'Copies pictures to the output folder, unchanged or as PNG or JPEG. It can sort them into one folder per category.',
  keywords: [
    'images',
    'export',
    'write',
    'copy',
    'download',
    'sort',
    'folders',
    'resize',
    'jpeg',
    'png',
    'output',
  ],
  inputs: {
    images: port.images({ help: 'The pictures to save.' }),
    labels: port.labels({
      help: 'Categories to sort by, such as those from Zero-shot. Without them, each picture keeps its own category.',
      required: false,
    }),
  },
  params: {
    folder: param.fileName({
      default: 'images',
      help: 'Name of the new folder in the output folder.',
      maxLength: 200,
      required: true,
    }),
    layout: param.choice({
      default: 'keep',
      choices: {
        keep: 'Same folders as before',
        label: 'One folder per category',
        flat: 'All in one folder',
      },
      help: 'How to arrange the pictures in folders.',
    }),
    format: param.choice({
      default: 'original',
      choices: { original: 'Unchanged', png: 'PNG', jpeg: 'JPEG' },
      help: '"Unchanged" copies the file itself.',
    }),
    maxEdge: param.integer({
      default: 0,
      min: 0,
      max: 32_768,
      unit: 'px',
      title: 'Longest edge',
      help: 'Shrinks larger pictures until their longest edge fits. 0 keeps the size.',
      when: { param: 'format', is: ['png', 'jpeg'] },
    }),
  },
  outputs: { view: port.view({ help: 'The place and number of the saved pictures.' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ folder }) => [safePath(folder, 'images')],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { images, labels }, params, ctx }) => {
    const { folder, layout, format, maxEdge } = params;
    const given = new Map(labels?.items.map((item, index) => [itemKey(item), labels.labels[index]]));
    const unique = uniqueNames();
    const root = safePath(folder, 'images');
    const place = (item: ImageItem, extension: string) => {
      const label = labels ? given.get(itemKey(item)) : item.label;
      const inside =
        layout === 'keep'
          ? safePath(item.path)
          : layout === 'flat'
            ? safeName(item.name)
            : `${safeName(label ?? 'no label')}/${safeName(item.name)}`;
      return `${root}/${unique(withOwnExtension(inside, extension))}`;
    };
    let [bytes, files, path, done] = [0, 0, root, 0];
    for (const { name, path: at, reason } of images.skipped)
      ctx.warn(say('save-images.not-saved', { path: at ?? name, reason }));
    for (const item of images.items) {
      throwIfAborted(ctx.signal);
      try {
        const made = await ctx.images.export(item, { format, maxEdge: maxEdge || undefined });
        const name = place(item, made.extension);
        const written = await ctx.files.write(name, made.bytes);
        bytes += written.bytes;
        files += 1;
        path = written.path.slice(0, -(name.length - root.length));
      } catch (error) {
        // A picture that cannot be read is left out; a full disk stops the run.
        if (!(error instanceof PatchbayError) || !error.code.startsWith('image.')) throw error;
        ctx.warn(say('save-images.not-saved', { path: item.path, reason: messageOf(error) }));
      }
      ctx.progress(++done, images.items.length);
    }
    return { view: { kind: 'view', view: 'file', path, bytes, files } };
  },
  messages: say,
  translations: {
    zh: {
      title: '保存图片',
      description: '把图片复制到输出文件夹，可保持原样或转为 PNG、JPEG。也可以按类别分到各个文件夹。',
      inputs: {
        images: { title: '图片', help: '要保存的图片。' },
        labels: {
          title: '类别',
          help: '用于分类的类别，例如“零样本分类”的类别。没有连接时，使用图片自己的类别。',
        },
      },
      params: {
        folder: { title: '文件夹', help: '输出文件夹中新文件夹的名称。' },
        layout: {
          title: '布局',
          help: '保存的图片如何分到文件夹中。',
          choices: { keep: '保持原来的结构', label: '每个类别一个文件夹', flat: '全部放在一个文件夹' },
        },
        format: {
          title: '格式',
          help: '“不变”会直接复制文件。',
          choices: { original: '不变', png: 'PNG', jpeg: 'JPEG' },
        },
        maxEdge: { title: '最长边', help: '把较大的图片缩小到最长边不超过此值。0 表示保持大小。' },
      },
      outputs: {
        view: { title: '结果', help: '图片的保存位置和数量。' },
      },
    },
  },
});
