import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load classifier',
  description: 'Loads a classifier that Save classifier wrote as safetensors.',
  keywords: ['open', 'import', 'read', 'safetensors', 'probe', 'prototypes', 'file', 'input'],
  inputs: {},
  params: {
    path: param.file({
      help: 'The .safetensors file of the classifier.',
      title: 'File',
      placeholder: 'classifier.safetensors',
      required: true,
    }),
  },
  outputs: { classifier: port.classifier({ help: 'The classifier, for Classify.' }) },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.classifiers.fingerprint(path),
  infer: () => ({ classifier: { type: 'classifier' } }),
  run: async ({ params: { path }, ctx }) => ({ classifier: await ctx.classifiers.load(path) }),
  translations: {
    zh: {
      title: '加载分类器',
      description: '加载由“保存分类器”以 safetensors 写入的分类器。',
      params: {
        path: { title: '文件', help: '分类器的 .safetensors 文件。', placeholder: '分类器.safetensors' },
      },
      outputs: { classifier: { title: '分类器', help: '分类器，供“分类”使用。' } },
    },
  },
});
