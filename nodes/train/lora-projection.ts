import {
  type AdapterOrigin,
  baseWeight,
  defineMessages,
  defineNode,
  finiteNumbers,
  historyTable,
  knownOf,
  loraLesson,
  lossCurve,
  type NodeContext,
  noBaseEncoder,
  noPairs,
  PatchbayError,
  param,
  port,
  projectionProblem,
  type TrainedLora,
  type TrainingPoint,
  tooFewToLearn,
  writeAdapter,
} from '../sdk/index.ts';

const NODE = { type: 'train/lora-projection', title: 'LoRA training' };

const say = defineMessages({
  'train-lora.worse': {
    en: 'On held-out pictures the trained adapter does worse than no training: {after} are right, before it was {before}. Add more pictures, raise *Pull to the base*, or lower *Learning rate*.',
    zh: '在留出的图片上，训练后的适配器比不训练更差：正确率为 {after}，之前为 {before}。请添加更多图片、提高 *保持原样* 或降低 *学习率*。',
  },
  'train-lora.worse-loss': {
    en: 'On held-out pictures the loss of the trained adapter is {after}, and without training it is {before}. Add more pictures, raise *Pull to the base*, or lower *Learning rate*.',
    zh: '在留出的图片上，训练后的适配器的损失为 {after}，不训练时为 {before}。请添加更多图片、提高 *保持原样* 或降低 *学习率*。',
  },
  'train-lora.out-of-time': {
    en: 'The time of {minutes} {minutes|minute|minutes} was over after {step} of {steps} steps. The adapter is the best so far. Raise *Most minutes* for more.',
    zh: '{minutes} 分钟的时间已到，共完成 {steps} 步中的 {step} 步。结果是目前最好的适配器。如需更久，请提高 *最多分钟数*。',
  },
  'train-lora.stopped': {
    en: 'Stopped after {step} of {steps} steps. The adapter is the best so far, from step {kept}.',
    zh: '在 {steps} 步中的第 {step} 步停止。结果是目前最好的适配器，来自第 {kept} 步。',
  },
  'train-lora.stopped-saved': {
    en: 'The run was cancelled after {step} of {steps} steps. The best adapter so far, from step {kept}, is in the files of the run: {path}. To use it, choose it in *Load adapter*.',
    zh: '运行在 {steps} 步中的第 {step} 步被取消。目前最好的适配器来自第 {kept} 步，位于运行的文件中：{path}。如要使用，请在 *加载适配器* 中选择它。',
  },
});

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

function warnIfWorse({ history, keptStep }: TrainedLora, warn: NodeContext['warn']): void {
  const [before] = history;
  const after = history.find(({ step }) => step === keptStep && step > 0);
  if (before?.heldOutLoss === undefined || after?.heldOutLoss === undefined) return;
  if ((after.heldOutAccuracy ?? 0) < (before.heldOutAccuracy ?? 0))
    warn(
      say('train-lora.worse', {
        after: percent(after.heldOutAccuracy ?? 0),
        before: percent(before.heldOutAccuracy ?? 0),
      }),
    );
  else if (after.heldOutLoss > before.heldOutLoss)
    warn(
      say('train-lora.worse-loss', {
        after: after.heldOutLoss.toFixed(4),
        before: before.heldOutLoss.toFixed(4),
      }),
    );
}

function metricsOf(
  { history, keptStep, steps }: TrainedLora,
  counts: { readonly training: number; readonly heldOut: number },
): Record<string, number> {
  const [before] = history;
  const after = history.findLast(({ step }) => step === keptStep);
  return finiteNumbers({
    steps,
    'kept step': keptStep,
    'learned from': counts.training,
    'held out': counts.heldOut,
    loss: after?.loss,
    'held-out loss': after?.heldOutLoss,
    'held-out loss before': before?.heldOutLoss,
    'held-out accuracy': after?.heldOutAccuracy,
    'held-out accuracy before': before?.heldOutAccuracy,
  });
}

