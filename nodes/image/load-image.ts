import { defineNode, param, port, readAs, readingParams, readingTranslations } from '../sdk/index.ts';

export default defineNode({
  title: 'Load picture',
  description:
    'Loads one picture from a file. Use it as the query of a search, or to try a workflow with a single picture.',
  keywords: ['open', 'image', 'photo', 'file', 'query', 'input', 'jpeg', 'png'],
  inputs: {},
  params: {
    path: param.image({
      help: 'The picture file. A relative path starts at the folder of the workflow.',
      title: 'Picture',
      placeholder: 'cat.jpg',
      required: true,
    }),
    ...readingParams,
  },
  outputs: { images: port.images({ help: 'The picture, as a list of one.', title: 'Picture' }) },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.images.fingerprint(path),
  infer: () => ({ images: { type: 'images', count: 1 } }),
  run: async ({ params, ctx }) => ({
    images: { kind: 'images', items: readAs([await ctx.images.file(params.path)], params), skipped: [] },
  }),
  translations: {
    zh: {
      title: '加载图片',
      description: '从文件加载一张图片。可作为搜索的查询，或用一张图片试运行工作流。',
      params: {
        path: { title: '图片', help: '图片文件。相对路径从工作流所在的文件夹开始。', placeholder: '猫.jpg' },
        ...readingTranslations,
      },
      outputs: {
        images: { title: '图片', help: '这张图片（只有一项的列表）。' },
      },
    },
  },
});
