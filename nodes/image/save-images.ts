import {
  type Cell,
  columnsOfTable,
  csvLine,
  defineMessages,
  defineNode,
  type ImageItem,
  itemKey,
  messageOf,
  outputName,
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

/** The file extensions of pictures, by the one that is written for the format. */
const SAME: Readonly<Record<string, RegExp>> = { jpg: /^(jpe?g|jpe|jfif)$/i, tif: /^tiff?$/i };
const PICTURE = /^(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif)$/i;

/**
 * `a/b.png` becomes `a/b.jpg`. A name that says the format already stays as it is: `a/B.JPEG`. What is no extension of a
 * picture belongs to the name: `photo 1.2` becomes `photo 1.2.jpg`.
 */
function withOwnExtension(path: string, extension: string): string {
  const made = extension.replace(/^\./, '');
  const dot = path.lastIndexOf('.');
  const given = dot > path.lastIndexOf('/') + 1 ? path.slice(dot + 1) : '';
  if (given.toLowerCase() === made || SAME[made]?.test(given)) return path;
  return `${PICTURE.test(given) ? path.slice(0, dot) : path}.${made}`;
}

/** A saved picture in the metadata file. */
interface MetadataRow {
  /** Below the folder of the metadata file. */
  readonly fileName: string;
  readonly label: string | null;
  readonly cells: readonly Cell[] | undefined;
}

/** The metadata of pictures as Hugging Face `imagefolder` reads them: `file_name` tells which picture a row belongs to. */
function metadataText(
  rows: readonly MetadataRow[],
  columns: readonly { readonly name: string }[],
  format: 'csv' | 'jsonl',
): string {
  const taken = new Set(['file_name', 'label']);
  const kept = columns.flatMap(({ name }, i) => (taken.has(name.toLowerCase()) ? [] : [{ name, i }]));
  const names = ['file_name', 'label', ...kept.map(({ name }) => name)];
  const cellsOf = ({ fileName, label, cells }: MetadataRow): Cell[] => [
    fileName,
    label,
    ...kept.map(({ i }) => cells?.[i] ?? null),
  ];
  if (format === 'csv')
    return [names, ...rows.map(cellsOf)].map((cells) => csvLine(cells, ',', false)).join('');
  return rows
    .map((row) => `${JSON.stringify(Object.fromEntries(cellsOf(row).map((cell, i) => [names[i], cell])))}\n`)
    .join('');
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
    table: port.table({
      help: 'More columns for the metadata file. A column with paths or names tells which picture a row belongs to; otherwise the order does.',
      required: false,
    }),
  },
  params: {
    folder: param.fileName({
      default: 'images',
      help: 'Name of the new folder in the output folder, or a path such as ~/Pictures/sorted. Files that Patchbay did not write are never replaced.',
      maxLength: 200,
      required: true,
    }),
    layout: param.choice({
      default: 'auto',
      choices: {
        auto: 'By category if Categories is connected',
        keep: 'Same folders as before',
        label: 'One folder per category',
        flat: 'All in one folder',
      },
      help: 'How to arrange the pictures in folders.',
    }),
    transfer: param.choice({
      default: 'copy',
      choices: { copy: 'Copy', move: 'Move' },
      title: 'Copy or move',
      help: '"Move" takes the files themselves into the new folder, and can be undone. Samples and uploads are always copied.',
      advanced: true,
    }),
    format: param.choice({
      default: 'original',
      choices: { original: 'Unchanged', png: 'PNG', jpeg: 'JPEG' },
      help: '"Unchanged" copies the file itself.',
      when: { param: 'transfer', is: ['copy'] },
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
    metadata: param.choice({
      default: 'none',
      choices: { none: 'None', csv: 'metadata.csv', jsonl: 'metadata.jsonl' },
      title: 'Metadata file',
      help: 'Also writes a file that says for each picture its place, its category and the columns of the table, as the imagefolder of Hugging Face datasets reads them.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'The place and number of the saved pictures.' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ folder }) => [outputName(folder, 'images')],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { images, labels, table }, params, ctx }) => {
    const { folder, transfer, format, maxEdge, metadata } = params;
    const more = metadata !== 'none' && table ? columnsOfTable(images.items, table) : undefined;
    const told: MetadataRow[] = [];
    const layout = params.layout !== 'auto' ? params.layout : labels ? 'label' : 'keep';
    const given = new Map(labels?.items.map((item, index) => [itemKey(item), labels.labels[index]]));
    const unique = uniqueNames();
    const root = outputName(folder, 'images');
    const place = (item: ImageItem, extension?: string) => {
      const label = labels ? given.get(itemKey(item)) : item.label;
      const inside =
        layout === 'keep'
          ? safePath(item.path)
          : layout === 'flat'
            ? safeName(item.name)
            : `${safeName(label ?? 'no category')}/${safeName(item.name)}`;
      return `${root}/${unique(extension === undefined ? inside : withOwnExtension(inside, extension))}`;
    };
    let moves: string | undefined;
    const copied = async (item: ImageItem, placed?: string) => {
      const how = transfer === 'move' ? 'original' : format;
      const made = await ctx.images.export(item, { format: how, maxEdge: maxEdge || undefined });
      const name = placed ?? place(item, made.extension);
      return { name, written: await ctx.files.write(name, made.bytes) };
    };
    const moved = async (item: ImageItem) => {
      const name = place(item);
      const written = await ctx.files.move(item, name);
      if (!written) return copied(item, name);
      moves = written.moves;
      return { name, written };
    };
    /** The folder of all pictures; `name` below it has as many parts as `written`. */
    const folderOf = (written: string, name: string) =>
      written
        .split(/(?=[/\\])/)
        .slice(0, -(name.slice(root.length).split('/').length - 1))
        .join('');
    let [bytes, files, path, done] = [0, 0, root, 0];
    for (const { name, path: at, reason } of images.skipped)
      ctx.warn(say('save-images.not-saved', { path: at ?? name, reason }));
    for (const [at, item] of images.items.entries()) {
      throwIfAborted(ctx.signal);
      try {
        const { name, written } = transfer === 'move' ? await moved(item) : await copied(item);
        bytes += written.bytes;
        files += 1;
        path = folderOf(written.path, name);
        const label = labels ? given.get(itemKey(item)) : item.label;
        told.push({ fileName: name.slice(root.length + 1), label: label ?? null, cells: more?.rows[at] });
      } catch (error) {
        // A picture that cannot be read is left out; a full disk stops the run.
        if (!(error instanceof PatchbayError) || !error.code.startsWith('image.')) throw error;
        ctx.warn(say('save-images.not-saved', { path: item.path, reason: messageOf(error) }));
      }
      ctx.progress(++done, images.items.length);
    }
    if (metadata !== 'none') {
      const bytesOfFile = new TextEncoder().encode(metadataText(told, more?.columns ?? [], metadata));
      bytes += (await ctx.files.write(`${root}/metadata.${metadata}`, bytesOfFile)).bytes;
      files += 1;
    }
    return { view: { kind: 'view', view: 'file', path, bytes, files, ...(moves && { moves }) } };
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
        table: {
          title: '表格',
          help: '元数据文件的更多列。含有路径或名称的一列说明每行属于哪张图片；否则按顺序对应。',
        },
      },
      params: {
        folder: {
          title: '文件夹',
          help: '输出文件夹中新文件夹的名称，或路径，例如 ~/Pictures/sorted。不会替换不是由 Patchbay 写入的文件。',
        },
        layout: {
          title: '布局',
          help: '保存的图片如何分到文件夹中。',
          choices: {
            auto: '若已连接“类别”，则按类别',
            keep: '保持原来的结构',
            label: '每个类别一个文件夹',
            flat: '全部放在一个文件夹',
          },
        },
        transfer: {
          title: '复制或移动',
          help: '“移动”会把文件本身放进新文件夹，并且可以撤销。示例图片和已上传的图片总是复制。',
          choices: { copy: '复制', move: '移动' },
        },
        format: {
          title: '格式',
          help: '“不变”会直接复制文件。',
          choices: { original: '不变', png: 'PNG', jpeg: 'JPEG' },
        },
        metadata: {
          title: '元数据文件',
          help: '同时写入一个文件，说明每张图片的位置、类别和表格的各列，格式与 Hugging Face datasets 的 imagefolder 相同。',
          choices: { none: '无', csv: 'metadata.csv', jsonl: 'metadata.jsonl' },
        },
        maxEdge: { title: '最长边', help: '把较大的图片缩小到最长边不超过此值。0 表示保持大小。' },
      },
      outputs: {
        view: { title: '结果', help: '图片的保存位置和数量。' },
      },
    },
  },
});
