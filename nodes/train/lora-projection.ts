import {
  type AdapterOrigin,
  adaptedSpace,
  baseWeight,
  type Cell,
  countsOf,
  defineMessages,
  defineNode,
  type Embeddings,
  type EncoderRef,
  type F32,
  type Item,
  itemKey,
  itemTitle,
  knownOf,
  type Labels,
  type LearningSet,
  type LoraLoss,
  labelPrototypes,
  learningSet,
  type NodeContext,
  noBaseEncoder,
  PatchbayError,
  type ProjectionBase,
  param,
  port,
  projectionProblem,
  requireSameSpace,
  splitByLabel,
  type Table,
  type TextItem,
  type TrainedLora,
  type TrainingPair,
  type TrainingPoint,
  tooFewToLearn,
  type View,
  writeAdapter,
} from '../sdk/index.ts';

const NODE = { type: 'train/lora-projection', title: 'LoRA training' };

const say = defineMessages({
  'train-lora.no-company': {
    en: 'Each category has only one picture to learn from. This loss compares pictures of one category with each other. Add more pictures, or choose the loss "Categories".',
    zh: '每个类别只有一张可学习的图片。这种损失要把同一类别的图片互相比较。请添加图片，或选择损失“类别”。',
  },
  'train-lora.not-finite': {
    en: '{count} of {total} vectors {count|contains|contain} numbers that are not finite, such as that of {item}. {count|It is|They are} not learned from. Encode with a more exact precision to keep {count|it|them}.',
    zh: '{total} 个向量中有 {count} 个含有非有限的数值，例如 {item} 的向量，不用于学习。如要使用，请以更高的精度重新编码。',
  },
  'train-lora.none-finite': {
    en: 'All vectors contain numbers that are not finite, because the model overflowed. Choose a more exact precision in *Load encoder*.',
    zh: '所有向量都含有非有限的数值，因为模型溢出了。请在 *加载编码器* 中选择更高的精度。',
  },
  'train-lora.no-text': {
    en: 'There is no text for {count|the category|the categories} {names:and}, so {pictures} {pictures|picture is|pictures are} not learned from. Add {count|it|them} to the texts at *Categories*.',
    zh: '类别 {names:and} 没有文本，因此 {pictures} 张图片不用于学习。请在 *类别* 的文本中加入。',
  },
  'train-lora.no-text-at-all': {
    en: 'The texts at *Categories* name none of the categories of the pictures, such as {picture}; the texts name {text}. Use the same names.',
    zh: '*类别* 中的文本没有提到图片的任何类别，例如 {picture}；文本中是 {text}。请使用相同的名称。',
  },
  'train-lora.no-picture': {
    en: 'There is no picture of {count|the category|the categories} {names:and}. {count|It counts|They count} only as another answer.',
    zh: '类别 {names:and} 没有图片，只作为其他答案参与。',
  },
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
  'train-lora.no-scale': {
    en: '{model} does not say a trained scale for softmax, so *Scale* counts.',
    zh: '{model} 没有给出训练后的 softmax 缩放值，因此使用 *缩放系数*。',
  },
  'train-lora.no-pairs': {
    en: '*LoRA training* learns from pairs here, but nothing is connected to *Pairs*. Connect a table with the names of two pictures in each row, or choose another loss.',
    zh: '*LoRA 训练* 在此从图片对学习，但 *图片对* 没有连接。请连接每行含两张图片名称的表格，或选择其他损失。',
  },
  'train-lora.pairs-columns': {
    en: 'The table of pairs needs three columns: two names of pictures, and whether they belong together (yes or no). It has {count}.',
    zh: '图片对表格需要三列：两张图片的名称，以及它们是否属于一起（是或否）。现有 {count} 列。',
  },
  'train-lora.pairs-unknown': {
    en: '{count} of {total} pairs {count|names a picture|name pictures} that {count|is|are} not among the vectors, such as {name}, and {count|is|are} left out.',
    zh: '{total} 对中有 {count} 对提到的图片不在向量中，例如 {name}，已略去。',
  },
  'train-lora.pairs-none': {
    en: 'None of the {total} pairs names two pictures of the vectors, such as {name}. Use their file names, or their paths in the folder.',
    zh: '{total} 对中没有一对提到两张在向量中的图片，例如 {name}。请使用文件名或在文件夹中的路径。',
  },
});

/** How many names a warning lists. */
const NAMED = 3;
/** A preview draws at most about so many points of a line. */
const MOST_POINTS = 400;

