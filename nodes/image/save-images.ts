import {
  defineNode,
  type ImageItem,
  itemKey,
  PatchbayError,
  param,
  port,
  safeName,
  safePath,
  throwIfAborted,
  uniqueNames,
} from '../sdk/index.ts';

/** `a/b.png` as `a/b.jpg`. */
function withOwnExtension(path: string, extension: string): string {
  const dot = path.lastIndexOf('.');
  const stem = dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
  return `${stem}.${extension.replace(/^\./, '')}`;
}

export default defineNode({
  title: 'Save images',
  description:
    'Copies pictures to the output folder, as they are or as PNG or JPEG. With labels connected it sorts them into a folder for each label.',
  keywords: ['export', 'write', 'copy', 'download', 'sort', 'folders', 'resize', 'jpeg', 'png', 'output'],
  inputs: {
    images: port.images({ help: 'The pictures to save.' }),
    labels: port.labels({
      help: 'Labels to sort by, such as those of Zero-shot. Without them, the labels of the pictures count.',
      required: false,
    }),
  },
  params: {
    folder: param.fileName({
      default: 'images',
      help: 'Name of the folder to make in the output folder.',
      maxLength: 200,
      required: true,
    }),
    layout: param.choice({
      default: 'keep',
      choices: { keep: 'As they were', label: 'A folder for each label', flat: 'All in one folder' },
      help: 'How the saved pictures are laid out in folders.',
    }),
    format: param.choice({
      default: 'original',
      choices: { original: 'Unchanged', png: 'PNG', jpeg: 'JPEG' },
      help: 'Unchanged copies the file itself.',
    }),
    maxEdge: param.integer({
      default: 0,
      min: 0,
      max: 32_768,
      unit: 'px',
      title: 'Longest edge',
      help: 'Makes larger pictures smaller until their longest edge fits. 0 keeps their size.',
      when: { param: 'format', is: ['png', 'jpeg'] },
    }),
  },
  outputs: { view: port.view({ help: 'Where the pictures were saved, and how many.' }) },
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
      ctx.warn(`${at ?? name} was not saved. ${reason}`);
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
        // One picture that cannot be read costs only itself; a full disk stops the run.
        if (!(error instanceof PatchbayError) || !error.code.startsWith('image.')) throw error;
        ctx.warn(`${item.path} was not saved. ${error.message}`);
      }
      ctx.progress(++done, images.items.length);
    }
    return { view: { kind: 'view', view: 'file', path, bytes, files } };
  },
});
