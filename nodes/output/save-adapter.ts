import {
  ADAPTER_FILES,
  adapterPlace,
  defineMessages,
  defineNode,
  param,
  port,
  writeAdapter,
} from '../sdk/index.ts';

const say = defineMessages({
  'save-adapter.no-origin': {
    en: 'The adapter {adapter} does not say what it was trained from, so the folder does not say it either.',
    zh: '适配器 {adapter} 没有说明训练来源，因此文件夹中也没有。',
  },
});

export default defineNode({
  title: 'Save adapter',
  description:
    'Writes an adapter as a PEFT folder, which Load adapter and Python read. A page in the folder says what it was trained from and how well it did.',
  keywords: ['lora', 'peft', 'export', 'write', 'safetensors', 'keep', 'folder', 'output', 'download'],
  inputs: { adapter: port.adapter({ help: 'The adapter to save.' }) },
  params: {
    name: param.fileName({
      default: 'adapter',
      title: 'Folder name',
      help: 'Name of the folder in the output folder, or a path such as ~/Documents/my-adapter. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the weights.', title: 'File' }) },
  resource: 'io',
  cache: 'never',
  terminal: true,
  writes: ({ name }) => ADAPTER_FILES.map((file) => adapterPlace(name, file)),
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { adapter }, params: { name }, ctx }) => {
    if (!adapter.origin) ctx.warn(say('save-adapter.no-origin', { adapter: adapter.id }));
    const { path, bytes } = await writeAdapter(name, adapter, ctx);
    return { view: { kind: 'view', view: 'file', path, bytes, files: ADAPTER_FILES.length } };
  },
  messages: say,
  translations: {
    zh: {
      title: '保存适配器',
      description:
        '把适配器写成 PEFT 文件夹，“加载适配器”和 Python 都能读取。文件夹中的说明写明训练来源和效果。',
      inputs: { adapter: { title: '适配器', help: '要保存的适配器。' } },
      params: {
        name: {
          title: '文件夹名',
          help: '输出文件夹中文件夹的名称，或路径，例如 ~/Documents/my-adapter。不会替换不是由 Patchbay 写入的文件。',
        },
      },
      outputs: { view: { title: '文件', help: '权重的位置和大小。' } },
    },
  },
});