/** The category of each item: from the port if it is connected, otherwise its own. Blank names count as none. */
function labelsOf(items: readonly Item[], given: Labels | undefined): (string | undefined)[] {
  const byKey = given && new Map(given.items.map((item, i) => [itemKey(item), given.labels[i]]));
  return items.map((item) => {
    const label = byKey ? (byKey.get(itemKey(item)) ?? undefined) : item.label;
    return label === undefined || label.trim() === '' ? undefined : label;
  });
}

/** The rows whose numbers are all finite. The mean of a row is finite only if all its numbers are. */
async function finiteRows(
  { tensor, items }: Embeddings,
  { ops, warn }: Pick<NodeContext, 'ops' | 'warn'>,
): Promise<readonly number[]> {
  const { data } = await (await ops.mean(tensor, 1)).toHost();
  const bad = [...data.keys()].filter((row) => !Number.isFinite(data[row]));
  if (bad.length === items.length)
    throw new PatchbayError({ ...say('train-lora.none-finite'), port: 'embeddings' });
  const first = items[bad[0] ?? -1];
  if (first)
    warn(say('train-lora.not-finite', { count: bad.length, total: items.length, item: itemTitle(first) }));
  return bad.length === 0 ? [...items.keys()] : [...data.keys()].filter((row) => Number.isFinite(data[row]));
}