export default defineNode({
  title: NODE.title,
  description:
    'Trains a LoRA adapter that moves pictures of one category closer together. It learns in seconds from vectors that are already encoded, and holds pictures out to judge itself.',
  keywords: [
    'lora',
    'train',
    'fine-tune',
    'learn',
    'teach',
    'adapter',
    'contrastive',
    'triplet',
    'few-shot',
    'projection',
    'peft',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors to learn from. With the projection of a model as base, use vectors from before projection.',
    }),
    labels: port.labels({
      required: false,
      title: 'Categories of pictures',
      help: 'The category of each picture. Without it, the categories that the pictures already have.',
    }),
    categories: port.embeddings({
      required: false,
      help: 'The vectors of texts that name the categories, from Prompts and Encode texts. Pictures learn to be near the text of their category.',
    }),
    encoder: port.encoder({
      required: false,
      help: 'The model whose projection is adapted. Not needed with the identity as base.',
    }),
    pairs: port.table({
      required: false,
      help: 'For the loss Pairs: each row names two pictures and says whether they belong together.',
    }),
  },
  params: {
    loss: param.choice({
      default: 'categories',
      choices: {
        categories: 'Categories',
        contrastive: 'Same category closer (contrastive)',
        triplet: 'Same category closer (triplet)',
        pairs: 'Pairs',
      },
      help: 'What to learn. Categories: near the text of the category, or near the mean of its pictures without texts. Contrastive and triplet: near other pictures of the category. Pairs: as a table says.',
    }),
    base: param.choice({
      default: 'model',
      choices: { model: "The model's projection", identity: 'Identity' },
      help: 'The weight to adapt. Choose the identity for models without a projection, such as DINOv2.',
    }),
    rank: param.integer({
      title: 'LoRA rank',
      default: 8,
      min: 1,
      max: 256,
      help: 'The size of the adapter. More learns more, and needs more pictures.',
    }),
    alpha: param.number({
      default: 8,
      min: 0.01,
      max: 1024,
      widget: 'number',
      help: 'The factor on the update, divided by the rank.',
      advanced: true,
    }),
    rankStabilized: param.boolean({
      default: false,
      title: 'Rank-stabilised',
      help: 'Divides alpha by the root of the rank instead (rsLoRA).',
      advanced: true,
    }),
    learningRate: param.number({
      default: 0.001,
      min: 0.0000001,
      max: 1,
      widget: 'number',
      help: 'How far each step goes.',
    }),
    length: param.integer({
      default: 300,
      min: 1,
      max: 100_000,
      help: 'How long to train, in the unit below.',
    }),
    unit: param.choice({
      default: 'steps',
      choices: { steps: 'Steps', epochs: 'Times through all pictures' },
      title: 'Length in',
      help: 'A step learns from one batch. With the batch 0 both are the same.',
      advanced: true,
    }),
    batch: param.integer({
      default: 0,
      min: 0,
      max: 100_000,
      help: 'How many pictures or pairs each step learns from; 0 for all. Losses that compare pictures use at most 4,096.',
      advanced: true,
    }),
    heldOut: param.integer({
      default: 20,
      min: 0,
      max: 90,
      unit: '%',
      widget: 'slider',
      title: 'Held out',
      help: 'The share of each category that is not learned from, to judge with. A category with one picture keeps it.',
    }),
    patience: param.integer({
      default: 100,
      min: 0,
      max: 100_000,
      help: 'Stops after so many steps without a better result on held-out pictures; 0 to never stop. The best adapter is kept in any case.',
      advanced: true,
    }),
    minutes: param.number({
      default: 0,
      min: 0,
      max: 1440,
      widget: 'number',
      title: 'Most minutes',
      help: 'Ends the training after so many minutes with the best adapter so far; 0 for no limit.',
      advanced: true,
    }),
    balanced: param.boolean({
      default: false,
      title: 'Balance categories',
      help: 'Counts each category the same, however many pictures it has.',
      advanced: true,
    }),
    pullBy: param.choice({
      default: 'shots',
      choices: { shots: '1 / pictures per category', own: 'A number' },
      title: 'Pull to the base',
      help: 'How strongly the adapter is kept near no change. Fewer pictures need more of it.',
      advanced: true,
    }),
    pull: param.number({
      default: 0.1,
      min: 0,
      max: 1000,
      widget: 'number',
      title: 'Strength of the pull',
      help: 'The factor on the squared size of the change; 0 for no pull.',
      when: { param: 'pullBy', is: ['own'] },
      advanced: true,
    }),
    dropout: param.number({
      default: 0,
      min: 0,
      max: 0.9,
      step: 0.05,
      help: 'The share of numbers that each step hides from the adapter.',
      advanced: true,
    }),
    weightDecay: param.number({
      default: 0.01,
      min: 0,
      max: 10,
      widget: 'number',
      help: 'How much each step shrinks the adapter, times the learning rate.',
      advanced: true,
    }),
    scale: param.number({
      default: 100,
      min: 0.01,
      max: 1000,
      widget: 'number',
      help: 'The factor on scores before the softmax, where no model says one.',
      when: { param: 'loss', is: ['categories'] },
      advanced: true,
    }),
    temperature: param.number({
      default: 0.1,
      min: 0.001,
      max: 10,
      widget: 'number',
      help: 'How sharply the contrastive loss looks at the nearest pictures; less is sharper.',
      when: { param: 'loss', is: ['contrastive'] },
      advanced: true,
    }),
    margin: param.number({
      default: 0.2,
      min: 0,
      max: 2,
      step: 0.05,
      help: 'How much nearer pictures of the same category should be, or how near other pairs may be.',
      when: { param: 'loss', is: ['triplet', 'pairs'] },
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number gives another start, split and order.',
    }),
  },
  outputs: {
    adapter: port.adapter({ help: 'The trained adapter, for LoRA projection and Save adapter.' }),
    metrics: port.metrics({ help: 'How well the adapter does on held-out pictures, before and after.' }),
    history: port.table({
      title: 'Training history',
      help: 'The losses during the training, for Curve or Save CSV.',
    }),
    view: port.view({ help: 'The losses during the training.', title: 'Loss' }),
  },
  resource: 'device',
  endsEarly: true,
  messages: say,
  infer: ({ params: { base, loss }, inputs, report }) => {
    const { space, count } = knownOf(inputs, 'embeddings');
    const { encoder } = knownOf(inputs, 'encoder');
    if (base === 'model' && (inputs.encoder ?? []).length === 0) report(noBaseEncoder(NODE));
    const problem = projectionProblem(NODE, base, space, encoder);
    if (problem) report(problem);
    if (loss === 'pairs' && (inputs.pairs ?? []).length === 0) report(noPairs());
    const few = tooFewToLearn(NODE, count);
    if (few) report(few);
    return {
      adapter: { type: 'adapter' },
      metrics: { type: 'metrics' },
      history: { type: 'table' },
      view: { type: 'view' },
    };
  },
  run: async ({ inputs, params, ctx }) => {
    const { embeddings, encoder } = inputs;
    const { warn } = ctx;
    if (params.base === 'model' && !encoder) throw new PatchbayError(noBaseEncoder(NODE));
    const weight = await baseWeight(
      NODE,
      params.base,
      { dims: embeddings.tensor.dims[1] ?? 0, space: embeddings.space },
      encoder,
      ctx,
    );
    const lesson = await loraLesson(NODE, inputs, params, weight, ctx);
    const { categories, counts, training, heldOut } = lesson;
    const filled = counts.filter((count) => count > 0);
    const shots = filled.length === 0 ? training.length : training.length / filled.length;
    const pull = params.pullBy === 'shots' ? 1 / Math.max(1, shots) : params.pull;
    const perEpoch =
      params.batch === 0 ? 1 : Math.ceil(training.length / Math.min(training.length, params.batch));
    const steps = params.unit === 'steps' ? params.length : params.length * perEpoch;

    const points: TrainingPoint[] = [];
    const trained = await ctx.training.lora(
      {
        features: lesson.features,
        weight,
        labels: lesson.targets,
        training,
        heldOut,
        loss: lesson.loss,
        ...(params.balanced && {
          labelWeights: counts.map((count) => (count === 0 ? 0 : training.length / (filled.length * count))),
        }),
        rank: params.rank,
        alpha: params.alpha,
        rankStabilized: params.rankStabilized,
        dropout: params.dropout,
        learningRate: params.learningRate,
        weightDecay: params.weightDecay,
        pull,
        steps,
        batch: params.batch,
        seed: params.seed,
        judgeEvery: Math.max(1, Math.round(steps / 60)),
        patience: params.patience,
        ...(params.minutes > 0 && { mostMs: params.minutes * 60_000 }),
      },
      {
        signal: ctx.signal,
        ...(ctx.stop && { stop: ctx.stop }),
        onProgress: ctx.progress,
        onWarn: warn,
        onPoint: (point) => {
          points.push(point);
          ctx.preview(lossCurve(points));
        },
      },
    );
    if (trained.outOfTime)
      warn(say('train-lora.out-of-time', { minutes: params.minutes, step: trained.steps, steps }));
    warnIfWorse(trained, warn);
    const metrics = metricsOf(trained, { training: training.length, heldOut: heldOut.length });
    const origin: AdapterOrigin = {
      ...(encoder &&
        params.base === 'model' && {
          encoder: { id: encoder.id, title: encoder.title, hash: encoder.hash },
        }),
      categories: categories.map((name, at) => ({ name, pictures: counts[at] ?? 0 })),
      params: { ...params, pull, length: steps, unit: 'steps' },
      metrics,
    };
    const adapter = await ctx.adapters.make({
      id: encoder ? `${encoder.id}-trained` : 'trained',
      target: 'visual_projection',
      scaling: trained.scaling,
      a: trained.a,
      b: trained.b,
      origin,
    });
    if (trained.stopped) {
      const about = { step: trained.steps, steps, kept: trained.keptStep };
      if (ctx.stop?.reason === 'cancel') {
        // Nothing after this node runs any more, so the adapter is kept as a file. Its hash in the name keeps the one of another run.
        const { path } = await writeAdapter(
          `${ctx.nodeId}-stopped-${adapter.hash.slice(0, 8)}`,
          adapter,
          ctx,
        );
        warn(say('train-lora.stopped-saved', { ...about, path }));
      } else warn(say('train-lora.stopped', about));
    }
    return {
      adapter,
      metrics: { kind: 'metrics', values: metrics },
      history: historyTable(trained.history, ['step', 'loss', 'heldOutLoss', 'heldOutAccuracy']),
      view: lossCurve(trained.history),
    };
  },
  translations: {
    zh: {
      title: 'LoRA 训练',
      description:
        '训练一个 LoRA 适配器，让同一类别的图片彼此更近。它从已编码的向量学习，只需几秒，并留出部分图片来评判自己。',
      inputs: {
        embeddings: { title: '向量', help: '要学习的向量。以模型的投影层为基础时，请使用投影之前的向量。' },
        labels: { title: '图片类别', help: '每张图片的类别。不连接时使用图片已有的类别。' },
        categories: {
          title: '类别',
          help: '说出类别名称的文本的向量，来自“提示词”和“编码文本”。图片学习靠近自己类别的文本。',
        },
        encoder: { title: '编码器', help: '投影层被修改的模型。以恒等矩阵为基础时不需要。' },
        pairs: { title: '图片对', help: '用于损失“图片对”：每行说出两张图片的名称，以及它们是否属于一起。' },
      },
      params: {
        loss: {
          title: '损失',
          help: '学习什么。类别：靠近类别的文本，没有文本时靠近该类别图片的平均。对比和三元组：靠近同一类别的其他图片。图片对：按表格所说。',
          choices: {
            categories: '类别',
            contrastive: '同类更近（对比）',
            triplet: '同类更近（三元组）',
            pairs: '图片对',
          },
        },
        base: {
          title: '基础',
          help: '要修改的权重。没有投影层的模型（例如 DINOv2）请选择恒等矩阵。',
          choices: { model: '模型的投影层', identity: '恒等矩阵' },
        },
        rank: { title: 'LoRA 秩', help: '适配器的大小。越大学得越多，也需要更多图片。' },
        alpha: { title: 'Alpha', help: '更新量的系数，会除以秩。' },
        rankStabilized: { title: '秩稳定', help: '改为把 alpha 除以秩的平方根（rsLoRA）。' },
        learningRate: { title: '学习率', help: '每一步走多远。' },
        length: { title: '长度', help: '训练多久，单位见下。' },
        unit: {
          title: '长度单位',
          help: '一步学习一个批次。批次为 0 时两者相同。',
          choices: { steps: '步', epochs: '遍历全部图片的次数' },
        },
        batch: {
          title: '批次',
          help: '每一步学习多少张图片或多少对；0 表示全部。互相比较图片的损失最多使用 4,096 张。',
        },
        heldOut: {
          title: '留出',
          help: '每个类别中不用于学习、用于评判的比例。只有一张图片的类别保留该图片。',
        },
        patience: {
          title: '耐心',
          help: '这么多步之内留出图片上的结果没有变好就停止；0 表示从不停止。总是保留最好的适配器。',
        },
        minutes: {
          title: '最多分钟数',
          help: '到时间后以目前最好的适配器结束；0 表示不限。',
        },
        balanced: { title: '平衡类别', help: '让每个类别同样重要，无论有多少图片。' },
        pullBy: {
          title: '保持原样',
          help: '让适配器多大程度上接近不改变。图片越少越需要。',
          choices: { shots: '1 / 每类图片数', own: '一个数' },
        },
        pull: { title: '保持强度', help: '改变量平方大小的系数；0 表示没有。' },
        dropout: { title: 'Dropout', help: '每一步对适配器隐藏的数值比例。' },
        weightDecay: { title: '权重衰减', help: '每一步让适配器缩小多少，会乘以学习率。' },
        scale: { title: '缩放系数', help: '模型没有给出时，softmax 之前得分的系数。' },
        temperature: { title: '温度', help: '对比损失多大程度上只看最近的图片；越小越锐利。' },
        margin: { title: '间隔', help: '同类图片应近多少，或其他图片对可以多近。' },
        seed: { title: '种子', help: '换一个数字就得到另一种起点、划分和顺序。' },
      },
      outputs: {
        adapter: { title: '适配器', help: '训练好的适配器，供“LoRA 投影”和“保存适配器”使用。' },
        metrics: { title: '指标', help: '训练前后在留出图片上的效果。' },
        history: { title: '训练历史', help: '训练过程中的损失，供“曲线”或“保存 CSV”使用。' },
        view: { title: '损失', help: '训练过程中的损失。' },
      },
    },
  },
});
