import { defineNode, nearestName, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load encoder',
  description:
    'Chooses the model that turns pictures (and texts, where it reads them) into vectors. "emoji-clip" ships with Patchbay; the "builtin" ones need no weights.',
  keywords: ['model', 'clip', 'siglip', 'dinov2', 'vit', 'resnet', 'onnx', 'checkpoint', 'network', 'input'],
  inputs: {},
  params: {
    model: param.model({
      default: 'emoji-clip',
      help: 'Name of a model of the model list: any folder in Hugging Face layout.',
      required: true,
      maxLength: 500,
    }),
  },
  outputs: { encoder: port.encoder({ help: 'The model, for every node that encodes.' }) },
  resource: 'io',
  fingerprint: ({ model }, ctx) => ctx.encoders.fingerprint(model),
  infer: ({ params: { model }, models, report }) => {
    const encoder = models.describe(model);
    const broken = encoder ? undefined : models.problem?.(model);
    if (broken !== undefined) {
      report({ code: 'model.invalid', message: broken, param: 'model', got: model });
    } else if (!encoder && model !== '') {
      const near = nearestName(model, models.ids());
      const hint = near ? `Did you mean ${near}?` : `There are: ${models.ids().join(', ') || 'none yet'}.`;
      report({
        code: 'model.not-found',
        message: `There is no model called ${model}. ${hint}`,
        param: 'model',
        expected: models.ids().join(' | '),
        got: model,
      });
    }
    return { encoder: { type: 'encoder', encoder } };
  },
  run: async ({ params: { model }, ctx }) => ({ encoder: await ctx.encoders.open(model) }),
});
