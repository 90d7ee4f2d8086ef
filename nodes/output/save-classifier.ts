import { defineNode, outputName, param, port, withExtension } from '../sdk/index.ts';

export default defineNode({
  title: 'Save classifier',
  description:
    'Writes a classifier to a file: safetensors for Load classifier, or an ONNX model that other programs can run.',
  keywords: ['export', 'write', 'onnx', 'safetensors', 'model', 'probe', 'file', 'output', 'download'],
  inputs: { classifier: port.classifier({ help: 'The classifier to save.' }) },
  params: {
    name: param.fileName({
      default: 'classifier',
      title: 'File name',
      help: 'Name of the file in the output folder, or a path such as ~/Documents/animals.safetensors. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
    format: param.choice({
      default: 'safetensors',
      choices: { safetensors: 'Safetensors', onnx: 'ONNX model' },
      help: 'Safetensors can be loaded again. The ONNX model turns vectors into probabilities in any program; its metadata names the categories.',
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, format }) => [outputName(withExtension(name, `.${format}`))],
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { classifier }, params: { name, format }, ctx }) => {
    const file = outputName(withExtension(name, `.${format}`));
    const data = await ctx.classifiers.encode(classifier, format);
    const { path, bytes } = await ctx.files.write(file, data);
    return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
  },
  translations: {
    zh: {
      title: '保存分类器',
      description: '把分类器写入文件：safetensors 供“加载分类器”使用，ONNX 模型供其他程序运行。',
      inputs: { classifier: { title: '分类器', help: '要保存的分类器。' } },
      params: {
        name: {
          title: '文件名',
          help: '输出文件夹中文件的名称，或路径，例如 ~/Documents/animals.safetensors。不会替换不是由 Patchbay 写入的文件。',
        },
        format: {
          title: '格式',
          help: 'Safetensors 可以再次加载。ONNX 模型在任何程序中把向量变为概率；其元数据写有类别。',
          choices: { safetensors: 'Safetensors', onnx: 'ONNX 模型' },
        },
      },
      outputs: { view: { title: '文件', help: '文件的位置和大小。' } },
    },
  },
});
