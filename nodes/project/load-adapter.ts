import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load adapter',
  description:
    'Reads a LoRA adapter made for the projection of a model: a PEFT folder, or a file of PEFT or kohya keys. DoRA and rank-stabilised LoRA are understood.',
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
  fingerprint: ({ path }, ctx) => ctx.adapters.fingerprint(path),
  infer: () => ({ adapter: { type: 'adapter' } }),
  run: async ({ params: { path }, ctx }) => ({ adapter: await ctx.adapters.load(path) }),
});
