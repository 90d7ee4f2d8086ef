import {
  defineNode,
  type Embeddings,
  type EncoderRef,
  type F32,
  itemTitle,
  knownOf,
  mixedSpaces,
  type Ops,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  requireSameSpace,
  type TextItem,
} from '../sdk/index.ts';

const noEncoder: ReportedProblem = {
  code: 'input.missing',
  message:
    'Zero-shot takes its temperature from the model: connect Load encoder to Encoder, or choose how scores become probabilities yourself.',
  port: 'encoder',
};

interface Probability {
  readonly activation: 'softmax' | 'sigmoid';
  readonly scale: number;
  readonly bias: number;
}

const noProbability = (title: string): ReportedProblem => ({
  code: 'encoder.no-probability',
  message: `${title} does not say how its scores become probabilities. Choose softmax or sigmoid and a scale.`,
  param: 'probability',
  expected: 'softmax | sigmoid',
  got: 'model',
});

function ofModel(encoder: EncoderRef | undefined, warn: (message: string) => void): Probability {
  if (!encoder) throw new PatchbayError(noEncoder);
  const { probability, title } = encoder;
  if (!probability) throw new PatchbayError(noProbability(title));
  if (probability.untrained)
    warn(
      `The files of ${title} hold only the scale its training began with (${probability.scale.toFixed(1)}), so the labels are right and their probabilities too even. Most models of this kind end at 100: choose softmax and that scale, or add onnx/model.onnx, which holds the trained one.`,
    );
  return probability;
}

/**
 * One unit vector a label: the mean of the unit vectors of its texts, made unit length again (prompt ensembling,
 * CLIP, Radford et al. 2021, section 3.1.4).
 */
async function prototypes(
  { items, tensor }: Embeddings,
  ops: Ops,
): Promise<{ readonly labels: readonly TextItem[]; readonly vectors: F32 }> {
  const rows = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const label = item.label ?? itemTitle(item);
    const members = rows.get(label);
    if (members) members.push(index);
    else rows.set(label, [index]);
  }
  const labels = [...rows.keys()].map((label): TextItem => ({ kind: 'text', text: label, label }));
  const unit = await ops.l2Normalize(tensor);
  if (labels.length === items.length) return { labels, vectors: unit };
  const weights = new Float32Array(labels.length * items.length);
  for (const [label, members] of [...rows.values()].entries())
    for (const index of members) weights[label * items.length + index] = 1 / members.length;
  const averaging = ops.tensor({ dtype: 'float32', dims: [labels.length, items.length], data: weights });
  return { labels, vectors: await ops.l2Normalize(await ops.matmul(averaging, unit)) };
}

