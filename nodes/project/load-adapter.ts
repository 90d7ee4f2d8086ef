import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load adapter',
  description:
    'Loads a LoRA adapter for the projection of a model: a PEFT folder, or a file with PEFT or kohya keys. DoRA and rank-stabilised LoRA work too.',
  keywords: ['lora', 'dora', 'rslora', 'peft', 'kohya', 'safetensors', 'fine-tune', 'adapter', 'input'],
  inputs: {},
  params: {
    path: param.adapter({
      help: 'The adapter: a folder with adapter_config.json, or a .safetensors file.',
      title: 'Adapter',
      placeholder: 'adapters/my-style',
      required: true,
    }),
  },
  outputs: { adapter: port.adapter({ help: 'The adapter, for LoRA projection.' }) },
  resource: 'io',
  // Version 2: patterns of alpha and rank are regular expressions.
  version: 2,
  fingerprint: ({ path }, ctx) => ctx.adapters.fingerprint(path),
  infer: () => ({ adapter: { type: 'adapter' } }),
  run: async ({ params: { path }, ctx }) => ({ adapter: await ctx.adapters.load(path) }),
  translations: {
    zh: {
      title: '加载适配器',
      description:
        '加载用于模型投影层的 LoRA 适配器：PEFT 文件夹，或使用 PEFT、kohya 键名的文件。也支持 DoRA 和秩稳定的 LoRA。',
      params: {
        path: {
          title: '适配器',
          help: '含 adapter_config.json 的文件夹，或 .safetensors 文件。',
          placeholder: '适配器/我的风格',
        },
      },
      outputs: {
        adapter: { title: '适配器', help: '供“LoRA 投影”使用的适配器。' },
      },
    },
  },
});
