import {
  type AdapterOrigin,
  adaptedSpace,
  baseWeight,
  type Cell,
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
  type LoraLoss,
  labelPrototypes,
  type NodeContext,
  noBaseEncoder,
  PatchbayError,
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
  type View,
} from '../sdk/index.ts';

const NODE = { type: 'train/lora-projection', title: 'Train LoRA projection' };

const say = defineMessages({
  'train-lora.no-pictures': {
    en: '*Train LoRA projection* got no vectors to learn from. Load some pictures.',
    zh: '*训练 LoRA 投影* 没有可学习的向量。请加载一些图片。',
  },
  'train-lora.no-labels': {
    en: 'None of the {count} pictures has a category, so there is nothing to learn. In *Load folder*, turn on *Categories from subfolders*, or connect *Categories of pictures*.',
    zh: '{count} 张图片都没有类别，无从学习。请在 *加载文件夹* 中打开 *子文件夹作为类别*，或连接 *图片类别*。',
  },
  'train-lora.one-category': {
    en: 'All pictures are of the category "{label}", so there is nothing to tell apart. Add pictures of another category.',
    zh: '所有图片都属于类别“{label}”，没有可区分的内容。请添加其他类别的图片。',
  },
  'train-lora.no-company': {
    en: 'Each category has only one picture to learn from. This loss compares pictures of one category with each other. Add more pictures, or choose the loss "Categories".',
    zh: '每个类别只有一张可学习的图片。这种损失要把同一类别的图片互相比较。请添加图片，或选择损失“类别”。',
  },
  'train-lora.unlabelled': {
    en: '{count} of {total} pictures {count|has|have} no category and {count|is|are} not learned from.',
    zh: '{total} 张图片中有 {count} 张没有类别，不用于学习。',
  },
  'train-lora.not-finite': {
    en: '{count} of {total} vectors {count|contains|contain} numbers that are not finite, such as that of {item}. {count|It is|They are} not learned from. Encode with a more exact precision to keep {count|it|them}.',
    zh: '{total} 个向量中有 {count} 个含有非有限的数值，例如 {item} 的向量，不用于学习。如要使用，请以更高的精度重新编码。',
  },
  'train-lora.none-finite': {
    en: 'All vectors contain numbers that are not finite, because the model overflowed. Choose a more exact precision in *Load encoder*.',
    zh: '所有向量都含有非有限的数值，因为模型溢出了。请在 *加载编码器* 中选择更高的精度。',
  },
  'train-lora.single': {
    en: '{count} {count|category has|categories have} only one picture, such as {names:and}. {count|It stays|They stay} among the pictures to learn from.',
    zh: '{count} 个类别只有一张图片，例如 {names:and}。这些图片留在学习集中。',
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
  'train-lora.nothing-held-out': {
    en: 'No picture could be held out, because each category keeps at least one picture to learn from. So nothing shows how well it does on other pictures. Add more pictures.',
    zh: '没有图片可以留出，因为每个类别至少要留一张用于学习，因此无从得知在其他图片上的效果。请添加更多图片。',
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
  'train-lora.no-scale': {
    en: '{model} does not say a trained scale for softmax, so *Scale* counts.',
    zh: '{model} 没有给出训练后的 softmax 缩放值，因此使用 *缩放*。',
  },
  'train-lora.no-pairs': {
    en: '*Train LoRA projection* learns from pairs here, but nothing is connected to *Pairs*. Connect a table with the names of two pictures in each row, or choose another loss.',
    zh: '*训练 LoRA 投影* 在此从图片对学习，但 *图片对* 没有连接。请连接每行含两张图片名称的表格，或选择其他损失。',
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
  'train-lora.step': { en: 'step', zh: '步' },
  'train-lora.loss': { en: 'loss', zh: '损失' },
});

/** How many names a warning lists. */
const NAMED = 3;
/** A preview draws at most about so many points of a line. */
const MOST_POINTS = 400;

interface Known {
  /** Rows that can be learned from, by their places in the embeddings. */
  readonly rows: readonly number[];
  /** Their categories. */
  readonly names: readonly string[];
}

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

/** The rows that have a category, and which: of the texts if there are any. */
function knownRows(
  embeddings: Embeddings,
  labels: readonly (string | undefined)[],
  finite: readonly number[],
  texts: readonly string[] | undefined,
  warn: NodeContext['warn'],
): Known & { readonly categories: readonly string[] } {
  const total = embeddings.items.length;
  const port = { port: 'embeddings' };
  const labelled = finite.filter((row) => labels[row] !== undefined);
  if (labelled.length === 0)
    throw new PatchbayError({ ...say('train-lora.no-labels', { count: total }), ...port });
  if (labelled.length < finite.length)
    warn(say('train-lora.unlabelled', { count: finite.length - labelled.length, total }));
  const present = [...new Set(labelled.map((row) => labels[row] ?? ''))];
  const categories = texts ?? present.toSorted();
  const wanted = new Set(categories);
  const without = present.filter((name) => !wanted.has(name));
  const rows = labelled.filter((row) => wanted.has(labels[row] ?? ''));
  if (rows.length === 0)
    throw new PatchbayError({
      ...say('train-lora.no-text-at-all', { picture: present[0] ?? '', text: categories[0] ?? '' }),
      port: 'categories',
    });
  if (without.length > 0)
    warn(
      say('train-lora.no-text', {
        count: without.length,
        names: named(without),
        pictures: labelled.length - rows.length,
      }),
    );
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(labels[row] ?? '', (counts.get(labels[row] ?? '') ?? 0) + 1);
  if (categories.length === 1)
    throw new PatchbayError({ ...say('train-lora.one-category', { label: categories[0] ?? '' }), ...port });
  const empty = categories.filter((name) => !counts.has(name));
  if (empty.length > 0) warn(say('train-lora.no-picture', { count: empty.length, names: named(empty) }));
  const single = categories.filter((name) => counts.get(name) === 1);
  if (single.length > 0) warn(say('train-lora.single', { count: single.length, names: named(single) }));
  return { rows, names: rows.map((row) => labels[row] ?? ''), categories };
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
  { key: 'loss', title: 'Loss', type: 'number' },
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
    x: 'step',
    y: 'loss',
    series: [
      { name: 'learned from', points: line((point) => point.loss) },
      ...(held.length > 0 ? [{ name: 'held out', points: held, dashed: true as const }] : []),
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
      help: 'Ends the training after so many minutes with the best adapter so far; 0 for no limit. A cancelled run gives no adapter.',
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
    history: port.table({ help: 'The losses during the training, for Curve.' }),
  },
  resource: 'device',
  messages: say,
  infer: ({ params: { base, loss }, inputs, report }) => {
    const { space } = knownOf(inputs, 'embeddings');
    const { encoder } = knownOf(inputs, 'encoder');
    if (base === 'model' && (inputs.encoder ?? []).length === 0) report(noBaseEncoder(NODE));
    const problem = projectionProblem(NODE, base, space, encoder);
    if (problem) report(problem);
    if (loss === 'pairs' && (inputs.pairs ?? []).length === 0)
      report({ ...say('train-lora.no-pairs'), port: 'pairs' });
    return { adapter: { type: 'adapter' }, metrics: { type: 'metrics' }, history: { type: 'table' } };
  },
  run: async ({ inputs, params, ctx }) => {
    const { embeddings, encoder, pairs: table } = inputs;
    const { ops, warn } = ctx;
    const { items, tensor } = embeddings;
    if (params.base === 'model' && !encoder) throw new PatchbayError(noBaseEncoder(NODE));
    const weight = await baseWeight(NODE, params.base, embeddings, encoder, ctx);
    if (params.loss === 'pairs' && !table)
      throw new PatchbayError({ ...say('train-lora.no-pairs'), port: 'pairs' });
    if (items.length === 0) throw new PatchbayError({ ...say('train-lora.no-pictures'), port: 'embeddings' });
    const finite = await finiteRows(embeddings, ctx);
    const labels = labelsOf(items, inputs.labels);
    const shares = [1 - params.heldOut / 100, 0] as const;
    const places = (set: Uint8Array, wanted: boolean) =>
      [...set.keys()].filter((at) => (set[at] === 0) === wanted);

    let features = tensor;
    let categories: readonly string[] = [];
    let names: readonly string[] = [];
    let targets: readonly number[] = [];
    let set: Uint8Array;
    let loss: LoraLoss;
    if (params.loss === 'pairs' && table) {
      const pairs = pairsOf(table, items, finite, warn);
      set = splitByLabel(
        pairs.map(({ together }) => String(together)),
        shares,
        params.seed,
      );
      targets = items.map(() => -1);
      // A row that is not finite would make all numbers of its batch not finite; pairs name no such row.
      loss = { kind: 'pairs', pairs, margin: params.margin };
    } else {
      const dims = weight.dims[0];
      if (params.loss === 'categories' && inputs.categories)
        requireSameSpace(
          NODE,
          {
            port: 'embeddings',
            title: 'Embeddings',
            space: adaptedSpace(embeddings.space, params.base, dims),
          },
          { port: 'categories', title: 'Categories', space: inputs.categories.space },
        );
      const texts =
        params.loss === 'categories' && inputs.categories && inputs.categories.items.length > 0
          ? await labelPrototypes(inputs.categories, ops)
          : undefined;
      const known = knownRows(
        embeddings,
        labels,
        finite,
        texts?.labels.map(({ text }) => text),
        warn,
      );
      ({ categories, names } = known);
      const at = new Map(categories.map((name, place) => [name, place]));
      targets = names.map((name) => at.get(name) ?? 0);
      if (known.rows.length < items.length) features = await ops.gather(tensor, known.rows);
      set = splitByLabel(names, shares, params.seed);
      loss = await lossOf(
        params,
        { features, weight, names, training: places(set, true), texts, categories, encoder },
        ctx,
      );
    }
    const training = places(set, true);
    const heldOut = places(set, false);
    if (params.heldOut > 0 && heldOut.length === 0) warn(say('train-lora.nothing-held-out'));
    const counts = categories.map((_, at) =>
      training.reduce((sum, row) => sum + Number(targets[row] === at), 0),
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
    return { adapter, metrics: { kind: 'metrics', values: metrics }, history: historyOf(trained.history) };
  },
});

/** What the params choose to learn from pictures with categories. */
async function lossOf(
  params: {
    readonly loss: string;
    readonly scale: number;
    readonly temperature: number;
    readonly margin: number;
  },
  given: {
    readonly features: F32;
    readonly weight: F32;
    readonly names: readonly string[];
    readonly training: readonly number[];
    readonly texts: { readonly vectors: F32 } | undefined;
    readonly categories: readonly string[];
    readonly encoder: EncoderRef | undefined;
  },
  { ops, warn }: Pick<NodeContext, 'ops' | 'warn'>,
): Promise<LoraLoss> {
  if (params.loss === 'contrastive')
    return { kind: 'supervised-contrastive', temperature: params.temperature };
  if (params.loss === 'triplet') return { kind: 'triplet', margin: params.margin };
  const scale = scaleOf(given.encoder, params.scale, warn);
  if (given.texts) return { kind: 'cross-entropy', prototypes: given.texts.vectors, scale };
  // The means of the pictures to learn from, as the base projects them, in the order of the categories.
  const rows = given.training.toSorted((a, b) => compare(given.names[a] ?? '', given.names[b] ?? ''));
  const tensor = await ops.matmul(await ops.gather(given.features, rows), given.weight, { transposeB: true });
  const items = rows.map((row): TextItem => ({ kind: 'text', text: '', label: given.names[row] ?? '' }));
  const { vectors } = await labelPrototypes({ items, tensor }, ops);
  return { kind: 'cross-entropy', prototypes: vectors, scale };
}

/** The order of `toSorted`, by code units. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
