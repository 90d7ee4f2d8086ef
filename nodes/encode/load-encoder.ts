import { asMessage, defineNode, modelNotFound, noPrecision, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load encoder',
  description:
    'Chooses the model that turns pictures into vectors, and texts where the model reads them. "emoji-clip" comes with Patchbay; the "builtin" models need no download.',
  keywords: ['model', 'clip', 'siglip', 'dinov2', 'vit', 'resnet', 'onnx', 'checkpoint', 'network', 'input'],
  inputs: {},
  params: {
    model: param.model({
      default: 'emoji-clip',
      help: 'Name of an installed model. A model is a folder in Hugging Face layout.',
      required: true,
      maxLength: 500,
    }),
    precision: param.choice({
      default: 'auto',
      choices: {
        auto: 'Best for the device',
        fp32: '32 bits: exact',
        fp16: '16 bits: half the memory',
        q8: '8 bits: a quarter of the memory, faster on a CPU',
        q4: '4 bits: smallest',
      },
      help: 'Which files of the model to use, where it has several. Fewer bits need less memory and are a little less exact. By default, a CPU uses 32 bits and a graphics card 16. With 8 bits, most models encode pictures one by one, because pictures in one batch change each other. Vectors of different precisions cannot be compared.',
      advanced: true,
    }),
  },
  outputs: { encoder: port.encoder({ help: 'The model, for all nodes that encode.' }) },
  resource: 'io',
  fingerprint: ({ model, precision }, ctx) => ctx.encoders.fingerprint(model, precision),
  infer: ({ params: { model, precision }, models, report }) => {
    const whole = models.describe(model);
    const encoder = precision === 'auto' ? whole : models.describe(model, precision);
    if (whole && !encoder) report(noPrecision(whole, precision));
    const broken = whole ? undefined : models.problem?.(model);
    if (broken !== undefined) {
      report({ ...asMessage(broken), param: 'model', got: model });
    } else if (!whole && model !== '') {
      report({
        ...modelNotFound(model, models.ids()),
        param: 'model',
        expected: models.ids().join(' | '),
        got: model,
      });
    }
    return { encoder: { type: 'encoder', encoder } };
  },
  run: async ({ params: { model, precision }, ctx }) => ({
    encoder: await ctx.encoders.open(model, precision),
  }),
  translations: {
    zh: {
      title: '加载编码器',
      description:
        '选择把图片变成向量的模型；能读取文本的模型也会把文本变成向量。“emoji-clip”随 Patchbay 提供；“builtin”开头的模型不需要下载。',
      params: {
        model: { title: '模型', help: '已安装模型的名称。模型是采用 Hugging Face 目录结构的文件夹。' },
        precision: {
          title: '精度',
          help: '模型有多种精度的文件时使用哪一种。位数越少，所需内存越少，结果也略不精确。默认情况下，CPU 使用 32 位，显卡使用 16 位。使用 8 位时，大多数模型逐张编码图片，因为同一批图片会互相影响。不同精度的向量不能相互比较。',
          choices: {
            auto: '最适合设备的精度',
            fp32: '32 位：精确',
            fp16: '16 位：内存减半',
            q8: '8 位：内存为四分之一，在 CPU 上更快',
            q4: '4 位：最小',
          },
        },
      },
      outputs: {
        encoder: { title: '编码器', help: '供所有编码节点使用的模型。' },
      },
    },
  },
});