function named(names: readonly string[]): readonly string[] {
  return names.length > NAMED ? [...names.slice(0, NAMED), '...'] : names;
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

function isTogether(cell: Cell | undefined): boolean {
  if (typeof cell === 'string') return /^(1|y|yes|true|together|same|是|一起|相同)$/i.test(cell.trim());
  return cell === true || (typeof cell === 'number' && cell > 0);
}

/** The pairs of a table, as places of items. @throws PatchbayError `train-lora.pairs-columns`, `train-lora.pairs-none` */
function pairsOf(
  table: Table,
  items: readonly Item[],
  rows: readonly number[],
  warn: NodeContext['warn'],
): TrainingPair[] {
  if (table.columns.length < 3)
    throw new PatchbayError({
      ...say('train-lora.pairs-columns', { count: table.columns.length }),
      port: 'pairs',
    });
  const places = new Map<string, number>();
  for (const row of rows) {
    const item = items[row];
    if (!item) continue;
    // The path in the folder names a picture for sure; its file name does if no other picture has it.
    if (item.kind === 'image' && !places.has(item.name)) places.set(item.name, row);
  }
  for (const row of rows) if (items[row]) places.set(itemTitle(items[row]), row);
  const unknown: string[] = [];
  const pairs = table.rows.flatMap(([first, second, together]): TrainingPair[] => {
    const [left, right] = [places.get(String(first)), places.get(String(second))];
    if (left !== undefined && right !== undefined) return [{ left, right, together: isTogether(together) }];
    unknown.push(String(left === undefined ? first : second));
    return [];
  });
  const name = unknown[0] ?? '';
  if (pairs.length === 0)
    throw new PatchbayError({
      ...say('train-lora.pairs-none', { total: table.rows.length, name }),
      port: 'pairs',
    });
  if (unknown.length > 0)
    warn(say('train-lora.pairs-unknown', { count: unknown.length, total: table.rows.length, name }));
  return pairs;
}

/** The rows whose category has a text, or none of its own. @throws PatchbayError `train-lora.no-text-at-all` */
function withTexts(
  rows: readonly number[],
  labels: readonly (string | undefined)[],
  texts: readonly string[],
  warn: NodeContext['warn'],
): readonly number[] {
  const wanted = new Set(texts);
  const without = rows.filter((row) => labels[row] !== undefined && !wanted.has(labels[row]));
  const names = [...new Set(without.map((row) => labels[row] ?? ''))];
  if (without.length > 0 && !rows.some((row) => wanted.has(labels[row] ?? '')))
    throw new PatchbayError({
      ...say('train-lora.no-text-at-all', { picture: names[0] ?? '', text: texts[0] ?? '' }),
      port: 'categories',
    });
  if (without.length > 0)
    warn(say('train-lora.no-text', { count: names.length, names: named(names), pictures: without.length }));
  const left = new Set(without);
  const present = new Set(rows.map((row) => labels[row]));
  const empty = texts.filter((text) => !present.has(text));
  if (empty.length > 0) warn(say('train-lora.no-picture', { count: empty.length, names: named(empty) }));
  return rows.filter((row) => !left.has(row));
}

/** The factor on cosines before the softmax: the model's, if it has a trained one. */
function scaleOf(encoder: EncoderRef | undefined, scale: number, warn: NodeContext['warn']): number {
  if (!encoder) return scale;
  const { probability, title } = encoder;
  if (probability && !probability.untrained) return probability.scale;
  warn(say('train-lora.no-scale', { model: title }));
  return scale;
}

const HISTORY: Table['columns'] = [
  { key: 'step', title: 'Step', type: 'number' },
  { key: 'loss', title: 'Training loss', type: 'number' },
  { key: 'heldOutLoss', title: 'Held-out loss', type: 'number' },
  { key: 'heldOutAccuracy', title: 'Held-out accuracy', type: 'number' },
];

const cellOf = (value: number | undefined): Cell =>
  value === undefined || Number.isNaN(value) ? null : value;

function historyOf(points: readonly TrainingPoint[]): Table {
  const rows = points.map((point): readonly Cell[] => [
    point.step,
    cellOf(point.loss),
    cellOf(point.heldOutLoss),
    cellOf(point.heldOutAccuracy),
  ]);
  return { kind: 'table', columns: HISTORY, rows };
}

/** The losses so far, solid for the pictures to learn from and dashed for the held-out ones. */
function curveOf(points: readonly TrainingPoint[]): View {
  const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  const drawn = points.filter((_, i) => i % every === 0 || i === points.length - 1);
  const line = (of: (point: TrainingPoint) => number | undefined) =>
    drawn.flatMap((point): [number, number][] => {
      const value = of(point);
      return value === undefined || Number.isNaN(value) ? [] : [[point.step, value]];
    });
  const held = line((point) => point.heldOutLoss);
  return {
    kind: 'view',
    view: 'curve',
    x: 'Step',
    y: 'Loss',
    series: [
      { name: 'Training loss', points: line((point) => point.loss) },
      ...(held.length > 0 ? [{ name: 'Held-out loss', points: held, dashed: true as const }] : []),
    ],
  };
}

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
  const entries: readonly (readonly [string, number | undefined])[] = [
    ['steps', steps],
    ['kept step', keptStep],
    ['learned from', counts.training],
    ['held out', counts.heldOut],
    ['loss', after?.loss],
    ['held-out loss', after?.heldOutLoss],
    ['held-out loss before', before?.heldOutLoss],
    ['held-out accuracy', after?.heldOutAccuracy],
    ['held-out accuracy before', before?.heldOutAccuracy],
  ];
  return Object.fromEntries(
    entries.filter(
      (entry): entry is readonly [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]),
    ),
  );
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
    if (loss === 'pairs' && (inputs.pairs ?? []).length === 0)
      report({ ...say('train-lora.no-pairs'), port: 'pairs' });
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
    const { embeddings, encoder, pairs: table } = inputs;
    const { ops, warn } = ctx;
    const { items, tensor } = embeddings;
    if (params.base === 'model' && !encoder) throw new PatchbayError(noBaseEncoder(NODE));
    const weight = await baseWeight(NODE, params.base, embeddings, encoder, ctx);
    if (params.loss === 'pairs' && !table)
      throw new PatchbayError({ ...say('train-lora.no-pairs'), port: 'pairs' });
    const few = tooFewToLearn(NODE, items.length);
    if (few) throw new PatchbayError(few);
    const finite = await finiteRows(embeddings, ctx);
    const labels = labelsOf(items, inputs.labels);
    const share = params.heldOut / 100;

    let set: Pick<LearningSet, 'vectors' | 'categories' | 'targets' | 'training' | 'heldOut'>;
    let loss: LoraLoss;
    if (params.loss === 'pairs' && table) {
      const pairs = pairsOf(table, items, finite, warn);
      const sides = splitByLabel(
        pairs.map(({ together }) => String(together)),
        [1 - share, 0],
        params.seed,
      );
      const places = (wanted: boolean) => [...sides.keys()].filter((at) => (sides[at] === 0) === wanted);
      set = {
        vectors: tensor,
        categories: [],
        targets: items.map(() => -1),
        training: places(true),
        heldOut: places(false),
      };
      loss = { kind: 'pairs', pairs, margin: params.margin };
    } else {
      const texts =
        params.loss === 'categories'
          ? await textsOf(inputs.categories, embeddings, params.base, weight, ops)
          : undefined;
      const rows = texts
        ? withTexts(
            finite,
            labels,
            texts.labels.map(({ text }) => text),
            warn,
          )
        : finite;
      const chosen: Embeddings = {
        ...embeddings,
        tensor: rows.length < items.length ? await ops.gather(tensor, rows) : tensor,
        items: rows.map(
          (row): TextItem => ({
            kind: 'text',
            text: itemTitle(items[row] as Item),
            ...(labels[row] !== undefined && { label: labels[row] }),
          }),
        ),
      };
      const found = await learningSet(NODE, chosen, { share, seed: params.seed }, ctx);
      const order = texts && [
        ...found.categories,
        ...texts.labels.map(({ text }) => text).filter((text) => !found.categories.includes(text)),
      ];
      set = order ? { ...found, categories: order } : found;
      loss = await lossOf(params, { set, weight, texts, encoder }, ctx);
    }
    const { categories, targets, training, heldOut, vectors: features } = set;
    const counts = countsOf(
      categories,
      loss.kind === 'pairs' ? [] : training.map((row) => targets[row] ?? 0),
    );
    const filled = counts.filter((count) => count > 0);
    if (loss.kind !== 'pairs' && loss.kind !== 'cross-entropy' && filled.every((count) => count === 1))
      throw new PatchbayError({ ...say('train-lora.no-company'), port: 'embeddings' });
    const shots = filled.length === 0 ? training.length : training.length / filled.length;
    const pull = params.pullBy === 'shots' ? 1 / Math.max(1, shots) : params.pull;
    const perEpoch =
      params.batch === 0 ? 1 : Math.ceil(training.length / Math.min(training.length, params.batch));
    const steps = params.unit === 'steps' ? params.length : params.length * perEpoch;

    const points: TrainingPoint[] = [];
    const trained = await ctx.training.lora(
      {
        features,
        weight,
        labels: targets,
        training,
        heldOut,
        loss,
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
          ctx.preview(curveOf(points));
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
        // Nothing after this node runs any more, so the adapter is kept as a file.
        const { path } = await writeAdapter(`${ctx.nodeId}-stopped`, adapter, ctx);
        warn(say('train-lora.stopped-saved', { ...about, path }));
      } else warn(say('train-lora.stopped', about));
    }
    return {
      adapter,
      metrics: { kind: 'metrics', values: metrics },
      history: historyOf(trained.history),
      view: curveOf(trained.history),
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

type Texts = Awaited<ReturnType<typeof labelPrototypes>>;

/** The text of each category, if any are given. @throws PatchbayError `space.mismatch`, `space.setup-mismatch` */
async function textsOf(
  texts: Embeddings | undefined,
  { space }: Embeddings,
  base: ProjectionBase,
  { dims: [dims] }: F32,
  ops: NodeContext['ops'],
): Promise<Texts | undefined> {
  if (!texts || texts.items.length === 0) return undefined;
  requireSameSpace(
    NODE,
    { port: 'embeddings', title: 'Embeddings', space: adaptedSpace(space, base, dims) },
    { port: 'categories', title: 'Categories', space: texts.space },
  );
  return labelPrototypes(texts, ops);
}

/** What the params choose to learn from pictures with categories. */
async function lossOf(
  params: {
    readonly loss: string;
    readonly scale: number;
    readonly temperature: number;
    readonly margin: number;
  },
  given: {
    readonly set: Pick<LearningSet, 'vectors' | 'categories' | 'targets' | 'training'>;
    readonly weight: F32;
    readonly texts: Texts | undefined;
    readonly encoder: EncoderRef | undefined;
  },
  { ops, warn }: Pick<NodeContext, 'ops' | 'warn'>,
): Promise<LoraLoss> {
  if (params.loss === 'contrastive')
    return { kind: 'supervised-contrastive', temperature: params.temperature };
  if (params.loss === 'triplet') return { kind: 'triplet', margin: params.margin };
  const scale = scaleOf(given.encoder, params.scale, warn);
  const { vectors, categories, targets, training } = given.set;
  if (given.texts) {
    const places = new Map(given.texts.labels.map(({ text }, at) => [text, at]));
    const order = categories.map((name) => places.get(name) ?? 0);
    return { kind: 'cross-entropy', prototypes: await ops.gather(given.texts.vectors, order), scale };
  }
  // The means of the pictures to learn from, as the base projects them, in the order of the categories.
  const rows = training.toSorted((a, b) => (targets[a] ?? 0) - (targets[b] ?? 0));
  const tensor = await ops.matmul(await ops.gather(vectors, rows), given.weight, { transposeB: true });
  const items = rows.map(
    (row): TextItem => ({ kind: 'text', text: '', label: categories[targets[row] ?? 0] ?? '' }),
  );
  const means = await labelPrototypes({ items, tensor }, ops);
  return { kind: 'cross-entropy', prototypes: means.vectors, scale };
}
