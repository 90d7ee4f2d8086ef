import {
  defineMessages,
  defineNode,
  embeddingMetadata,
  outputName,
  param,
  port,
  withExtension,
} from '../sdk/index.ts';

const say = defineMessages({
  'save-embeddings.names-left-out': {
    en: 'The names of {count} items are too long for the file, so it holds only the vectors. Save the list of pictures with *Save CSV*.',
    zh: '{count} 项的名称太长，无法存入文件，因此文件只含向量。请用 *保存 CSV* 保存图片列表。',
  },
});

export default defineNode({
  title: 'Save embeddings',
  description:
    'Writes vectors to a file that NumPy and other machine learning tools can read. The file also keeps the names of the items and the origin of the vectors.',
  keywords: [
    'export',
    'write',
    'npy',
    'numpy',
    'safetensors',
    'vectors',
    'features',
    'file',
    'output',
    'download',
  ],
  inputs: { embeddings: port.embeddings({ help: 'The vectors to save.' }) },
  params: {
    name: param.fileName({
      default: 'embeddings',
      title: 'File name',
      help: 'Name of the file in the output folder, or a path such as ~/Documents/result.csv. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
    format: param.choice({
      default: 'safetensors',
      choices: { safetensors: 'Safetensors', npy: 'NumPy (.npy)' },
      help: 'Safetensors keeps the names inside the file. NumPy gets a .json file with the names.',
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name, format }) => {
    const file = outputName(withExtension(name, `.${format}`));
    return format === 'npy' ? [file, `${file}.json`] : [file];
  },
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { embeddings }, params: { name, format }, ctx }) => {
    const metadata = embeddingMetadata(embeddings);
    if (metadata.items === undefined)
      ctx.warn(say('save-embeddings.names-left-out', { count: embeddings.items.length }));
    const file = outputName(withExtension(name, `.${format}`));
    const { path, bytes } = await ctx.files.writeMatrix(file, format, embeddings.tensor, metadata);
    if (format === 'safetensors') return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
    const names = new TextEncoder().encode(`${JSON.stringify(metadata)}\n`);
    const beside = await ctx.files.write(`${file}.json`, names);
    return { view: { kind: 'view', view: 'file', path, bytes: bytes + beside.bytes, files: 2 } };
  },
  messages: say,
  translations: {
    zh: {
      title: '保存向量',
      description: '把向量写入 NumPy 和其他机器学习工具能读取的文件。文件还会保存各项的名称和向量的来源。',
      inputs: {
        embeddings: { title: '向量', help: '要保存的向量。' },
      },
      params: {
        name: {
          title: '文件名',
          help: '输出文件夹中文件的名称，或路径，例如 ~/Documents/result.csv。不会替换不是由 Patchbay 写入的文件。',
        },
        format: {
          title: '格式',
          help: 'Safetensors 把名称保存在文件内。NumPy 会另有一个保存名称的 .json 文件。',
          choices: { safetensors: 'Safetensors', npy: 'NumPy (.npy)' },
        },
      },
      outputs: {
        view: { title: '文件', help: '文件的位置和大小。' },
      },
    },
  },
});
