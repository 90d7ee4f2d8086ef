import { defineMessages, defineNode, folderLabel, isRuledOut, knownOf, param, port } from '../sdk/index.ts';

const say = defineMessages({
  'from-folders.none': {
    en: 'No picture lies in such a folder, so none has a category. Choose another *Category folder*, or load a folder with subfolders.',
    zh: '没有图片位于这样的文件夹中，因此都没有类别。请选择另一个 *类别文件夹*，或加载包含子文件夹的文件夹。',
  },
});

export default defineNode({
  title: 'Categories from folders',
  description:
    'Gives each picture the name of the folder that it lies in as category. Load folder does this too; this node changes it afterwards.',
  keywords: ['labels', 'classes', 'subfolder', 'directory', 'path', 'dataset', 'imagefolder'],
  inputs: {
    images: port.images({ help: 'The pictures, with their paths below the folder that was loaded.' }),
  },
  params: {
    labelFolder: param.choice({
      default: 'top',
      title: 'Category folder',
      choices: {
        top: 'Top folder: animals/cat/1.jpg is animals',
        nearest: 'Nearest folder: animals/cat/1.jpg is cat',
        second: 'Second folder: train/cat/tabby/1.jpg is cat',
      },
      help: 'Which folder names the category, where folders lie in folders. "Second folder" suits data sets with a folder for each part, such as train and test.',
    }),
  },
  outputs: {
    images: port.images({ help: 'The same pictures with their categories.' }),
    labels: port.labels({ help: 'The category of each picture.' }),
  },
  infer: ({ inputs }) => {
    const { count } = knownOf(inputs, 'images');
    return { images: { type: 'images', count }, labels: { type: 'labels', count } };
  },
  run: ({ inputs: { images }, params: { labelFolder }, ctx }) => {
    const items = images.items.map(({ label: _, ...item }) => {
      const label = folderLabel(item.path, labelFolder);
      // What a person has ruled out, a folder does not bring back.
      return label === undefined || isRuledOut(item, label) ? item : { ...item, label };
    });
    const labels = items.map((item) => ('label' in item ? item.label : null));
    if (items.length > 0 && labels.every((label) => label === null)) ctx.warn(say('from-folders.none'));
    return { images: { ...images, items }, labels: { kind: 'labels', items, labels } };
  },
  messages: say,
  translations: {
    zh: {
      title: '文件夹作为类别',
      description: '用图片所在文件夹的名称作为它的类别。“加载文件夹”也能做到；这个节点可以在之后更改。',
      inputs: { images: { title: '图片', help: '图片，带有其在所加载文件夹下的路径。' } },
      params: {
        labelFolder: {
          title: '类别文件夹',
          help: '文件夹中还有文件夹时，用哪一层的名称作为类别。“第二层”适合按 train、test 等部分存放的数据集。',
          choices: {
            top: '最上层：animals/cat/1.jpg 为 animals',
            nearest: '最近一层：animals/cat/1.jpg 为 cat',
            second: '第二层：train/cat/tabby/1.jpg 为 cat',
          },
        },
      },
      outputs: {
        images: { title: '图片', help: '同样的图片，带有类别。' },
        labels: { title: '类别', help: '每张图片的类别。' },
      },
    },
  },
});
