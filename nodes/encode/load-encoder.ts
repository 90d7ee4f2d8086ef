import { asMessage, defineNode, nearestName, noPrecision, param, port } from '../sdk/index.ts';

/** OWNER/NAME on the hub. */
const REPOSITORY = /^(?!builtin\/)[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i;

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
    precision: param.choice({
      default: 'auto',
      choices: {
        auto: 'What suits the device',
        fp32: '32 bits: exact',
        fp16: '16 bits: half the memory',
        q8: '8 bits: a quarter, faster on a cpu',
        q4: '4 bits: the smallest',
      },
      help: 'Which files of the model are used, where it comes in several. Fewer bits are smaller and a little less exact. Left to itself a cpu gets 32 bits, a graphics card 16. With 8 bits pictures are mostly encoded one by one, so that they do not change each other. Vectors of different precisions are not mixed.',
      advanced: true,
    }),
  },
  outputs: { encoder: port.encoder({ help: 'The model, for every node that encodes.' }) },
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
      const near = nearestName(model, models.ids());
      const hints = [
        near && `Did you mean ${near}?`,
        REPOSITORY.test(model)
          ? `To fetch it: the Models panel, or "patchbay models add ${model}".`
          : !near && `There are: ${models.ids().join(', ') || 'none yet'}.`,
      ].filter((hint) => typeof hint === 'string');
      report({
        code: 'model.not-found',
        message: `There is no model called ${model}. ${hints.join(' ')}`,
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
});