/** What is odd about the labels though they can be used. */
function doubts(given: Embeddings, labels: readonly TextItem[], { activation }: Probability): string[] {
  const found: string[] = [];
  const [only] = labels;
  if (labels.length === 1 && only && activation === 'softmax')
    found.push(
      `There is one label only, "${only.text}", so every picture gets it with 100%. Give at least two to tell apart.`,
    );
  const seen = new Set<string>();
  const twice = given.items.find((item) => {
    const key = JSON.stringify([item.label ?? null, itemTitle(item)]);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
  if (twice) found.push(`The label "${twice.label ?? itemTitle(twice)}" is given twice, and counts once.`);
  return found;
}

/** The best column of every row, and its score. */
async function best(scores: F32, rows: number, columns: number, ops: Ops) {
  if (rows === 0 || columns === 0) return { indices: [], values: [] };
  const top = await ops.topK(scores, 1);
  const [values, indices] = await Promise.all([top.values.toHost(), top.indices.toHost()]);
  return { indices: Array.from(indices.data, Number), values: [...values.data] };
}

export default defineNode({
  title: 'Zero-shot',
  description:
    'Labels pictures by words alone: the probability of every label for every picture, as the model gives it. Several sentences of one label are averaged.',
  keywords: [
    'classify',
    'class',
    'category',
    'labels',
    'categories',
    'probability',
    'softmax',
    'sigmoid',
    'clip',
    'tag',
    'sort',
  ],
  inputs: {
    images: port.embeddings({ help: 'The vectors of the pictures.' }),
    labels: port.embeddings({ help: 'The vectors of the labels, from Prompts and Encode texts.' }),
    encoder: port.encoder({
      help: 'The model both come from; it knows its temperature.',
      required: false,
    }),
  },
  params: {
    probability: param.choice({
      default: 'model',
      choices: { model: 'As the model says', softmax: 'One of the labels', sigmoid: 'Each label by itself' },
      title: 'Probabilities',
      help: 'One of the labels: they share 100% (softmax). Each by itself: several may fit, or none (sigmoid).',
    }),
    scale: param.number({
      default: 100,
      min: 0,
      max: 1000,
      help: 'How sharply scores turn into probabilities: the inverse temperature.',
      when: { param: 'probability', is: ['softmax', 'sigmoid'] },
    }),
    bias: param.number({
      default: 0,
      min: -1000,
      max: 1000,
      help: 'Added after scaling, before the sigmoid.',
      when: { param: 'probability', is: ['sigmoid'] },
    }),
    minimum: param.number({
      default: 0,
      min: 0,
      max: 1,
      step: 0.01,
      title: 'Least probability',
      help: 'A picture whose best label is less probable gets no label.',
    }),
  },
  outputs: {
    similarity: port.similarity({
      help: 'The probability of every label for every picture.',
      title: 'Probabilities',
    }),
    labels: port.labels({ help: 'The most probable label of each picture.' }),
  },
  resource: 'device',
  infer: ({ params: { probability }, inputs, report }) => {
    const [images, labels] = [knownOf(inputs, 'images'), knownOf(inputs, 'labels')];
    const { encoder } = knownOf(inputs, 'encoder');
    if (probability === 'model' && (inputs.encoder ?? []).length === 0) report(noEncoder);
    if (probability === 'model' && encoder && !encoder.probability) report(noProbability(encoder.title));
    const problem = mixedSpaces(
      'Zero-shot',
      { port: 'images', title: 'Images', ...images },
      { port: 'labels', title: 'Labels', ...labels },
    );
    if (problem) report(problem);
    return {
      similarity: { type: 'similarity', count: images.count, space: images.space },
      labels: { type: 'labels', count: images.count },
    };
  },
  run: async ({ inputs, params: { probability, scale, bias, minimum }, ctx }) => {
    const { images, encoder } = inputs;
    const { ops } = ctx;
    requireSameSpace(
      'Zero-shot',
      { port: 'images', title: 'Images', space: images.space },
      { port: 'labels', title: 'Labels', space: inputs.labels.space },
    );
    const how =
      probability === 'model' ? ofModel(encoder, ctx.warn) : { activation: probability, scale, bias };
    const { labels, vectors } = await prototypes(inputs.labels, ops);
    for (const warning of doubts(inputs.labels, labels, how)) ctx.warn(warning);
    const cosine = await ops.matmul(await ops.l2Normalize(images.tensor), vectors, { transposeB: true });
    const logits = await ops.scale(cosine, how.scale, how.activation === 'sigmoid' ? how.bias : 0);
    const tensor = await (how.activation === 'sigmoid' ? ops.sigmoid(logits) : ops.softmax(logits));
    const { indices, values } = await best(tensor, images.items.length, labels.length, ops);
    return {
      similarity: {
        kind: 'similarity',
        queries: images.items,
        gallery: labels,
        metric: how.activation,
        space: images.space,
        scores: { form: 'dense', tensor },
        skipped: [...images.skipped, ...inputs.labels.skipped],
      },
      labels: {
        kind: 'labels',
        items: images.items,
        labels: images.items.map((_, row) => {
          const label = labels[indices[row] ?? -1];
          return label && (values[row] ?? 0) >= minimum ? label.text : null;
        }),
        scores: images.items.map((_, row) => values[row] ?? 0),
      },
    };
  },
});
