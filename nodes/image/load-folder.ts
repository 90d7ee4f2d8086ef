import {
  defineMessages,
  defineNode,
  param,
  port,
  readAs,
  readingParams,
  readingTranslations,
} from '../sdk/index.ts';

const say = defineMessages({
  'load-folder.empty': {
    en: 'The folder {path} contains no pictures.{hint?}',
    zh: '文件夹 {path} 中没有图片。{hint?}',
  },
  'load-folder.subfolders-hint': {
    en: ' Turn on *With subfolders* to look deeper.',
    zh: '请打开 *包含子文件夹* 以查找子文件夹。',
  },
  'load-folder.labels-are-splits': {
    en: 'The categories are {labels:and}, which usually name parts of a data set. To take the folders inside of them as categories, set *Category folder* to the second or the nearest folder.',
    zh: '类别是 {labels:and}，它们通常是数据集各部分的名称。若要用其中的文件夹作为类别，请把 *类别文件夹* 设为第二层或最近的文件夹。',
  },
  'load-folder.no-match': {
    en: 'No picture in {path} matches {glob}. A pattern is a path below the folder, such as animals/**, or a file name, such as *.jpg.',
    zh: '{path} 中没有图片与 {glob} 匹配。模式是文件夹下的路径（例如 animals/**）或文件名（例如 *.jpg）。',
  },
});

/** Names of the parts of a data set. */
const SPLITS = /^(train(ing)?|test(ing)?|val(id(ation)?)?|dev|eval)$/i;

export default defineNode({
  title: 'Load folder',
  description:
    'Loads all pictures of a folder, in path order. Pictures in subfolders can get the name of their subfolder as category.',
  keywords: ['directory', 'open', 'pictures', 'photos', 'dataset', 'gallery', 'glob', 'input', 'labels'],
  inputs: {},
  params: {
    path: param.folder({
      help: 'The folder. A relative path starts at the folder of the workflow; "sample:pictures" holds the sample pictures.',
      title: 'Folder',
      placeholder: 'photos',
      required: true,
    }),
    recursive: param.boolean({
      default: true,
      title: 'With subfolders',
      help: 'Also loads the pictures of subfolders.',
    }),
    labels: param.boolean({
      default: true,
      title: 'Categories from subfolders',
      help: 'Gives each picture the name of a subfolder as category. Pictures outside subfolders get no category.',
      when: { param: 'recursive', is: [true] },
    }),
    labelFolder: param.choice({
      default: 'top',
      title: 'Category folder',
      choices: {
        top: 'Top folder: animals/cat/1.jpg is animals',
        nearest: 'Nearest folder: animals/cat/1.jpg is cat',
        second: 'Second folder: train/cat/tabby/1.jpg is cat',
      },
      help: 'Which subfolder names the category, where folders lie in folders. "Second folder" suits data sets with a folder for each part, such as train and test.',
      when: { param: 'labels', is: [true] },
    }),
    glob: param.text({
      help: 'Loads only pictures whose path matches, such as "*.jpg" or "cats/**". Leave it empty to load all.',
      title: 'Only matching',
      placeholder: '**/*.jpg',
      maxLength: 1000,
      advanced: true,
    }),
    housekeeping: param.boolean({
      default: false,
      title: 'Housekeeping folders',
      help: 'Also loads pictures from folders in which programs keep thumbnails and deleted files, such as @eaDir or $RECYCLE.BIN.',
      when: { param: 'recursive', is: [true] },
      advanced: true,
    }),
    ...readingParams,
    limit: param.integer({
      default: 0,
      min: 0,
      max: 10_000_000,
      title: 'Picture limit',
      help: 'Loads at most this many pictures, in path order. 0 loads all.',
      advanced: true,
    }),
  },
  outputs: { images: port.images({ help: 'The pictures found, in path order.' }) },
  resource: 'io',
  fingerprint: ({ path, recursive, glob, housekeeping }, ctx) =>
    ctx.images.fingerprint(path, { recursive, glob: glob || undefined, housekeeping }),
  infer: () => ({ images: { type: 'images' } }),
  run: async ({ params, ctx }) => {
    const { path, recursive, labels, labelFolder, glob, housekeeping, limit } = params;
    const images = await ctx.images.folder(path, {
      recursive,
      labels: recursive && labels,
      labelFolder,
      glob: glob || undefined,
      housekeeping,
      limit: limit || undefined,
      signal: ctx.signal,
      onWarn: (message) => ctx.warn(message),
    });
    const splits = [...new Set(images.items.map(({ label }) => label))].sort();
    if (splits.length > 0 && splits.every((label) => label !== undefined && SPLITS.test(label)))
      ctx.warn(
        say('load-folder.labels-are-splits', { labels: splits.filter((label) => label !== undefined) }),
      );
    if (images.items.length === 0)
      ctx.warn(
        glob
          ? say('load-folder.no-match', { path, glob })
          : say('load-folder.empty', {
              path,
              hint: recursive ? undefined : say('load-folder.subfolders-hint'),
            }),
      );
    return { images: { ...images, items: readAs(images.items, params) } };
  },
  messages: say,
  translations: {
    zh: {
      title: '加载文件夹',
      description: '加载一个文件夹中的所有图片，按路径排序。子文件夹中的图片可以用子文件夹的名称作为类别。',
      params: {
        path: {
          title: '文件夹',
          help: '要加载的文件夹。相对路径从工作流所在的文件夹开始；“sample:pictures”中是示例图片。',
          placeholder: '照片',
        },
        recursive: { title: '包含子文件夹', help: '也读取子文件夹中的图片。' },
        labels: {
          title: '子文件夹作为类别',
          help: '用图片所在的子文件夹的名称作为类别。不在子文件夹中的图片没有类别。',
        },
        labelFolder: {
          title: '类别文件夹',
          help: '文件夹中还有文件夹时，用哪一层的名称作为类别。“第二层”适合按 train、test 等部分存放的数据集。',
          choices: {
            top: '最上层：animals/cat/1.jpg 为 animals',
            nearest: '最近一层：animals/cat/1.jpg 为 cat',
            second: '第二层：train/cat/tabby/1.jpg 为 cat',
          },
        },
        glob: { title: '仅限匹配', help: '只读取路径匹配的图片，例如“*.jpg”或“cats/**”。留空表示全部。' },
        housekeeping: {
          title: '系统文件夹',
          help: '也读取程序存放缩略图和已删除文件的文件夹中的图片，例如 @eaDir 或 $RECYCLE.BIN。',
        },
        ...readingTranslations,
        limit: { title: '图片数上限', help: '最多读取这么多张，按路径顺序取前面的。0 表示全部。' },
      },
      outputs: {
        images: { title: '图片', help: '找到的图片，按路径排序。' },
      },
    },
  },
});
