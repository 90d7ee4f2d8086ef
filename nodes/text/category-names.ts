import { defineMessages, defineNode, inTemplates, param, port, templateProblems } from '../sdk/index.ts';

const say = defineMessages({
  'category-names.none': {
    en: 'None of the {count} pictures has a category, so there is no name. In *Load folder*, turn on *Categories from subfolders*, or connect *Category set*.',
    zh: '{count} 张图片都没有类别，因此没有名称。请在 *加载文件夹* 中打开 *子文件夹作为类别*，或连接 *类别集*。',
  },
});

export default defineNode({
  title: 'Category names',
  description:
    'The names of the categories of pictures as texts, each once, so that Zero-shot and training can use them without typing.',
  keywords: ['labels', 'classes', 'prompts', 'texts', 'words', 'template', 'folders', 'zero-shot'],
  inputs: { images: port.images({ help: 'Pictures with categories, from folders or a category set.' }) },
  params: {
    templates: param.prompts({
      default: ['{}'],
      help: 'Sentences with {} in the place of the name, one per line. Zero-shot averages all sentences of one category.',
      advanced: true,
    }),
  },
  outputs: {
    texts: port.texts({ help: 'Every name in every template, in the order of their characters.' }),
  },
  messages: say,
  infer: ({ params: { templates }, report }) => {
    for (const problem of templateProblems(templates)) report(problem);
    return { texts: { type: 'texts' } };
  },
  run: ({ inputs: { images }, params: { templates }, ctx }) => {
    const named = images.items.flatMap(({ label }) =>
      label === undefined || label.trim() === '' ? [] : [label],
    );
    const names = [...new Set(named)].sort();
    if (images.items.length > 0 && names.length === 0)
      ctx.warn(say('category-names.none', { count: images.items.length }));
    return { texts: { kind: 'texts', items: inTemplates(names, templates) } };
  },
  translations: {
    zh: {
      title: '类别名称',
      description: '把图片的类别名称作为文本，每个一次，这样“零样本分类”和训练无需手写就能使用。',
      inputs: { images: { title: '图片', help: '有类别的图片，来自文件夹或类别集。' } },
      params: {
        templates: {
          title: '模板',
          help: '用 {} 表示名称位置的句子，每行一个。“零样本分类”会把同一类别的所有句子取平均。',
        },
      },
      outputs: { texts: { title: '文本', help: '每个名称套入每个模板，按字符顺序排列。' } },
    },
  },
});
